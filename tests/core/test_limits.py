"""No file is a bomb: what a small file would make large is refused before the memory is taken."""

from __future__ import annotations

import io
import json
import struct
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from bilabial import limits
from bilabial.audio.live_sources import standard_input
from bilabial.cli import main
from bilabial.errors import FormatError, PhoneError, SoundError
from bilabial.exchange.animation import ChannelAnimation, read_animation, write_animation
from bilabial.exchange.animation.live_link import COLUMNS
from bilabial.exchange.dense_csv import HEADER, read_dense_csv
from bilabial.exchange.phones import read_phones
from bilabial.json_text import parse_json
from bilabial.phonemes.ipa import parse
from bilabial.phonemes.track import Phone

MODEST = 64 << 20  # bytes that a refusal may cost


@pytest.fixture(autouse=True)
def little_memory() -> Iterator[None]:
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MODEST


def live_link(path: Path, stamps: list[str]) -> Path:
    header = ["Timecode", "BlendShapeCount", *COLUMNS]
    rows = [[stamp, "61", *["0.5"] * len(COLUMNS)] for stamp in stamps]
    path.write_text("\n".join(",".join(row) for row in [header, *rows]) + "\n")
    return path


def gltf(path: Path, change: Callable[[dict[str, Any]], None], times: tuple[float, ...] = (0.0, 0.1)) -> Path:
    """Written by Bilabial, then changed as a stranger may."""
    moved = ChannelAnimation(("jawOpen", "mouthClose"), 10.0, np.full((len(times), 2), 0.5))
    write_animation(moved, path)
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))
    return path


def with_times(*times: float) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        import base64

        raw = struct.pack(f"<{len(times)}f", *times)
        data["buffers"].append(
            {
                "byteLength": len(raw),
                "uri": "data:application/octet-stream;base64," + base64.b64encode(raw).decode(),
            }
        )
        data["bufferViews"].append(
            {"buffer": len(data["buffers"]) - 1, "byteOffset": 0, "byteLength": len(raw)}
        )
        data["accessors"].append(
            {
                "bufferView": len(data["bufferViews"]) - 1,
                "componentType": 5126,
                "count": len(times),
                "type": "SCALAR",
            }
        )
        data["animations"][0]["samplers"][0]["input"] = len(data["accessors"]) - 1

    return change


@pytest.mark.parametrize(
    "stamps",
    [
        ["00:00:00:00.0", "12:00:00:00.0"],
        ["00:00:00:00.0", "11:59:00:00.0"],
        ["23:59:59:00.0", "00:00:01:00.0"] * 50,
        ["00:00:00:00.0", "06:00:01:00.0"],
    ],
)
def test_a_live_link_table_with_a_gap_of_hours(stamps: list[str], tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"line \d+: the recording would last"):
        read_animation(live_link(tmp_path / "a.csv", stamps))


def test_a_recording_over_midnight_is_still_read(tmp_path: Path) -> None:
    found = read_animation(live_link(tmp_path / "a.csv", ["23:59:59:59.0", "00:00:00:00.0", "00:00:00:01.0"]))
    assert len(found.values) == 3


def declare_many_zeros(data: dict[str, Any]) -> None:
    data["accessors"][data["animations"][0]["samplers"][0]["output"]] = {
        "componentType": 5126,
        "count": 10**12,
        "type": "SCALAR",
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (with_times(0.0, 1e6), "would last"),
        (with_times(-1e6, 0.0), "would last"),
        (with_times(0.0, 1e-30), "follow one another"),
        (with_times(0.0, float("nan")), "not finite"),
        (with_times(1.0, 0.0), "time order"),
        (declare_many_zeros, "too many"),
    ],
)
def test_a_gltf_whose_times_are_a_bomb(
    change: Callable[[dict[str, Any]], None], message: str, tmp_path: Path
) -> None:
    with pytest.raises(FormatError, match=message):
        read_animation(gltf(tmp_path / "a.gltf", change))


