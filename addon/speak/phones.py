# SPDX-License-Identifier: GPL-3.0-or-later
"""The phone track as a list and as timeline markers. An edit solves its neighbourhood again, nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import bpy
import numpy as np

from ..bilabial.errors import BilabialError, PhoneError
from ..bilabial.timing import SAMPLE_RATE
from ..line import audio, takes
from . import phone_list
from .delivery import deliver

if TYPE_CHECKING:
    from ..bilabial.audio.prosody import LocalProsody
    from ..bilabial.curves.take import Take
    from ..bilabial.phonemes.track import PhoneTrack, SaidWord
    from ..line.line import Line


def apply_item(scene: bpy.types.Scene, line: Line, index: int) -> str:
    """Solve what one item of the list says now. Raises BilabialError; the list is then as before."""
    from ..bilabial.phonemes import edits

    track = takes.keyed(line)[0].phones
    if not 0 <= index < len(track):
        raise PhoneError("this line has no such phone: choose one in the list")
    item, phone = line.phones[index], track.phones[index]
    # The list holds 32-bit numbers.
    start = phone.start if np.float32(phone.start) == np.float32(item.start) else item.start
    end = phone.end if np.float32(phone.end) == np.float32(item.end) else item.end
    if (start, end) != (phone.start, phone.end):
        track = edits.put(track, {index: (start, end)})
    if item.name != phone.label:
        track = edits.relabel(track, index, item.name)
    return apply(scene, line, track)


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
        phone_list.fill_list(line)
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
    return apply(scene, line, heard) if heard is not None else "No phone was corrected."


def prosody_of(scene: bpy.types.Scene, line: Line, take: Take) -> LocalProsody:
    """Loudness and pitch of the line's sound, analysed only where an edit needs them."""
    from ..bilabial.audio.prosody import LocalProsody

    hearing = audio.hear(scene, line)
    count = round(takes.duration(take) * SAMPLE_RATE)
    return LocalProsody(count, lambda first, stop: audio.decode_part(hearing, first, stop))


# Edits by button


def split(line: Line, index: int) -> PhoneTrack:
    """Cut a phone in two halves of the same kind."""
    from ..bilabial.phonemes import edits

    track = takes.keyed(line)[0].phones
    return edits.split(track, (track.phones[index].start + track.phones[index].end) / 2)


def delete(line: Line, index: int) -> PhoneTrack:
    """Take a phone away; the one before it holds on."""
    from ..bilabial.phonemes import edits

    return edits.delete(takes.keyed(line)[0].phones, [index], hold=True)


def insert(line: Line, seconds: float, label: str) -> PhoneTrack:
    """A new phone at a moment: in a gap, or as the second half of what is there."""
    from ..bilabial.phonemes import edits

    take, _ = takes.keyed(line)
    return edits.insert_at(take.phones, seconds, label, takes.duration(take))


# Timeline markers

_SIGN = "\N{MUSICAL NOTE}"


def _mark(line: Line, index: int, label: str) -> str:
    return f"{_SIGN}{line.uid}.{index} {label}"


def our_markers(scene: bpy.types.Scene, line: Line) -> dict[int, bpy.types.TimelineMarker]:
    """The line's markers by the index of their phone. A marker's name says line, phone and label."""
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
    from ..bilabial.phonemes import edits

    take, before = takes.keyed(line)
    markers = our_markers(scene, line)
    if not markers:
        raise BilabialError("this line has no markers on the timeline: show them first")
    track, spoken = take.phones, [i for i, phone in enumerate(take.phones) if not phone.is_silence]
    marked = {i: markers[i] for i in spoken if i in markers}
    places = {
        i: (max(0.0, float(before.clock.seconds(marker.frame))), track.phones[i].end)
        for i, marker in marked.items()
        if marker.frame != round(float(before.clock.frames(track.phones[i].start)))
    }
    for i, (start, end) in places.items():  # the next one's marker may have moved as well
        places[i] = start, places[i + 1][0] if i + 1 in places and edits.touches(track, i) else end
    changed = edits.put(track, places)
    for i, marker in marked.items():
        label = marker.name.partition(" ")[2].strip()
        if label and label != track.phones[i].label:
            changed = edits.relabel(changed, i, label)
    return edits.delete(changed, [i for i in spoken if i not in markers])
