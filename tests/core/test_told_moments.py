"""What refusals say of moments and languages."""

import shutil

import pytest

from bilabial.errors import PhoneError
from bilabial.phonemes.pronounce import lacks_for
from bilabial.phonemes.track import Phone


def test_moments_are_told_as_a_person_writes_them() -> None:
    with pytest.raises(PhoneError, match=r"runs from 1\.5 to 0 s"):
        Phone(1.5000000071525572, -0.0, "m", "MBP")


def test_a_language_that_needs_espeak_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert lacks_for("en-us") == ""
    assert "eSpeak NG" in lacks_for("zu")
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/espeak-ng")
    assert lacks_for("zu") == ""
