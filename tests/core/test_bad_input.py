"""Every bad input of the command line: one clear sentence, the right exit code, nothing half-written."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bilabial.cli import main
from make_untrained_model import babble, make_untrained_model

LAB = "3000000 4000000 m\n4000000 7000000 a\n"


def wav(path: Path, samples: np.ndarray, rate: int = 16_000, subtype: str = "PCM_16") -> Path:
    soundfile.write(path, samples, rate, subtype=subtype)
    return path


def folder(path: Path) -> Path:
    path.mkdir()
    return path


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def truncated(path: Path) -> Path:
    wav(path, babble(2.0))
    return written(path, path.read_bytes()[:20_000])


def truncated_m4a(path: Path) -> Path:
    import av

    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=16_000, layout="mono")
        for start in range(0, 32_000, 1024):
            block = np.zeros((1, 1024), np.float32)
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 16_000, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return written(path, path.read_bytes()[:-1500])


def video_without_sound(path: Path) -> Path:
    import av

    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=24)
        stream.width = stream.height = 32
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        for _ in range(5):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def of_rate_one(path: Path) -> Path:
    wav(path, babble(0.5))
    data = bytearray(path.read_bytes())
    data[24:28] = struct.pack("<I", 1)
    return written(path, bytes(data))


def with_value(value: float) -> Callable[[Path], Path]:
    samples = babble(1.0)
    samples[5000] = value
    return lambda path: wav(path, samples, subtype="FLOAT")


BAD_SOUNDS: dict[str, tuple[str, Callable[[Path], Path], str]] = {
    "no such file": ("a.wav", lambda path: path, "there is no file"),
    "a folder": ("a.wav", folder, "is a folder"),
    "an empty file": ("a.wav", lambda path: written(path, b""), "is empty"),
    "text renamed": ("a.wav", lambda path: written(path, b"Dear diary,\ntoday " * 40), "no sound file"),
    "random bytes": ("a.mp3", lambda path: written(path, bytes(range(7, 251)) * 9), "a.mp3"),
    "a truncated wav": ("a.wav", truncated, "cut short"),
    "a truncated m4a": ("a.m4a", truncated_m4a, "a.m4a"),
    "no audio stream": ("a.mp4", video_without_sound, "no audio stream"),
    "NaN samples": ("a.wav", with_value(np.nan), "NaN"),
    "infinite samples": ("a.wav", with_value(np.inf), "infinite"),
    "20 ms": ("a.wav", lambda path: wav(path, babble(0.02)), "too short to hold speech"),
    "a rate of 1": ("a.wav", of_rate_one, "sample rate of 1 Hz"),
    "no samples": ("a.wav", lambda path: wav(path, np.zeros(0, np.float32)), "holds no samples"),
}


def refused(arguments: list[str | Path], capsys: pytest.CaptureFixture[str]) -> str:
    """Run, expect exit code 2, and give the one sentence."""
    assert main([str(argument) for argument in arguments]) == 2
    said = capsys.readouterr()
    assert not said.out
    lines = said.err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("bilabial: "), said.err
    return lines[0]


@pytest.mark.parametrize("case", BAD_SOUNDS)
def test_bad_sounds(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name, make, message = BAD_SOUNDS[case]
    sound = make(tmp_path / name)
    phones = written(tmp_path / "a.lab", LAB.encode())
    before = sorted(tmp_path.iterdir())
    sentence = refused(["generate", sound, "--phones", phones, "-o", tmp_path / "t.json"], capsys)
    assert message in sentence and name in sentence
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("case", BAD_SOUNDS)
def test_a_bad_sound_in_a_batch_fails_alone(case: str, tmp_path: Path) -> None:
    """Through the same function that the workers run."""
    from bilabial.batch.line import make_line
    from bilabial.batch.lines import Line
    from bilabial.batch.report import Status
    from bilabial.batch.run import Task

    name, make, message = BAD_SOUNDS[case]
    phones = written(tmp_path / "a.lab", LAB.encode())
    line = Line(2, make(tmp_path / name), tmp_path / "t.json", phones=phones)
    finished = make_line(Task(line, None))
    assert finished.outcome.status is Status.FAILED and finished.entry is None
    assert message in finished.outcome.message or name in finished.outcome.message
    assert "fault in Bilabial" not in finished.outcome.message
    assert not (tmp_path / "t.json").exists()


def test_all_zeros_is_a_take_at_rest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Digital silence is a sound like any other: the mouth rests, and nobody is told off."""
    from bilabial.curves.format import load

    sound = wav(tmp_path / "a.wav", np.zeros(32_000, np.float32))
    phones = written(tmp_path / "a.lab", b"0 20000000 pau\n")
    assert main(["generate", str(sound), "--phones", str(phones)]) == 0
    assert "no speech" in capsys.readouterr().out
    curves = load(tmp_path / "a.take.json").styled()
    assert all(curves[name].evaluate(1.0) == 0 for name in curves if name not in ("Jaw", "Lip"))