@pytest.fixture
def take(tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "line.wav", np.zeros(8000), 16_000)
    (tmp_path / "line.lab").write_text("0 2000000 m\n2000000 5000000 aa\n")
    assert main(["generate", str(tmp_path / "line.wav"), "--phones", str(tmp_path / "line.lab")]) == 0
    return tmp_path / "line.take.json"


@pytest.mark.parametrize("duration", [3e5, 1e300, 21_601.0, -1.0])
def test_a_take_that_would_last_for_days(
    duration: float, take: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = json.loads(take.read_text())
    data["sound"]["duration"] = duration
    take.write_text(json.dumps(data))
    capsys.readouterr()
    for command in (
        ["show", take],
        ["plot", take],
        ["convert", take, take.with_name("a.csv")],
        ["convert", take, take.with_name("a.glb"), "--fps", "1000"],
    ):
        assert main([str(word) for word in command]) == 2
        assert "sound.duration" in capsys.readouterr().err


def test_a_take_of_hours_at_a_thousand_frames_a_second(
    take: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = json.loads(take.read_text())
    data["sound"]["duration"] = 21_600.0
    take.write_text(json.dumps(data))
    capsys.readouterr()
    assert main(["convert", str(take), str(take.with_name("a.glb")), "--fps", "1000"]) == 2
    assert "21600001 rows" in capsys.readouterr().err


def test_a_take_of_no_duration_can_be_edited(take: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(take.read_text())
    data["sound"]["duration"] = 0.0
    take.write_text(json.dumps(data))
    take.with_name("line.lab").write_text("0 2000000 b\n2000000 5000000 aa\n")
    assert main(["edit", str(take), "--phones", str(take.with_name("line.lab"))]) == 0


def wav_header(chunks: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 0xFFFFFFFF) + b"WAVE" + chunks


FORMAT = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 16_000, 32_000, 2, 16)


class Endless(io.RawIOBase):
    """A stream that gives whatever is asked for, and keeps count of the most asked at once."""

    def __init__(self, start: bytes) -> None:
        self._start = start
        self.most = 0

    def read(self, size: int = -1) -> bytes:
        self.most = max(self.most, size)
        found, self._start = self._start[:size], self._start[size:]
        return found


def test_a_wav_on_stdin_with_a_chunk_of_four_gigabytes() -> None:
    stream = Endless(wav_header(b"LIST" + struct.pack("<I", 0xFFFFFFF0) + b"x" * 1000))
    with pytest.raises(SoundError, match="ended before any sample"):
        list(standard_input(None, 0, 0, stream))  # type: ignore[arg-type]
    assert stream.most <= 1 << 16


def test_notes_before_the_samples_are_passed_over() -> None:
    notes = b"LIST" + struct.pack("<I", 200_001) + b"x" * 200_002
    stream = io.BytesIO(wav_header(notes + FORMAT + b"data" + struct.pack("<I", 0) + b"\0\1" * 1600))
    assert sum(map(len, standard_input(None, 0, 0, stream))) == 1600


@pytest.mark.parametrize("channels", [0, 1025, 100_000_000])
def test_a_hundred_million_channels(channels: int) -> None:
    with pytest.raises(SoundError, match="give 1 to 1024"):
        list(standard_input("s16le", 16_000, channels, io.BytesIO(b"\0" * 100)))


def test_phones_that_last_for_thirty_years(take: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound, phones = take.with_name("line.wav"), take.with_name("long.lab")
    for end, message in (("1000000000.0", "at most"), ("9.5", "its phones last until 9.50 s")):
        phones.write_text(f"0.0 0.2 m\n0.2 {end} aa\n")
        capsys.readouterr()
        assert main(["generate", str(sound), "--phones", str(phones), "--overwrite"]) == 2
        assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000 + "]" * 100_000, "nested"),
        ("[" * 300 + "]" * 300, "nested"),
        ("9" * 400, "400 digits"),
        ("[1e999]", "too large"),
        ("[NaN]", "no number"),
        ('["\\ud800"]', "half of a character"),
        ('{"\\udfff": 1}', "half of a character"),
        (b"\xff\xff", "not text in UTF-8"),
        (b'["\xed\xa0\x80"]', "not text in UTF-8"),
    ],
)
def test_json_that_is_refused(text: str | bytes, message: str) -> None:
    with pytest.raises(json.JSONDecodeError, match=message):
        parse_json(text)


