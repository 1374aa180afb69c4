"""A crash heals itself: one round of each kind. ``make crash`` runs a thousand, and dies at every step."""

from __future__ import annotations

import os

import pytest

if os.name != "posix":
    pytest.skip("signals and forks", allow_module_level=True)

from crash.run import DEEDS, run

ROUNDS = int(os.environ.get("BILABIAL_CRASH_ROUNDS", str(len(DEEDS))))


@pytest.mark.timeout(900)
def test_the_rerun_converges_after_every_crash() -> None:
    assert sum(run(ROUNDS).values()) == ROUNDS >= 1
