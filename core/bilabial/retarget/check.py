"""What a profile promises, measured: closure at any field, limits hit, drivers that fit, time per clip.

``python -m bilabial.retarget.check`` writes the table of all profiles that docs/rigs.md shows.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..controls import CLOSERS, CONTROLS, LABIODENTALS, SHAPES
from ..errors import RigError
from ..exchange.animation.channels import ChannelAnimation
from .evaluate import evaluate, limits_hit, lip_gap
from .expression import LONGEST, expression
from .profile import WORKING_POINT, RigProfile
from .profile_format import available_profiles, load_profile
from .solve import retarget

Floats = NDArray[np.float64]
_GRID = (0.0, 0.3, 0.6, 1.0)


@dataclass(frozen=True, slots=True)
class ProfileCheck:
    closed_gap: float  # largest opening of the lips with MBP or MBPa at 1, over all fields and other controls
    contact_gap: float  # the same with FV or FVa at 1: the opening that is left for the teeth
    limits: tuple[str, ...]  # channels that single controls drive past their limits at some field
    longest_driver: int  # characters; Blender keeps 255
    seconds: float  # for ten minutes of controls, 60,001 rows


def check(profile: RigProfile, rows: int = 60_001) -> ProfileCheck:
    """Measure a profile. About half a second; fewer ``rows`` for a quick look."""
    numbers = np.random.default_rng(31)
    wild = numbers.random((rows, len(CONTROLS)))
    started = time.process_time()
    evaluate(profile, wild)
    seconds = time.process_time() - started
    few = wild[:4000]
    drivers = []
    for name in profile.driven:
        try:
            drivers.append(len(expression(profile, name).text))
        except RigError:
            drivers.append(LONGEST + 1)
    return ProfileCheck(
        closed_gap=_gap(profile, few, CLOSERS),
        contact_gap=_gap(profile, few, LABIODENTALS),
        limits=tuple(limits_hit(profile, _alone())),
        longest_driver=max(drivers, default=0),
        seconds=seconds,
    )


def _gap(profile: RigProfile, wild: Floats, closers: tuple[str, ...]) -> float:
    worst = -np.inf
    for closer in closers:
        rows = wild.copy()
        rows[:, CONTROLS.index(closer)] = 1.0
        worst = max(worst, float(lip_gap(profile, evaluate(profile, rows)).max()))
    return max(0.0, worst)


def _alone() -> Floats:
    """Each control alone at 1, at fields from silent to shouting."""
    rows = []
    for jaw in _GRID:
        for lip in _GRID:
            block = np.zeros((len(SHAPES), len(CONTROLS)))
            block[:, 2:] = np.eye(len(SHAPES))
            block[:, 0], block[:, 1] = jaw, lip
            rows.append(block)
    return np.concatenate(rows)


def table() -> str:
    """All profiles as a table in Markdown, ten minutes of capture onto each of them included."""
    lines = [
        "| profile | channels | closed gap | f, v gap | at limits | driver | 10 min controls | capture |",
        "|---|---|---|---|---|---|---|---|",
    ]
    capture = _capture()
    for name in available_profiles():
        profile = load_profile(name)
        found = check(profile)
        took = _retarget_seconds(capture, profile)
        lines.append(
            f"| {name} | {len(profile.channels)} | {found.closed_gap:.4f} | {found.contact_gap:.2f} "
            f"| {len(found.limits)} | {found.longest_driver} | {found.seconds:.2f} s | {took} |"
        )
    return "\n".join(lines) + "\n"


def _capture(rows: int = 36_000) -> ChannelAnimation:
    """Ten minutes of ARKit at 60 frames a second: speech with a closure now and then, and wandering eyes."""
    numbers = np.random.default_rng(31)
    dense = np.zeros((rows, len(CONTROLS)))
    dense[:, :2] = WORKING_POINT
    bump = np.minimum(np.hanning(14) * 1.2, 1.0)[:, None]
    for place in range(0, rows - 14, 5):
        column = int(numbers.integers(2, len(CONTROLS)))
        part = dense[place : place + 14, column : column + 1]
        np.maximum(part, bump, out=part)
    arkit = load_profile("arkit-52")
    values = evaluate(arkit, dense)
    eyes = [i for i, name in enumerate(arkit.channels) if name.startswith(("eye", "brow"))]
    values[:, eyes] = numbers.random(len(eyes)) * np.abs(np.sin(np.arange(rows)[:, None] / 90.0))
    return ChannelAnimation(tuple(arkit.channels), 60.0, values)


def _retarget_seconds(capture: ChannelAnimation, profile: RigProfile) -> str:
    started = time.process_time()
    try:
        retarget(capture, load_profile("arkit-52"), profile)
    except RigError:
        return "-"
    return f"{time.process_time() - started:.2f} s"


if __name__ == "__main__":
    sys.stdout.write(table())