def test_json_that_is_read() -> None:
    assert parse_json('["\\ud83d\\ude00", 1e-999, -3, 99999999999999999999]')[0] == "\N{GRINNING FACE}"
    assert parse_json('[{"a": 1}]'.encode("utf-16")) == [{"a": 1}]


def test_json_of_too_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    from bilabial import json_text

    monkeypatch.setattr(json_text, "MOST_JSON_VALUES", 1000)
    with pytest.raises(json.JSONDecodeError, match="more than 1000 values"):
        parse_json("[" + "[]," * 1000 + "[]]")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (",".join(HEADER).encode() + b"\n\xff\xfe\n", "not UTF-8"),
        (",".join(HEADER).encode() + b"\n" + b'"' + b"x" * 200_000, "not a csv file"),
        (",".join(HEADER).encode() + b"\n" + b",".join([b"1e39"] * 32), "line 2: give 32 numbers"),
    ],
)
def test_tables_that_are_refused(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=message):
        read_dense_csv(path)


@pytest.mark.parametrize(
    "data",
    [
        {"asset": {}, "animations": ["x"]},
        {"asset": {}, "animations": {"channels": 3}},
        {"asset": {}, "animations": [{"channels": [{"target": {"path": "weights", "node": "a"}}]}]},
        {
            "asset": {},
            "animations": [{"channels": [{"target": {"path": "weights", "node": -1}}]}],
            "nodes": [1],
        },
        {"asset": {}, "extensions": [], "animations": [{"channels": 1}]},
        {"asset": {}, "extensions": {"VRMC_vrm_animation": {"expressions": {"preset": [1]}}}},
        {
            "asset": {},
            "extensions": {"VRMC_vrm_animation": {"expressions": {"custom": {"a": {"node": [1]}}}}},
        },
        ["asset"],
        "asset",
    ],
)
@pytest.mark.parametrize("suffix", [".gltf", ".vrma"])
def test_gltf_that_keeps_to_no_schema(data: object, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_text(json.dumps(data))
    with pytest.raises(FormatError, match=path.name):
        read_animation(path)


_SETTINGS = ("settings", "the card asks for")


def test_card_settings_that_do_not_fit_the_weights(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import shutil

    from bilabial import resources

    shipped = resources.folder("trained_models") / "bilabial-1-live"
    for number, change in enumerate(
        ({"channels": 3}, {"kernel": "five"}, {"dilations": 7}, {"kernel": 10**9})
    ):
        folder = tmp_path / str(number)
        shutil.copytree(shipped, folder)
        card = json.loads((folder / "card.json").read_text())
        card["config"] |= change
        (folder / "card.json").write_text(json.dumps(card))
        capsys.readouterr()
        assert main(["models", str(folder)]) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and any(told in said for told in _SETTINGS)


def test_the_limits_are_those_of_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs/limits.md").read_text()
    for name in (
        "LONGEST",
        "MOST_ROWS",
        "MOST_CHANNELS",
        "MOST_VALUES",
        "FASTEST",
        "MOST_JSON_VALUES",
        "LONGEST_LABEL",
    ):
        assert f"| `{name}` | {getattr(limits, name):.0f}" in page


@pytest.mark.timeout(20)
def test_a_label_as_long_as_a_page_is_refused_at_once(tmp_path: Path) -> None:
    """An alphabet took it apart piece by piece: 70,000 letters kept a core for hours."""
    path = tmp_path / "a.lab"
    path.write_text("0 1000000 m" + "A" * 70_000 + "\n")
    with pytest.raises(FormatError, match=r"line 1: the label .* has 70001 characters"):
        read_phones(path)
    assert parse("\u00e6" * 5000 + "?") is None
    with pytest.raises(PhoneError, match="at most 64"):
        Phone(0.0, 0.1, "a" * 65, "Ah")
