# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes inside a .blend. The take is a text datablock in the core's own format, readable and exportable;
beside it, as properties of the same datablock, stands what was written to the F-curves last, the base of
every merge.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import bpy
import numpy as np

from . import sound
from .bilabial.controls import CONTROLS, SHAPES
from .bilabial.curves.curve import Curve
from .bilabial.curves.take import SPEECH, SoundReference, Take
from .bilabial.errors import BilabialError
from .bilabial.timing import FRAME_RATE, SAMPLE_RATE
from .fcurves import Clock, Span
from .quiet import quiet

if TYPE_CHECKING:
    from .bilabial.retarget.profile import RigProfile
    from .properties import BilabialLine

_REMEMBERED = 8  # takes kept unpacked
_unpacked: OrderedDict[str, Take] = OrderedDict()
_COLUMNS = 8  # numbers that a written key has: co, left, right, interpolation, origin


def reference(hearing: sound.Hearing, samples: int) -> SoundReference:
    """Which sound a take is of."""
    return SoundReference(
        path=hearing.file.as_posix(), duration=samples / SAMPLE_RATE, sha256=sound.digest(hearing.file)
    )


def duration(take: Take) -> float:
    return take.sound.duration


# Keeping


def store(line: BilabialLine, take: Take) -> None:
    from .bilabial.curves.format import dumps

    if line.take is None:
        name = f"Lip-Sync {line.character.name if line.character else ''}".strip()
        line.take = bpy.data.texts.new(name)
        line.take.use_fake_user = True
    if line.take.users > 1 + line.take.use_fake_user:
        line.take = line.take.copy()  # the scene was copied: each copy goes its own way from here
    text = line.take
    written_out = dumps(take)
    text.from_string(written_out)
    # A stamp that an undo takes back together with the text tells which unpacked take it is.
    stamp = hashlib.sha256(written_out.encode()).hexdigest()
    text["bilabial_stamp"] = stamp
    _remember(stamp, take)


def _remember(stamp: str, take: Take) -> None:
    _unpacked[stamp] = take
    while len(_unpacked) > _REMEMBERED:
        _unpacked.popitem(last=False)


def load(line: BilabialLine) -> Take | None:
    """The line's take. Raises FormatError where its text was damaged."""
    from .bilabial.curves.format import loads

    if line.take is None:
        return None
    stamp = line.take.get("bilabial_stamp", "")
    if stamp in _unpacked:
        return _unpacked[stamp]
    take = loads(line.take.as_string(), line.take.name)
    if stamp:
        _remember(stamp, take)
    return take


@dataclass(frozen=True)
class Written:
    """What the F-curves got last, in seconds of the take, and where."""

    curves: Mapping[str, Curve]
    clock: Clock
    span: Span
    place: str
    target: str


def store_written(line: BilabialLine, curves: Mapping[str, Curve], clock: Clock, span: Span) -> None:
    text = line.take
    text["bilabial_place"] = line.place
    text["bilabial_target"] = line.target
    text["bilabial_clock"] = (clock.start, clock.rate)
    text["bilabial_span"] = span
    packed = {}
    for name, curve in curves.items():
        table = np.column_stack(
            [curve.times, curve.values, curve.left, curve.right, curve.interpolation, curve.origin]
        )
        packed[name] = np.ascontiguousarray(table, np.float64).reshape(-1)
    text["bilabial_written"] = {name: array.tolist() for name, array in packed.items() if len(array)}


def store_conflicts(line: BilabialLine, conflicts: list[tuple[str, float, float]]) -> None:
    line.take["bilabial_conflicts"] = json.dumps(conflicts)


def conflicts_of(line: BilabialLine) -> list[tuple[str, float, float]]:
    """What the last delivery left for a person to look at: channel, first and last second."""
    if line.take is None:
        return []
    return [tuple(one) for one in json.loads(line.take.get("bilabial_conflicts", "[]"))]


def written(line: BilabialLine) -> Written | None:
    """None where the line has not been keyed."""
    text = line.take
    if text is None or "bilabial_span" not in text:
        return None
    held = text["bilabial_written"]
    curves = {}
    for name in held.keys():  # noqa: SIM118 - an ID property group is no mapping
        table = np.array(held[name], np.float64).reshape(-1, _COLUMNS)
        curves[name] = Curve(
            table[:, 0], table[:, 1], table[:, 2:4], table[:, 4:6], table[:, 6].astype(np.uint8),
            table[:, 7].astype(np.uint8),
        )  # fmt: skip
    start, rate = text["bilabial_clock"]
    return Written(
        curves,
        Clock(start, rate),
        tuple(text["bilabial_span"]),
        text["bilabial_place"],
        text.get("bilabial_target", line.target),
    )


def keyed(line: BilabialLine) -> tuple[Take, Written]:
    """The take and what of it was written. Raises BilabialError where there is none."""
    take, before = load(line), written(line)
    if take is None or before is None:
        raise BilabialError("this line has no take yet: generate it first")
    return take, before


# Styles


def styled(take: Take) -> dict[str, Curve]:
    return take.styled(SPEECH)


_NEUTRAL = 0.6  # where a fresh performance lies on the pad
_GAIN, _OFFSET = 0.75, 0.375  # per unit beyond it: at 1 everything is 1.3 times as much, and 0.15 more


def _dials_of_axis(position: float) -> tuple[float, float]:
    """A place on the pad as gain and offset: below neutral everything shrinks, above it grows and opens."""
    beyond = position - _NEUTRAL
    if beyond <= 0.0:
        return position / _NEUTRAL, 0.0
    return 1.0 + _GAIN * beyond, _OFFSET * beyond


