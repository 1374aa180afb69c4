"""Every reader against damaged files, and against each that ever broke one. More: ``make fuzz``."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from pathlib import Path

import pytest

from fuzz.mutate import mutated
from fuzz.run import FOUND, Finding, Ledger, Run, attempt, case, run
from fuzz.targets import TARGETS, Target

# Of each reader. All of them take about 15 seconds of processor.
CASES = int(os.environ.get("BILABIAL_FUZZ_CASES", "1000"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@pytest.mark.parametrize("name", TARGETS)
def test_no_damage_breaks_a_reader(name: str, home: Path) -> None:
    taken = sum(attempt(name, *case(name, seed, home), home) for seed in range(CASES))
    assert name == "journal" or taken < CASES  # some damage was damage; a journal is read whatever it holds


@pytest.mark.parametrize(
    "path", sorted(FOUND.glob("*/*")), ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_what_broke_a_reader_once_is_refused_or_read(path: Path, home: Path) -> None:
    attempt(path.parent.name, path.name.partition("-")[2], path.read_bytes(), home)


def test_a_json_text_that_is_one_number_can_be_damaged_further() -> None:
    """The damage itself once ended a count of hours, without a word where nobody kept its errors."""
    for seed in range(400):
        mutated(b"7", random.Random(seed))
        mutated(b'"seven"', random.Random(seed))


def test_a_reader_that_never_comes_back_is_a_finding(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forever(path: Path) -> None:
        while True:
            pass

    monkeypatch.setattr("fuzz.run.SLOW", 0.2)
    monkeypatch.setitem(TARGETS, "text", Target(TARGETS["text"].seeds, forever))
    with pytest.raises(Finding, match="it took more than"):
        attempt("text", "a.txt", b"Mama", home)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes that fork")
def test_a_decoder_that_ends_its_process_is_a_finding_and_the_count_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def deadly(path: Path) -> None:
        if path.parent.name.startswith("case"):  # the seeds are read as well, by this very process
            os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr("fuzz.run.FOUND", tmp_path / "found")
    monkeypatch.setitem(TARGETS, "text", Target(TARGETS["text"].seeds, deadly))
    task = Run(Ledger(["text"], 0), tmp_path, time.monotonic() + 60, 2)
    run(task, tmp_path / "counts.json")
    assert len(task.found()) == 1 and "signal 9" in capfd.readouterr().out
    assert len(list((tmp_path / "found" / "text").iterdir())) == 1
    told = json.loads((tmp_path / "counts.json").read_text())
    assert (told["cases"], told["findings"], told["readers"]["text"]["cases"]) == (2, 1, 2)
