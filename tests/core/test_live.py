"""Live sound: the same controls however it is cut, on stdin in every form, out as JSON or OSC."""

from __future__ import annotations

import io
import json
import socket
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bilabial.audio.live_sources import standard_input
from bilabial.cli import main
from bilabial.cli._live_output import osc_bundle
from bilabial.controls import CONTROLS, GROUPS, SILENCE
from bilabial.errors import BilabialError, SoundError
from bilabial.models.prediction import Prediction
from bilabial.models.store import load_model
from bilabial.qa.checks.speed import speeds
from bilabial.qa.limits import CORNER_SPEED, SPEED_MARGIN
from bilabial.qa.mouth import reference_mouth
from bilabial.solve.live import LiveFace
from bilabial.timing import SAMPLE_RATE, row_count
from make_untrained_model import babble, make_untrained_model


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "random"
    make_untrained_model(folder, units=8)
    return folder


def cut(samples: np.ndarray, size: int) -> list[np.ndarray]:
    return [samples[start : start + size] for start in range(0, len(samples), size)]


def test_blocks_of_any_size_give_the_same_controls(model_folder: Path) -> None:
    sound = babble(1.5)
    runs = []
    for size in (160, 997, len(sound)):
        face = LiveFace(load_model(model_folder))
        runs.append(np.concatenate([*(face.push(block) for block in cut(sound, size)), face.finish()]))
        assert face.rows == len(runs[-1]) == row_count(len(sound))
    np.testing.assert_allclose(runs[1], runs[0], atol=1e-4)
    np.testing.assert_allclose(runs[2], runs[0], atol=1e-4)
    assert runs[0].min() >= 0 and runs[0].max() <= 1