def _axis_of_dials(gain: float, offset: float) -> float:
    beyond = max((gain - 1.0) / _GAIN, offset / _OFFSET)
    return min(1.0, _NEUTRAL + beyond) if beyond > 0.0 else gain * _NEUTRAL


def place_of(dials) -> tuple[float, float]:
    """Where some dials lie on the pad: (lip, jaw)."""
    lip = _axis_of_dials(dials.lip_gain, dials.lip_offset)
    return lip, _axis_of_dials(dials.jaw_gain, dials.jaw_offset)


def dials_of(line: BilabialLine):
    from .bilabial.curves.style import Dials

    jaw, lip = _dials_of_axis(line.jaw), _dials_of_axis(line.lip)
    gains = {name: float(gain) for name, gain in zip(SHAPES, line.gains, strict=True)}
    return Dials(jaw[0], jaw[1], lip[0], lip[1], gains, line.lead)


def show_dials(line: BilabialLine, dials) -> None:
    """Set the line's sliders to some dials, without consequences."""
    with quiet():
        line.jaw = _axis_of_dials(dials.jaw_gain, dials.jaw_offset)
        line.lip = _axis_of_dials(dials.lip_gain, dials.lip_offset)
        line.gains = [dials.gains.get(name, 1.0) for name in SHAPES]
        line.lead = dials.onset_lead


def with_style(take: Take, line: BilabialLine, clock: Clock, dials=None) -> Take:
    """The take with the line's dials (or others), for the clip or for the line's range."""
    from .bilabial.curves.style import Style, StyledSpan

    dials = dials_of(line) if dials is None else dials
    if not line.style_range:
        return take.with_style(Style("own", dials, take.style.spans))
    start = max(0.0, float(clock.seconds(line.style_first)))
    end = min(duration(take), float(clock.seconds(line.style_last)))
    if end <= start:
        from .bilabial.curves.style import StyleError

        raise StyleError(
            f"the style's range {line.style_first}..{line.style_last} lies outside the sound: move it over "
            "the line"
        )
    kept = tuple(s for s in take.style.spans if abs(s.start - start) > 1e-6 or abs(s.end - end) > 1e-6)
    return take.with_style(Style(take.style.name, take.style.dials, (*kept, StyledSpan(start, end, dials))))


# What a rig gets


def dense(curves: Mapping[str, Curve], seconds: float) -> np.ndarray:
    """Curves of the 31 controls as rows at FRAME_RATE."""
    last = max([seconds, *(curve.times[-1] for curve in curves.values() if len(curve))])
    times = np.arange(int(np.ceil(last * FRAME_RATE)) + 1) / FRAME_RATE
    rows = np.zeros((len(times), len(CONTROLS)))
    for i, name in enumerate(CONTROLS):
        if name in curves:
            rows[:, i] = curves[name].evaluate(times)
    return rows


def baked(profile: RigProfile, curves: Mapping[str, Curve], take: Take, tolerance: float) -> dict[str, Curve]:
    """The rig's channels with few keys under the same bound; closures stay exact."""
    from .bilabial.retarget.bake import bake

    return bake(profile, dense(curves, duration(take)), tolerance)


def baked_stepped(profile: RigProfile, curves: Mapping[str, Curve]) -> dict[str, Curve]:
    """Drawn animation on the rig's channels: they jump when the shown shape does, and hold in between."""
    from .bilabial.retarget.evaluate import Evaluator

    evaluator = Evaluator(profile)
    moments = sorted({float(t) for name in SHAPES if name in curves for t in curves[name].times})
    if not moments:
        return {}
    rows = np.zeros((len(moments), len(CONTROLS)))
    for i, name in enumerate(CONTROLS):
        if name in curves:
            rows[:, i] = curves[name].evaluate(np.array(moments))
    values = evaluator(rows)
    if profile.mode == "choose":  # one drawing at a time
        shown = values.argmax(axis=1)
        values = np.where(np.arange(values.shape[1]) == shown[:, None], np.sign(values), 0.0)
    found = {}
    for name in profile.driven:
        held = values[:, evaluator.names.index(name)]
        changes = np.concatenate([[True], np.abs(np.diff(held)) > 1e-4])
        found[name] = Curve.stepped(np.array(moments)[changes], held[changes])
    return found


def reduced_channels(
    profile: RigProfile,
    names,
    values: np.ndarray,
    rate: float,
    tolerance: float,
) -> dict[str, Curve]:
    """Rows of channel values as sparse curves. A channel's bound is the tolerance times what "fully on" is
    for it.
    """
    from .bilabial.curves.reduce import reduce

    if rate != FRAME_RATE:
        there = np.arange(len(values)) / rate
        here = np.arange(int(there[-1] * FRAME_RATE) + 1) / FRAME_RATE
        values = np.column_stack([np.interp(here, there, column) for column in values.T])
    curves: dict[str, Curve] = {}
    for i, name in enumerate(names):
        channel = profile.channels[name]
        column = values[:, i : i + 1] / channel.unit
        low, high = channel.limits
        limits = (max(low, -1e6) / channel.unit, min(high, 1e6) / channel.unit)
        found = reduce(column, [name], tolerance, (), limits)[name]
        curves[name] = found.remapped(channel.unit, 0.0)
    return curves


def stepped(take: Take, hold: float) -> dict[str, Curve]:
    from .bilabial.curves.stepped import stepped as of_core

    return of_core(styled(take), duration(take), hold)
