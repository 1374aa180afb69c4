# SPDX-License-Identifier: GPL-3.0-or-later
"""The phone track as a list and as timeline markers. An edit solves its neighbourhood again, nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import bpy
import numpy as np

from ..bilabial.controls import GROUPS
from ..bilabial.errors import BilabialError, PhoneError
from ..bilabial.phonemes.track import Phone, PhoneTrack, SaidWord
from ..bilabial.timing import SAMPLE_RATE
from ..line import audio, takes
from .delivery import deliver

if TYPE_CHECKING:
    from ..bilabial.audio.prosody import LocalProsody
    from ..bilabial.curves.take import Take
    from ..line.line import Line

_SHORTEST = 0.01  # seconds of a sound


def group_of(label: str) -> str:
    """The mouth shape of a sound: a group's own name, or a sound in IPA or ARPAbet. Raises PhoneError."""
    from ..bilabial.phonemes import groups

    for group in GROUPS:
        if label.strip().lower() == group.lower():
            return group
    for alphabet in ("ipa", "arpabet"):
        try:
            sound = groups.lookup(label.strip(), alphabet)
        except PhoneError:
            continue
        if sound.is_one_sound or sound.is_silence:
            return sound.group
    raise PhoneError(
        f"{label.strip()!r} is no sound: give one in IPA (m, ɑ), in ARPAbet (AA), or a group such as MBP"
    )


def _track_of_list(line: Line, old: PhoneTrack) -> PhoneTrack:
    """What the list says now. A sound that ran into its neighbour pushes that one's end or start."""
    before = list(old)
    phones: list[Phone] = []
    starts, ends = np.empty(len(line.phones), np.float32), np.empty(len(line.phones), np.float32)
    line.phones.foreach_get("start", starts)
    line.phones.foreach_get("end", ends)
    known = min(len(before), len(starts))  # the list holds 32-bit numbers
    same_start = starts[:known] == np.array([phone.start for phone in before[:known]], np.float32)
    same_end = ends[:known] == np.array([phone.end for phone in before[:known]], np.float32)
    for i, (item, start, end) in enumerate(zip(line.phones, starts.tolist(), ends.tolist(), strict=True)):
        source = before[i] if i < known else None
        if source is not None:
            start = source.start if same_start[i] else start
            end = source.end if same_end[i] else end
        changed = source is None or (item.name, start, end) != (source.label, source.start, source.end)
        if source is not None and not changed:
            phone = source
        elif source is not None and item.name == source.label:
            phone = replace(source, start=start, end=end, confidence=1.0)
        else:
            stress = source.stress if source is not None else None
            word = source.word if source is not None else None
            phone = Phone(start, end, item.name.strip(), group_of(item.name), stress, 1.0, word)
        phones.append(phone)
    return PhoneTrack.of(_without_overlap(phones, before))


def _without_overlap(phones: list[Phone], before: list[Phone]) -> list[Phone]:
    """The sound that was moved wins: its neighbours make room."""
    moved = [
        i
        for i, phone in enumerate(phones)
        if i >= len(before) or (phone.start, phone.end) != (before[i].start, before[i].end)
    ]
    result = list(phones)
    for i in moved:
        if i > 0:
            left = result[i - 1]
            touched = (
                i - 1 < len(before) and abs(before[i - 1].end - before[min(i, len(before) - 1)].start) < 1e-6
            )
            if left.end > result[i].start or touched:
                if result[i].start - left.start < _SHORTEST:
                    raise PhoneError(
                        f"{result[i].label!r} would swallow {left.label!r}: delete that one first"
                    )
                result[i - 1] = replace(left, end=result[i].start)
        if i + 1 < len(result):
            right = result[i + 1]
            touched = i + 1 < len(before) and abs(before[i].end - before[i + 1].start) < 1e-6
            if right.start < result[i].end or touched:
                if right.end - result[i].end < _SHORTEST:
                    raise PhoneError(
                        f"{result[i].label!r} would swallow {right.label!r}: delete that one first"
                    )
                result[i + 1] = replace(right, start=result[i].end)
    return result


def apply_list(scene: bpy.types.Scene, line: Line) -> str:
    """Solve what the list changed. Raises BilabialError; the list is then as before."""
    return apply(scene, line, _track_of_list(line, takes.keyed(line)[0].phones))


def apply(
    scene: bpy.types.Scene, line: Line, track: PhoneTrack, words: tuple[SaidWord, ...] | None = None
) -> str:
    """Give the line other phones, and other words where there are some: the curves near the change are solved
    again, the rest stays bit for bit. Where sounds were only moved, edits by hand go with them.
    """
    from ..bilabial.curves.resolve import resolve_span
    from ..bilabial.phonemes.time_map import retimed_map
    from ..bilabial.phonemes.word_spans import said_on

    take, before = takes.keyed(line)
    words = take.words if words is None else words
    if tuple(track) == tuple(take.phones) and words == take.words:
        return "Nothing changed."
    solved = resolve_span(take, track, prosody_of(scene, line, take))
    solved = replace(solved, words=said_on(track, words))
    heard = takes.heard(line) or take.phones
    text = deliver(scene, line, solved, before.clock.start, moments=retimed_map(take.phones, track)).text()
    takes.store_heard(line, None if tuple(heard) == tuple(track) else heard)
    return text


