"""A crash heals itself: one round of each kind. ``make crash`` runs a thousand."""

from __future__ import annotations

import os

import pytest

from crash.run import DEEDS, run

ROUNDS = int(os.environ.get("BILABIAL_CRASH_ROUNDS", "4"))


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.timeout(900)
def test_the_rerun_converges_after_every_crash() -> None:
    assert sum(run(ROUNDS).values()) == ROUNDS
    assert len(DEEDS) == 11
