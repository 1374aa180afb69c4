# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes inside a .blend. The take is a text datablock in the core's own format, readable and exportable;
beside it, as properties of the same datablock, stands what was written to the F-curves last, the base of
every merge.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

import bpy
import numpy as np

from ..bilabial.curves.curve import Curve
from ..bilabial.curves.take import SoundReference, Take
from ..bilabial.errors import BilabialError
from ..bilabial.phonemes.track import Phone, PhoneTrack
from ..bilabial.timing import SAMPLE_RATE
from ..host.clock import Clock
from ..keys.fcurves import Span, Target
from . import audio

if TYPE_CHECKING:
    from .line import Line

Named = tuple[str, Target]  # a channel, and one place of the rig at which it lies

_PHONE = tuple(field.name for field in fields(Phone))
_phone_row = attrgetter(*_PHONE)
_REMEMBERED = 8  # takes kept unpacked
_unpacked: OrderedDict[str, Take] = OrderedDict()
_COLUMNS = 8  # numbers that a written key has: co, left, right, interpolation, origin


def reference(hearing: audio.Hearing, samples: int) -> SoundReference:
    """Which sound a take is of."""
    return SoundReference(
        path=hearing.file.as_posix(), duration=samples / SAMPLE_RATE, sha256=audio.digest(hearing.file)
    )


def duration(take: Take) -> float:
    return take.sound.duration


# Keeping


def store(line: Line, take: Take) -> None:
    from ..bilabial.curves.format import dumps

    if line.take is None:
        name = f"Lip-Sync {line.character.name if line.character else ''}".strip()
        line.take = bpy.data.texts.new(name)
        line.take.use_fake_user = True
    if _is_shared(line.take):
        line.take = line.take.copy()  # the scene was copied: each copy goes its own way from here
    text = line.take
    written_out = dumps(take)
    text.from_string(written_out)
    # A stamp that an undo takes back together with the text tells which unpacked take it is.
    stamp = hashlib.sha256(written_out.encode()).hexdigest()
    text["bilabial_stamp"] = stamp
    _remember(stamp, take)


def _is_shared(text: bpy.types.Text) -> bool:
    """Whether another line has the very same take: its scene was copied."""
    return text.users > 1 + text.use_fake_user


def drop(line: Line) -> None:
    """The line's take goes, unless a copied scene has it as well."""
    if line.take is not None and not _is_shared(line.take):
        bpy.data.texts.remove(line.take)


def _remember(stamp: str, take: Take) -> None:
    _unpacked[stamp] = take
    while len(_unpacked) > _REMEMBERED:
        _unpacked.popitem(last=False)


def load(line: Line) -> Take | None:
    """The line's take. Raises FormatError where its text was damaged."""
    from ..bilabial.curves.format import loads

    if line.take is None:
        return None
    stamp = line.take.get("bilabial_stamp", "")
    if stamp in _unpacked:
        return _unpacked[stamp]
    take = loads(line.take.as_string(), line.take.name)
    if stamp:
        _remember(stamp, take)
    return take


def load_or_say(line: Line) -> tuple[Take | None, str]:
    """The line's take; of a damaged one None and what to tell a person when it is made again.

    The record of the keys stands beside the text, so edits by hand outlive it.
    """
    try:
        return load(line), ""
    except BilabialError:
        name = line.take.name
        return (
            None,
            f"The take {name!r} was damaged and is made anew: its style ranges and corrections are gone.",
        )


@dataclass(frozen=True)
class Written:
    """What the F-curves got last, in seconds of the take, and where."""

    curves: Mapping[str, Curve]
    clock: Clock
    span: Span
    uid: int
    character: bpy.types.Object | None  # None where it was deleted since
    place: str
    target: str
    spots: Mapping[str, tuple[tuple[str, int], ...]]  # by channel: data paths and indices on the character
    offset: float = 0.0  # frames by which a hand has put the whole line off its sound
    token: str = ""  # by which its actions are known again (keys/keyframe_home)

    @property
    def sound_start(self) -> float:
        """The frame at which the sound began."""
        return self.clock.start - self.offset

    def retimed(self, gain: float, offset: float) -> Written:
        """The same in seconds of a take in which the moment t is gain * t + offset; frames stay."""
        clock = Clock(self.clock.start - self.clock.rate * offset / gain, self.clock.rate / gain)
        curves = {name: curve.retimed(gain, offset) for name, curve in self.curves.items()}
        return replace(self, curves=curves, clock=clock)


def store_written(
    line: Line,
    curves: Mapping[str, Curve],
    clock: Clock,
    span: Span,
    targets: Iterable[Named] = (),
    offset: float = 0.0,
) -> None:
    """Remember what was written: curves by channel, on which targets they lie, and how many frames off their
    sound.
    """
    text = line.take
    text["bilabial_place"] = line.place
    text["bilabial_target"] = line.target
    text["bilabial_uid"] = line.uid
    text["bilabial_character"] = line.character
    text["bilabial_clock"] = (clock.start, clock.rate)
    text["bilabial_offset"] = offset
    text["bilabial_span"] = span
    spots: dict[str, list[tuple[str, int]]] = {}
    for name, target in targets:
        spots.setdefault(name, []).append((target.path, target.index))
    text["bilabial_spots"] = json.dumps(spots)
    text["bilabial_written"] = _packed(curves)