@pytest.fixture
def take(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    wav(tmp_path / "line.wav", babble(1.0))
    phones = written(tmp_path / "line.lab", LAB.encode())
    assert main(["generate", str(tmp_path / "line.wav"), "--phones", str(phones)]) == 0
    capsys.readouterr()
    return tmp_path / "line.take.json"


LISTS = "[" * 100_000
DIGITS = "9" * 5000


@pytest.mark.parametrize("text", [LISTS, DIGITS, '{"mouthCues": ' + LISTS], ids=["deep", "digits", "cues"])
@pytest.mark.parametrize("name", ["a.json", "a.gltf"])
def test_json_bombs(name: str, text: str, take: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bomb = written(take.with_name(name), text.encode())
    refused(["convert", bomb, take.with_name("out.glb")], capsys)
    if name == "a.json":
        refused(["generate", take.with_name("line.wav"), "--phones", bomb], capsys)
        refused(["convert", take, take.with_name("out.glb"), "--rig", bomb], capsys)


def test_no_input_is_written_over(take: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound, phones = take.with_name("line.wav"), take.with_name("line.lab")
    before = [file.read_bytes() for file in (sound, phones, take)]
    for slip in (
        ["generate", sound, "--phones", phones, "-o", sound, "--overwrite"],
        ["generate", sound, "--phones", phones, "--curves", sound],
        ["generate", sound, "--phones", phones, "--curves", phones],
        ["generate", sound, "--phones", phones, "--curves", take],
        ["convert", take, take, "--rig", "arkit-52"],
    ):
        refused(slip, capsys)
    assert [file.read_bytes() for file in (sound, phones, take)] == before


def test_phones_of_a_longer_sound(take: Path, capsys: pytest.CaptureFixture[str]) -> None:
    phones = written(take.with_name("other.lab"), (LAB + "90000000 95000000 m\n").encode())
    sentence = refused(["generate", take.with_name("line.wav"), "--phones", phones], capsys)
    assert "lasts 1.00 s but its phones last until 9.50 s" in sentence


def test_no_name_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    refused(["generate", ""], capsys)
    refused(["plot", ""], capsys)


@pytest.mark.skipif(sys.platform != "linux", reason="only there may names be any bytes")
def test_a_name_that_is_not_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound = tmp_path / os.fsdecode(b"\xff.wav")
    shutil.copy(wav(tmp_path / "a.wav", babble(1.0)), sound)
    assert "another name" in refused(["generate", sound], capsys)


@pytest.mark.parametrize("closed", [1, 2])
def test_closed_streams(closed: int, take: Path) -> None:
    """As in ``bilabial show TAKE >&-``: nobody listens, and nothing else is wrong."""
    command = (
        f"exec {closed}>&-; exec {shlex.quote(sys.executable)} -m bilabial show {shlex.quote(str(take))}"
    )
    done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=60)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


def test_a_closed_stdin(model: Path) -> None:
    command = (
        f"exec 0<&-; exec {shlex.quote(sys.executable)} -m bilabial live - --model {shlex.quote(str(model))}"
    )
    done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=60)
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert b"stdin is closed" in done.stderr


def test_a_take_finds_its_sound_from_anywhere(
    take: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    moved = folder(tmp_path / "takes") / "moved.json"
    assert main(["edit", str(take), "--style", "shout", "-o", str(moved)]) == 0
    monkeypatch.chdir("/")
    for path in (take, moved):
        assert main(["plot", str(path), "-o", str(tmp_path / "page.html")]) == 0
        assert "not at hand" not in capsys.readouterr().err
    assert json.loads(moved.read_text("utf-8"))["sound"]["path"] == "../line.wav"


def test_the_folder_that_one_stands_in_changes_nothing(
    take: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = take.read_bytes()
    monkeypatch.chdir(take.parent)
    assert main(["generate", "line.wav", "--phones", "line.lab"]) == 0
    assert take.read_bytes() == before


def newer(text: str) -> str:
    data = json.loads(text)
    data["schema"] = "bilabial/take/999"
    return json.dumps(data)


def enormous(text: str) -> str:
    data = json.loads(text)
    curve = data["tracks"]["speech"]["curves"]["MBP"]
    curve["values"] = [1e300] * len(curve["times"])
    return json.dumps(data)


BAD_TAKES: dict[str, tuple[Callable[[str], str], str]] = {
    "a newer version": (newer, "newer Bilabial"),
    "cut off": (lambda text: text[: len(text) // 2], "damaged"),
    "empty": (lambda text: "", "damaged"),
    "not a take": (lambda text: '{"schema": "bilabial/rig-profile/1"}', "bilabial/take"),
    "enormous": (enormous, "beyond"),
    "a list": (lambda text: "[1, 2, 3]", "t"),
    "deep": (lambda text: "[" * 100_000, "damaged"),
}


@pytest.mark.parametrize("command", ["show", "plot", "convert"])
@pytest.mark.parametrize("case", BAD_TAKES)
def test_bad_takes(case: str, command: str, take: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change, message = BAD_TAKES[case]
    take.write_text(change(take.read_text("utf-8")), "utf-8")
    out = take.with_name("out.csv") if command == "convert" else take.with_name("out.html")
    arguments = {"show": [], "plot": ["-o", out], "convert": [out]}[command]
    sentence = refused([command, take, *arguments], capsys)
    if command != "convert":  # there a file that is no take may be anything else
        assert message in sentence and "line.take.json" in sentence
    assert not out.exists()


def test_a_take_that_is_not_there_or_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no take" in refused(["show", tmp_path / "none.json"], capsys)
    assert "is a folder" in refused(["plot", tmp_path], capsys)
    assert "there is no file" in refused(["convert", tmp_path / "none.json", tmp_path / "a.csv"], capsys)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "random"
    make_untrained_model(folder, units=8)
    return folder


def change_card(folder: Path, **changes: object) -> None:
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps(card | changes))


BAD_MODELS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a wrong hash": (lambda f: change_card(f, hashes={"weights.safetensors": "0" * 64}), "sha256 differs"),
    "no weights": (lambda f: (f / "weights.safetensors").unlink(), "lacks its file"),
    "no card": (lambda f: (f / "card.json").unlink(), "holds no card.json"),
    "a broken card": (lambda f: (f / "card.json").write_text("{"), "is not JSON"),
    "a newer card": (lambda f: change_card(f, schema="bilabial/model-card/9"), "newer Bilabial"),
    "other channels": (lambda f: change_card(f, groups=["A"]), "orders its groups"),
    "an unknown network": (lambda f: change_card(f, architecture="oracle"), "no network 'oracle'"),
}


@pytest.mark.parametrize("case", BAD_MODELS)
def test_bad_models(case: str, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damage, message = BAD_MODELS[case]
    copy = tmp_path / "model"
    shutil.copytree(model, copy)
    damage(copy)
    sound = wav(tmp_path / "a.wav", babble(0.5))
    assert message in refused(["generate", sound, "--model", copy], capsys)
    assert message in refused(["models", copy], capsys)
    assert not (tmp_path / "a.take.json").exists()


def test_a_model_that_nobody_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound = wav(tmp_path / "a.wav", babble(0.5))
    assert "there is no model 'nobody'" in refused(["generate", sound, "--model", "nobody"], capsys)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("option", ["-o", "--curves"])
def test_a_full_disk(option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound = wav(tmp_path / "a.wav", babble(2.0))
    phones = written(tmp_path / "a.lab", LAB.encode())
    assert "disk is full" in refused(["generate", sound, "--phones", phones, option, "/dev/full"], capsys)
    assert not (tmp_path / "a.take.json").exists()


@pytest.mark.parametrize(("command", "output"), [("plot", "o.html"), ("plot", "o.png"), ("convert", "o.csv")])
def test_a_disk_that_fills_up_while_writing(
    command: str, output: str, take: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = sorted(take.parent.iterdir())
    monkeypatch.setattr(Path, "replace", full)  # the last step of every atomic write
    arguments = [command, take, *(["-o"] if command == "plot" else []), take.with_name(output)]
    assert "disk is full" in refused(arguments, capsys)
    assert sorted(take.parent.iterdir()) == before


def test_an_output_folder_that_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound = wav(tmp_path / "a.wav", babble(0.5))
    phones = written(tmp_path / "a.lab", LAB.encode())
    for option in ("-o", "--curves"):
        target = tmp_path / "none" / "out.json"
        assert "make the folder" in refused(["generate", sound, "--phones", phones, option, target], capsys)


def test_a_phone_file_with_an_unknown_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound = wav(tmp_path / "a.wav", babble(0.5))
    phones = written(tmp_path / "a.lab", b"0 1000000 m\n1000000 2000000 @@@\n")
    sentence = refused(["generate", sound, "--phones", phones], capsys)
    assert "a.lab" in sentence and "@@@" in sentence


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_in_the_middle(stop: signal.Signals, tmp_path: Path) -> None:
    """Stopped while it works on ten minutes: the old take stays, nothing else appears."""
    sound = wav(tmp_path / "a.wav", np.tile(babble(10.0), 60))
    phones = written(tmp_path / "a.lab", LAB.encode())
    old = written(tmp_path / "t.json", b"old")
    command = [
        sys.executable, "-m", "bilabial", "generate", str(sound), "--phones", str(phones), "-o", str(old),
        "--overwrite", "--progress", "jsonl",
    ]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        started = time.monotonic()
        process.send_signal(stop)
        output, errors = process.communicate(timeout=60)
    assert json.loads(first)["stage"] == "listening"
    assert process.returncode == 130
    assert time.monotonic() - started < 15.0
    assert "Traceback" not in errors and not output
    assert "half-written" in json.loads(errors.splitlines()[-1])["error"]
    assert old.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.lab", "a.wav", "t.json"]