def as_heard(scene: bpy.types.Scene, line: Line) -> str:
    """Drop every correction of the phones."""
    heard = takes.heard(line)
    return apply(scene, line, heard) if heard is not None else "No sound was corrected."


def prosody_of(scene: bpy.types.Scene, line: Line, take: Take) -> LocalProsody:
    """Loudness and pitch of the line's sound, analysed only where an edit needs them."""
    from ..bilabial.audio.prosody import LocalProsody

    hearing = audio.hear(scene, line)
    count = round(takes.duration(take) * SAMPLE_RATE)
    return LocalProsody(count, lambda first, stop: audio.decode_part(hearing, first, stop))


# Edits by button


def split(line: Line, index: int) -> PhoneTrack:
    """Cut a sound in two halves of the same kind."""
    phones = list(takes.keyed(line)[0].phones)
    phone = phones[index]
    middle = (phone.start + phone.end) / 2
    if phone.end - phone.start < 2 * _SHORTEST:
        raise PhoneError(f"{phone.label!r} is too short to split: make it longer first")
    phones[index : index + 1] = [replace(phone, end=middle), replace(phone, start=middle)]
    return PhoneTrack.of(phones)


def delete(line: Line, index: int) -> PhoneTrack:
    """Take a sound away; the one before it holds on."""
    phones = list(takes.keyed(line)[0].phones)
    gone = phones.pop(index)
    if index > 0 and abs(phones[index - 1].end - gone.start) < 1e-6 and not phones[index - 1].is_silence:
        phones[index - 1] = replace(phones[index - 1], end=gone.end)
    return PhoneTrack.of(phones)


def insert(line: Line, seconds: float, label: str) -> PhoneTrack:
    """A new sound at a moment: in a gap, or as the second half of what is there."""
    group = group_of(label)
    phones = list(takes.keyed(line)[0].phones)
    at = next((i for i, p in enumerate(phones) if p.start <= seconds < p.end), None)
    if at is not None:
        here = phones[at]
        if seconds - here.start < _SHORTEST or here.end - seconds < _SHORTEST:
            raise PhoneError(f"{here.label!r} leaves no room at this frame: move the playhead to its middle")
        phones[at : at + 1] = [replace(here, end=seconds), Phone(seconds, here.end, label, group)]
        return PhoneTrack.of(phones)
    after = next((i for i, p in enumerate(phones) if p.start > seconds), len(phones))
    limit = phones[after].start if after < len(phones) else takes.duration(takes.keyed(line)[0])
    if limit - seconds < _SHORTEST:
        raise PhoneError("there is no room for a sound at this frame: move the playhead")
    phones.insert(after, Phone(seconds, min(limit, seconds + 0.08), label, group))
    return PhoneTrack.of(phones)


# Timeline markers

_SIGN = "\N{MUSICAL NOTE}"


def _mark(line: Line, index: int, label: str) -> str:
    return f"{_SIGN}{line.uid}.{index} {label}"


def our_markers(scene: bpy.types.Scene, line: Line) -> dict[int, bpy.types.TimelineMarker]:
    """The line's markers by the index of their phone. A marker's name says line, phone and sound."""
    found = {}
    for marker in scene.timeline_markers:
        head, _, _ = marker.name.partition(" ")
        if head.startswith(f"{_SIGN}{line.uid}."):
            number = head.rpartition(".")[2]
            if number.isdecimal():
                found[int(number)] = marker
    return found


def show_markers(scene: bpy.types.Scene, line: Line) -> int:
    take, before = takes.keyed(line)
    hide_markers(scene, line)
    count = 0
    for i, phone in enumerate(take.phones):
        if not phone.is_silence:
            frame = round(float(before.clock.frames(phone.start)))
            scene.timeline_markers.new(_mark(line, i, phone.label), frame=frame)
            count += 1
    return count


def hide_markers(scene: bpy.types.Scene, line: Line) -> int:
    markers = our_markers(scene, line)
    for marker in markers.values():
        scene.timeline_markers.remove(marker)
    return len(markers)


def track_of_markers(scene: bpy.types.Scene, line: Line) -> PhoneTrack:
    """Markers that were moved move the start of their sound; renamed ones relabel it; removed ones delete
    it.
    """
    take, before = takes.keyed(line)
    markers = our_markers(scene, line)
    if not markers:
        raise BilabialError("this line has no markers on the timeline: show them first")
    old = list(take.phones)
    phones = list(old)
    for i, phone in enumerate(old):
        if phone.is_silence:
            continue
        marker = markers.get(i)
        if marker is None:
            continue
        label = marker.name.partition(" ")[2].strip()
        if label and label != phone.label:
            phones[i] = replace(phones[i], label=label, group=group_of(label), confidence=1.0)
        if marker.frame != round(float(before.clock.frames(phone.start))):
            phones[i] = replace(
                phones[i], start=max(0.0, float(before.clock.seconds(marker.frame))), confidence=1.0
            )
            if phones[i].start > phones[i].end - _SHORTEST:
                raise PhoneError(
                    f"the marker of {phone.label!r} lies behind the end of its sound: move it back"
                )
    phones = _without_overlap(phones, old)
    return PhoneTrack.of(p for i, p in enumerate(phones) if old[i].is_silence or i in markers)
