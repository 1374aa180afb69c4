"""A profile proved on a performance: lips shut on every m, b and p, nothing past its limits, names found.

Everything here is measured from rules and curves. Where a face is at hand (the demo head, Rigify) the writer
of docs/rig-proof.md measures its lips as well: tests/proof/write_rig_proof.py.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..controls import CLOSED, CLOSERS, CONTROLS, JALI_FIELD
from ..curves.curve import Curve, rows_at
from ..timing import FRAME_RATE
from .bake import bake, baked_gap
from .evaluate import Evaluator, limits_hit, lip_gap
from .profile import WORKING_POINT, RigProfile
from .recognise import RigNames, candidate, recognise

Floats = NDArray[np.float64]
TEN_MINUTES = 600 * FRAME_RATE + 1  # rows
# What people put before and after the names of their shapes and bones.
DRESSINGS: Mapping[str, tuple[str, str]] = {
    "as written": ("", ""),
    "prefix": ("Wolf_", ""),
    "suffix": ("", "_v2"),
    "both": ("hero_", "_geo"),
    "namespace": ("scene:wolf|", ""),
}


@dataclass(frozen=True, slots=True)
class ProfileProof:
    closures: int  # stretches on which m, b, p hold the lips shut
    residual: float | None  # largest opening on them, in full jaws; None where the profile has no ``gap``
    baked_residual: float | None  # the same between the keys of the baked channels
    limits: Mapping[str, int]  # channel -> rows in which it wished to go past its limits
    keys: int  # of the baked channels
    evaluate_seconds: float  # of processor: ten minutes of controls to channel values
    bake_seconds: float | None  # ten minutes of controls to keys; None where one drawing at a time is shown
    found: Mapping[str, float]  # dressing -> confidence that the names are this profile's
    missed: tuple[str, ...]  # dressings under which another profile was chosen, or none
    half: str  # what recognition answers to a rig that has every second of its names


def dense_of(curves: Mapping[str, Curve], seconds: float) -> Floats:
    """Curves of the controls as rows at FRAME_RATE; controls without keys rest."""
    times = np.arange(int(np.ceil(seconds * FRAME_RATE)) + 1) / FRAME_RATE
    rows = rows_at(curves, CONTROLS, times)
    for name in JALI_FIELD:
        if name not in curves or not len(curves[name]):
            rows[:, CONTROLS.index(name)] = WORKING_POINT
    return rows


def plateaus(dense: Floats, controls: tuple[str, ...]) -> list[slice]:
    """Runs of rows in which one of some controls is fully on."""
    on = (dense[:, [CONTROLS.index(name) for name in controls]] >= CLOSED).any(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def prove(profile: RigProfile, dense: Floats) -> ProfileProof:
    """Put a performance (rows, 31) onto a profile and measure."""
    closed = plateaus(dense, CLOSERS)
    rows = np.concatenate([np.arange(run.start, run.stop) for run in closed]) if closed else np.arange(0)
    values = Evaluator(profile)(dense)
    known = any(profile.gap.values()) and len(rows) > 0
    long = np.tile(dense, (TEN_MINUTES // len(dense) + 1, 1))[:TEN_MINUTES]
    started = time.process_time()
    Evaluator(profile)(long)
    evaluate_seconds = time.process_time() - started
    keys, bake_seconds, baked = 0, None, None
    if profile.mode != "choose":
        curves = bake(profile, dense)
        keys = sum(len(curve) for curve in curves.values())
        if known:
            between = np.concatenate([np.linspace(r.start, r.stop - 1, 20) for r in closed]) / FRAME_RATE
            baked = max(0.0, float(baked_gap(profile, curves, between).max()))
        started = time.process_time()
        bake(profile, long)
        bake_seconds = time.process_time() - started
    found, missed = {}, []
    for dressing, (prefix, suffix) in DRESSINGS.items():
        names = names_of(profile, prefix, suffix)
        found[dressing] = candidate(profile, names).confidence
        best = recognise(names).best
        if best is None or best.profile.name != profile.name:
            missed.append(f"{dressing}: {best.profile.name if best else 'asks'}")
    return ProfileProof(
        closures=len(closed),
        residual=max(0.0, float(lip_gap(profile, values[rows]).max())) if known else None,
        baked_residual=baked,
        limits=limits_hit(profile, dense),
        keys=keys,
        evaluate_seconds=evaluate_seconds,
        bake_seconds=bake_seconds,
        found=found,
        missed=tuple(missed),
        half=recognise(names_of(profile, every=2)).verdict,
    )


def names_of(profile: RigProfile, prefix: str = "", suffix: str = "", every: int = 1) -> RigNames:
    """A rig that has a profile's names, dressed up; or only every so manieth of them."""
    kinds: dict[str, dict[str, None]] = {"shape_key": {}, "bone": {}, "property": {}}
    for channel in profile.channels.values():
        if channel.kind == "property" and channel.bone:
            bone, _, prop = channel.all_names[0].rpartition(".")
            kinds["property"][f"{prefix}{bone}{suffix}.{prop}"] = None
        else:
            kinds[channel.kind][f"{prefix}{channel.all_names[0]}{suffix}"] = None
    return RigNames(*(tuple(names)[::every] for names in kinds.values()))
