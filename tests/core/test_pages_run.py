"""Every command that a page prints runs as printed, in a folder that holds what it names."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile
from PIL import Image

from bilabial.audio.reading import read
from bilabial.cli import main
from bilabial.timing import SAMPLE_RATE

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    *(
        page for page in sorted((ROOT / "docs").rglob("*.md")) if page.name != "engines.md"
    ),  # test_engines_page
]
SPOKEN = 1.85  # seconds of the demo's line: "My name is Bilabial"

# What a test cannot wait for, and what tries it instead.
ELSEWHERE = {
    "studio": "opens a window: tests/studio",
    "live": "listens to a microphone: test_live",
    "key": "needs Blender: tests/addon/test_blender_command",
    "bench": "takes minutes: make bench",
    "plot takes/ --serve": "serves until it is stopped: tests/page",
    "plot line.take.json --head head.glb": "needs a head of one's own: test_own_head makes one",
    "batch lines.csv --workers 8": "starts workers of Dask: test_dask",
    "batch lines.csv --scheduler tcp://machine:8786": "needs a scheduler of Dask: test_dask",
    "batch lines.csv --rows 5002-10001": "needs ten thousand lines: test_batch",
    "models add whisper-base/": "needs a Whisper of 150 MB: test_whisper makes a small one",
    "transcribe line.wav --model words-base/": "needs that model",
    "generate line.wav --model runs/lesson/first -o first.take.json": "the lesson trains it: test_lesson",
    "generate line.wav --words-model words-base/": "needs that model",
}


def printed() -> Iterator[tuple[str, str]]:
    """(page, command) of every indented or fenced line that starts with the program, each command once."""
    seen = set()
    for page in PAGES:
        for told in re.findall(r"^(?: *)(?:\.venv/bin/)?bilabial ([^\n]+)$", page.read_text("utf-8"), re.M):
            command = re.sub(r"\s+#.*$", "", told).strip()
            if command not in seen:
                seen.add(command)
                yield page.name, command


def is_elsewhere(command: str) -> bool:
    return any(command == known or command.startswith(known + " ") for known in ELSEWHERE)


COMMANDS = [pair for pair in printed() if not is_elsewhere(pair[1])]


def test_the_pages_have_commands() -> None:
    assert len(COMMANDS) > 35


@pytest.mark.parametrize("known", ELSEWHERE)
def test_what_is_tried_elsewhere_is_printed(known: str) -> None:
    assert any(command == known or command.startswith(known + " ") for _, command in printed())


@pytest.fixture(scope="module")
def props(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that pages speak of."""
    folder = tmp_path_factory.mktemp("props")
    samples = read(ROOT / "docs" / "demo" / "line.flac")
    soundfile.write(folder / "line.wav", samples[: round(SPOKEN * SAMPLE_RATE)], SAMPLE_RATE)
    for name in ("line.txt", "said.txt"):
        (folder / name).write_text("My name is Bilabial.\n")
    take = str(folder / "line.take.json")
    assert main(["generate", str(folder / "line.wav"), "--words", str(folder / "line.txt"), "-o", take]) == 0
    assert main(["convert", take, str(folder / "line.TextGrid")]) == 0
    shutil.copy(take, folder / "other.take.json")
    for name in ("takes", "recordings", "demo"):
        (folder / name).mkdir()
    shutil.copy(folder / "line.take.json", folder / "takes" / "one.take.json")
    (folder / "lines.csv").write_text("sound,take,text\nline.wav,made/a.take.json,line.txt\n")
    with Image.open(ROOT / "docs" / "images" / "head.png") as head:
        head.convert("RGB").resize((240, 240)).save(folder / "face.png")
        head.convert("RGB").resize((960, 960)).save(folder / "fox.png")
    for name in ("docs", "rigs", "trained_models"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_it_runs_as_printed(
    page: str, command: str, props: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = shlex.split(command)
    shutil.copytree(props, tmp_path / "here", symlinks=True)
    monkeypatch.chdir(tmp_path / "here")
    if words[0] in {"generate", "transcribe"}:  # makes it
        Path("line.take.json").unlink()
    if words[0] == "transcribe":  # the rest of the suite does without the words model, for its time
        monkeypatch.delenv("BILABIAL_WORDS_MODEL", raising=False)
    assert main(words) == 0, f"{page}: bilabial {command}"
