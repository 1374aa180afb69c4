"""The card names whose voices a model was made from."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

from bilabial.training.data.credits import credits_of
from bilabial.training.engine.config import RunConfig


def test_each_set_is_credited_once(caplog: pytest.LogCaptureFixture) -> None:
    sets = (
        "a/speechocean762",
        "a/emodb",
        "b/emodb-worn",
        "b/espeak",
        "b/espeak2",
        "b/nonspeech",
        "our-voices",
    )
    found = credits_of(RunConfig(sets, task={"faces": "c/faces"}))
    assert [credit.name for credit in found] == [
        "speechocean762",
        "EmoDB",
        "eSpeak NG",
        "our-voices",
        "FACEGOOD-Audio2Face",
        "CMUdict",
    ]
    assert "our-voices" in caplog.text, "nobody here knows what is owed for it"