def store_curves(line: Line, curves: Mapping[str, Curve]) -> None:
    """Remember other curves as written, at the same places."""
    if _is_shared(line.take):
        line.take = line.take.copy()
    line.take["bilabial_written"] = _packed(curves)


def _packed(curves: Mapping[str, Curve]) -> dict[str, list[float]]:
    packed = {}
    for name, curve in curves.items():
        table = np.column_stack(
            [curve.times, curve.values, curve.left, curve.right, curve.interpolation, curve.origin]
        )
        packed[name] = np.ascontiguousarray(table, np.float64).reshape(-1)
    return {name: array.tolist() for name, array in packed.items() if len(array)}


def _unpacked_curves(held: Mapping[str, object]) -> dict[str, Curve]:
    curves = {}
    for name in held.keys():  # noqa: SIM118 - an ID property group is no mapping
        table = np.array(held[name], np.float64).reshape(-1, _COLUMNS)
        curves[name] = Curve(
            table[:, 0], table[:, 1], table[:, 2:4], table[:, 4:6], table[:, 6].astype(np.uint8),
            table[:, 7].astype(np.uint8),
        )  # fmt: skip
    return curves


def store_controls(line: Line, curves: Mapping[str, Curve]) -> None:
    """Remember the controls as they stood when the line went onto the face itself."""
    line.take["bilabial_controls"] = _packed(curves)


def controls_of(line: Line) -> dict[str, Curve]:
    """The controls as they stood then; empty where the line was never on them."""
    return _unpacked_curves(line.take["bilabial_controls"]) if "bilabial_controls" in line.take else {}


def store_hearing(line: Line, hearing: audio.Hearing, take: Take) -> None:
    """Remember which stretch of which sound the take is of."""
    line.take["bilabial_hearing"] = json.dumps([take.sound.sha256, hearing.skip, hearing.speed])


def time_in(line: Line, hearing: audio.Hearing, sound: str | None) -> tuple[float, float] | None:
    """(gain, offset): the moment t of the line's take is gain * t + offset in another stretch of its sound.

    None where that is of another sound, or nobody knows.
    """
    if line.take is None or sound is None:
        return None
    was, skip, speed = json.loads(line.take.get("bilabial_hearing", "[null, 0, 1]"))
    if was != sound:
        return None
    return speed / hearing.speed, (skip - hearing.skip) / hearing.speed


def store_heard(line: Line, heard: PhoneTrack | None) -> None:
    """The phones as they were heard, as long as a person has corrected some of them."""
    if heard is not None:
        line.take["bilabial_heard"] = json.dumps([_phone_row(phone) for phone in heard])
    elif "bilabial_heard" in line.take:
        del line.take["bilabial_heard"]


def is_corrected(line: Line) -> bool:
    return line.take is not None and "bilabial_heard" in line.take


def heard(line: Line) -> PhoneTrack | None:
    """None where no phone was corrected."""
    text = line.take.get("bilabial_heard") if line.take is not None else None
    return None if text is None else _phones_of(text)


@lru_cache(maxsize=4)  # ten minutes have six thousand, and every correction asks
def _phones_of(text: str) -> PhoneTrack:
    return PhoneTrack.of(Phone(**dict(zip(_PHONE, told, strict=False))) for told in json.loads(text))


def store_conflicts(line: Line, conflicts: list[tuple[str, float, float]]) -> None:
    line.take["bilabial_conflicts"] = json.dumps(conflicts)


def conflicts_of(line: Line) -> list[tuple[str, float, float]]:
    """What the last delivery left for a person to look at: channel, first and last second."""
    if line.take is None:
        return []
    return [tuple(one) for one in json.loads(line.take.get("bilabial_conflicts", "[]"))]


def clock_of(line: Line) -> Clock | None:
    """The clock of the sound when the line was written last; None where it has not been keyed."""
    text = line.take
    if text is None or "bilabial_span" not in text:
        return None
    start, rate = text["bilabial_clock"]
    return Clock(start - text.get("bilabial_offset", 0.0), rate)


def length_of(line: Line) -> float | None:
    """Seconds of the line's take, where that is at hand without unpacking it."""
    stamp = line.take.get("bilabial_stamp", "") if line.take is not None else ""
    take = _unpacked.get(stamp)
    return duration(take) if take is not None else None


def written(line: Line) -> Written | None:
    """None where the line has not been keyed."""
    text = line.take
    if text is None or "bilabial_span" not in text:
        return None
    curves = _unpacked_curves(text["bilabial_written"])
    start, rate = text["bilabial_clock"]
    known = "bilabial_uid" in text and not _is_shared(text)  # else written by an older version, or for a copy
    spots = json.loads(text.get("bilabial_spots", "{}"))
    return Written(
        curves,
        Clock(start, rate),
        tuple(text["bilabial_span"]),
        text["bilabial_uid"] if known else line.uid,
        text["bilabial_character"] if known else line.character,
        text["bilabial_place"],
        text.get("bilabial_target", line.target),
        {name: tuple((path, index) for path, index in several) for name, several in spots.items()},
        text.get("bilabial_offset", 0.0),
        line.token,
    )


def keyed(line: Line) -> tuple[Take, Written]:
    """The take and what of it was written. Raises BilabialError where there is none."""
    take, before = load(line), written(line)
    if take is None or before is None:
        raise BilabialError("this line has no take yet: generate it first")
    return take, before
