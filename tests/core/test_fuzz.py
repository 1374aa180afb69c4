"""Every reader against damaged files, and against each that ever broke one. More: ``make fuzz``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fuzz.run import FOUND, attempt, case
from fuzz.targets import TARGETS

# A machine that is idle runs `make test` with more (see the Makefile); the default suits a busy one.
CASES = int(os.environ.get("BILABIAL_FUZZ_CASES", "60"))


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
