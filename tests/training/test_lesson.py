"""The lesson's commands run as printed, in its order; only how long they take is set anew."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

pytest.importorskip("torch")

from bilabial.cli import main as bilabial
from bilabial.errors import BilabialError
from bilabial.training.cli.commands import main as training
from bilabial.training.make.espeak_voices import Espeak

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "lesson.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    (python -m bilabial\.training|bilabial) (.+)$", PAGE, re.M)
SHORTER = {
    "--minutes": "0.15",
    "--clips": "1",
}
QUICK = ["--set", "trainer.steps=2", "--set", "trainer.measure_steps=9", "--set", "sampler.batch=2"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    try:
        Espeak()
    except BilabialError as error:
        pytest.skip(str(error))
    for name in ("core", "docs", "trained_models"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shortened(words: list[str]) -> list[str]:
    out = list(words)
    for place, word in enumerate(words[:-1]):
        if word in SHORTER:
            out[place + 1] = SHORTER[word]
    return out + (QUICK if words[0] == "train" else [])


def record(home: Path) -> None:
    """What a reader brings: three voices, a transcript beside each sound."""
    for number, clip in enumerate(sorted((home / "runs" / "lesson" / "espeak" / "audio").iterdir())[:3]):
        folder = home / "recordings" / ("anna", "ben", "cleo")[number]
        folder.mkdir(parents=True)
        shutil.copy(clip, folder / "one.flac")
        rows = (home / "runs" / "lesson" / "espeak" / "manifest.tsv").read_text(encoding="utf-8").splitlines()
        said = next(row.split("\t")[-1] for row in rows if row.startswith(clip.stem + "\t"))
        (folder / "one.txt").write_text(said, encoding="utf-8")


def test_the_lesson_runs_from_its_first_command_to_its_last(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(COMMANDS) == 13
    shutil.copy(ROOT / "docs" / "demo" / "line.flac", here / "line.wav")
    for program, rest in COMMANDS:
        words = shlex.split(rest)
        if words[0] == "gather":
            record(here)
        run = training if program.startswith("python") else bilabial
        assert run(shortened(words)) in (0, 1) if words[0] == "realign" else run(shortened(words)) == 0, rest
    shown = capsys.readouterr().out
    assert "### first 1" in shown and "### ours-ear 1" in shown and "| ours |" in shown