class GroupsOnly:
    """Stands for a phone network: gives the groups that it was made with, a row for each 10 ms of sound."""

    class card:  # noqa: N801
        thresholds = None

    lag = 12

    def __init__(self, groups: np.ndarray) -> None:
        self.groups = groups

    def session(self) -> GroupsOnly:
        self.given = 0
        return self

    def push(self, samples: np.ndarray) -> Prediction:
        rows = self.groups[self.given : self.given + len(samples) // 160]
        self.given += len(rows)
        return Prediction(rows)

    def finish(self) -> Prediction:
        return Prediction(self.groups[self.given :])


def test_groups_become_shapes_and_closures_shut() -> None:
    groups = np.zeros((150, len(GROUPS)), np.float32)
    groups[:, GROUPS.index(SILENCE)] = 1
    groups[30:36] = groups[60:90] = 0
    groups[30:36, GROUPS.index("MBP")] = 1
    groups[60:90, GROUPS.index("Ah")] = 1
    face = LiveFace(GroupsOnly(groups))  # type: ignore[arg-type]
    rows = np.concatenate([face.push(babble(0.5)), face.push(babble(1.0))])
    closed = rows[:, CONTROLS.index("MBP")]
    assert (closed[30:36] == 1.0).all() and closed[:30].max() == 0 and closed[60:].max() < 0.05
    assert 0.6 < rows[80, CONTROLS.index("Ah")] <= 0.7 and rows[140, CONTROLS.index("Ah")] < 0.01
    assert rows[:30, 2:].max() == 0  # it rests in silence


def test_corners_of_the_mouth_are_no_faster_than_real_ones() -> None:
    """From spread to rounded and back at once, as a network may say it: it was 233 mm/s."""
    groups = np.zeros((100, len(GROUPS)), np.float32)
    for start, group in ((0, SILENCE), (20, "Ee"), (40, "U"), (60, "S"), (80, SILENCE)):
        groups[start : start + 20, GROUPS.index(group)] = 1
    face = LiveFace(GroupsOnly(groups))  # type: ignore[arg-type]
    fastest = np.abs(speeds(reference_mouth().widths(face.push(babble(1.0))))).max()
    assert 0.5 * CORNER_SPEED < fastest < SPEED_MARGIN * CORNER_SPEED


def wav(samples: np.ndarray, subtype: str, rate: int = SAMPLE_RATE) -> bytes:
    stream = io.BytesIO()
    soundfile.write(stream, samples, rate, format="WAV", subtype=subtype)
    return stream.getvalue()


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_32", "FLOAT", "DOUBLE"])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_wav_on_a_pipe_is_the_sound_in_it(subtype: str, channels: int) -> None:
    sound = babble(0.2)
    data = wav(np.stack([sound] * channels, axis=1), subtype)
    heard = np.concatenate(list(standard_input(None, 0, 0, io.BytesIO(data))))
    np.testing.assert_allclose(heard, sound, atol=1e-4)


def test_a_pipe_whose_wav_promises_nothing_is_read_to_its_end() -> None:
    data = bytearray(wav(babble(0.1), "PCM_16"))
    data[40:44] = struct.pack("<I", 0xFFFFFFFF)
    assert len(np.concatenate(list(standard_input(None, 0, 0, io.BytesIO(bytes(data)))))) == 1600


def test_bare_samples_are_resampled() -> None:
    data = (np.zeros(4800, "<i2")).tobytes()
    heard = np.concatenate(list(standard_input("s16le", 48_000, 1, io.BytesIO(data + b"\0"))))
    assert len(heard) == 1600


@pytest.mark.parametrize(
    ("data", "raw", "message"),
    [
        (b"", None, "no wav"),
        (b"ID3 and so on", None, "no wav"),
        (wav(np.zeros(10, np.float32), "PCM_24"), None, "24-bit"),
        (wav(np.zeros(10, np.float32), "PCM_16", rate=1), None, "at 1 Hz"),
        (wav(np.zeros(10, np.float32), "PCM_16")[:30], None, "ended before"),
        (np.full(8, np.nan, "<f4").tobytes(), "f32le", "no numbers"),
    ],
)
def test_what_is_no_sound_is_refused(data: bytes, raw: str | None, message: str) -> None:
    with pytest.raises(SoundError, match=message):
        list(standard_input(raw, 16_000, 1, io.BytesIO(data)))


def test_command_gives_a_line_of_json_a_frame(model_folder: Path) -> None:
    command = [sys.executable, "-m", "bilabial", "live", "-", "--model", str(model_folder), "--fps", "25"]
    done = subprocess.run(command, input=wav(babble(1.0), "PCM_16"), capture_output=True, timeout=120)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0 and not done.stderr
    assert [line["time"] for line in lines] == pytest.approx([n / 25 for n in range(26)])
    assert list(lines[0]) == ["time", *CONTROLS]


def test_osc_arrives_as_the_standard_says(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    receiver.settimeout(30)

    class Stdin:
        buffer = io.BytesIO(wav(babble(0.3), "PCM_16"))

    monkeypatch.setattr(sys, "stdin", Stdin)
    address = f"127.0.0.1:{receiver.getsockname()[1]}"
    assert main(["live", "-", "--model", str(model_folder), "--osc", address, "--fps", "10"]) == 0
    packet = receiver.recv(65536)
    receiver.close()
    messages = dict(parse_osc(packet))
    assert list(messages) == ["/bilabial/time", *(f"/bilabial/{name}" for name in CONTROLS)]
    assert messages["/bilabial/time"] == 0.0 and 0 <= messages["/bilabial/Jaw"] <= 1


def parse_osc(packet: bytes) -> list[tuple[str, float]]:
    """By the specification: a bundle of length-prefixed messages, strings padded to four bytes."""
    assert packet[:8] == b"#bundle\0" and struct.unpack(">Q", packet[8:16]) == (1,)
    at, found = 16, []
    while at < len(packet):
        (length,) = struct.unpack_from(">i", packet, at)
        message = packet[at + 4 : at + 4 + length]
        assert length % 4 == 0
        name = message[: message.index(b"\0")]
        types_at = (len(name) // 4 + 1) * 4
        assert message[types_at : types_at + 4] == b",f\0\0"
        found.append((name.decode(), struct.unpack(">f", message[types_at + 4 :])[0]))
        at += 4 + length
    return found


def test_osc_values_keep_their_places() -> None:
    row = np.arange(31, dtype=np.float32) / 31
    assert [value for _, value in parse_osc(osc_bundle(0.5, row))] == pytest.approx([0.5, *row])


@pytest.mark.parametrize("address", ["nowhere", "host:", ":9000", "127.0.0.1:99999", "127.0.0.1:x"])
def test_a_wrong_address_is_refused(address: str) -> None:
    from bilabial.cli._live_output import osc_target

    with pytest.raises(BilabialError, match="like 127"), osc_target(address):
        pass
