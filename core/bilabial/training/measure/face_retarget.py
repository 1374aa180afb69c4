"""A network's face on other characters (Tian, 5.2): what of it arrives on a rig's own channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...expression.drawn import DrawnFace
from ...retarget.evaluate import lip_gap
from ...retarget.profile_format import load_profile
from ...retarget.solve import pose_matrix
from ...vocabulary import find
from .face_weights import correlation

Floats = NDArray[np.float64]

RIGS = ("arkit-52", "metahuman", "vrm-1")
SHUT = 0.005  # of a jaw's whole way: lips nearer than this are shut


@dataclass(frozen=True, slots=True)
class Arrived:
    rig: str
    moving: int  # channels that move by a twentieth or more
    gap_r: float  # correlation of the lips' gap with the source's
    shut: float  # share of the source's shut frames that are shut here
    shapes_r: float  # over the shapes that move in both: mean correlation of ARKit's shapes with the source's


def arrive(rows: Floats, vocabulary: str, rigs: Sequence[str] = RIGS) -> list[Arrived]:
    """``rows`` (frames, weights) of a vocabulary onto each rig."""
    units = find("arkit-52").names
    source = load_profile(vocabulary)
    own = DrawnFace(vocabulary, source)(rows)
    assert own is not None
    wanted, gap = own @ pose_matrix(source, units), lip_gap(source, own)
    found = []
    for name in rigs:
        profile = load_profile(name)
        values = DrawnFace(vocabulary, profile)(rows)
        if values is None:
            continue
        shapes, there = values @ pose_matrix(profile, units), lip_gap(profile, values)
        both = np.flatnonzero((wanted.std(axis=0) > 0.02) & (shapes.std(axis=0) > 1e-6))
        likeness = [correlation(wanted[:, i], shapes[:, i]) for i in both]
        shut = gap < SHUT
        kept = float((there[shut] < SHUT).mean()) if shut.any() else float("nan")
        alike = float(np.mean(likeness)) if likeness else float("nan")
        moving = int((np.ptp(values, axis=0) > 0.05).sum())
        found.append(Arrived(name, moving, correlation(gap, there), kept, alike))
    return found


def as_markdown(found: Sequence[Arrived], command: str) -> str:
    lines = [
        f"`{command}`",
        "",
        "| rig | channels that move | r of the lips' gap | shut lips that stay shut | r of the shapes |",
        "|---|---|---|---|---|",
    ]
    for one in found:
        shut = "–" if np.isnan(one.shut) else f"{one.shut:.0%}"
        lines.append(f"| {one.rig} | {one.moving} | {one.gap_r:.3f} | {shut} | {one.shapes_r:.2f} |")
    return "\n".join(lines)
