"""What ``import bilabial`` offers to programmers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import bilabial
from bilabial.audio.features import features  # any part of the package, so that submodules are loaded too
from make_untrained_model import babble


def test_every_name_is_there_and_is_itself() -> None:
    assert features is not None
    for name in bilabial.__all__:
        assert getattr(bilabial, name).__name__ == name
        assert name in dir(bilabial)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = bilabial.nothing  # type: ignore[attr-defined]


def test_the_names_stay_what_they_are_when_all_modules_are_loaded() -> None:
    """A module of the same name would take a function's place when it is imported."""
    package = Path(bilabial.__file__).parent
    assert not [name for name in bilabial.__all__ if list(package.glob(f"{name}*"))]


def test_sound_to_take_to_file_and_back(tmp_path: Path) -> None:
    take = bilabial.generate_from_samples(babble(1.0), "line.wav")
    assert isinstance(take, bilabial.Take)
    bilabial.save(take, tmp_path / "line.take.json")
    assert bilabial.load(tmp_path / "line.take.json").phones == take.phones
    with pytest.raises(bilabial.BilabialError):
        bilabial.generate(str(tmp_path / "nothing.wav"))


def test_importing_it_loads_nothing() -> None:
    code = "import sys, bilabial; assert 'numpy' not in sys.modules, 'numpy is loaded'"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
