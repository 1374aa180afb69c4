# SPDX-License-Identifier: GPL-3.0-or-later
"""A line's take as a file beside its sound, which the Studio and the terminal work on as well.

Fetching brings in what others changed since the last time, sending writes what this scene has; either way
both sides' edits are merged. What the file held then is kept with the line, as the base of the next merge.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from ..bilabial.curves.curve import HAND
from ..bilabial.curves.files import SUFFIX
from ..bilabial.curves.take import SPEECH, Take
from ..bilabial.errors import BilabialError
from ..bilabial.phonemes.track import PhoneTrack
from ..keys import standing
from ..keys.held import hold
from ..line import audio, sliders, takes
from .delivery import deliver
from .in_scene import held_places

if TYPE_CHECKING:
    from ..line.line import Line

_SHORTER = 0.1  # seconds by which a line may be shorter than its sound and still play all of it


@dataclass(frozen=True)
class Kept:
    """What a line knows of its file: what it held when it was fetched or sent last."""

    path: Path
    sha256: str
    take: str  # the file's text


def place_of(scene: bpy.types.Scene, line: Line) -> Path:
    """Where the line's file lies, or would lie."""
    held = kept(line)
    return held.path if held is not None else _beside(audio.hear(scene, line).file)


def _beside(sound: Path) -> Path:
    return sound.with_name(sound.stem + SUFFIX)


def kept(line: Line) -> Kept | None:
    """None where the line was never fetched or sent."""
    if line.take is None or "bilabial_file" not in line.take:
        return None
    path, sha256 = json.loads(line.take["bilabial_file"])
    return Kept(audio.absolute(path), sha256, line.take["bilabial_file_take"])


def _keep(line: Line, path: Path, content: bytes) -> None:
    stored = str(path)
    if bpy.data.filepath:
        try:
            stored = bpy.path.relpath(stored)
        except ValueError:  # another drive on Windows
            stored = str(path)
    line.take["bilabial_file"] = json.dumps([stored, hashlib.sha256(content).hexdigest()])
    line.take["bilabial_file_take"] = content.decode("utf-8")


def is_changed(line: Line, path: Path) -> bool:
    """Whether the file holds what this line has not seen."""
    held = kept(line)
    if not path.is_file():
        return False
    return held is None or hashlib.sha256(path.read_bytes()).hexdigest() != held.sha256


def fetch(scene: bpy.types.Scene, line: Line) -> str:
    """Bring the file's take into the scene. Keys by hand stay, corrections on either side stay."""
    hearing = audio.hear(scene, line)
    path = place_of(scene, line)
    if not path.is_file():
        raise BilabialError(f"there is no take {path}: make it in the Studio, or send this line's")
    content = path.read_bytes()
    return _deliver(scene, line, _merged(line, _read(path, content, hearing)), hearing, path, content)


def send(scene: bpy.types.Scene, line: Line) -> str:
    """Write the line's take, with the keys that hands made, for the others. Theirs are merged first."""
    from ..bilabial.curves.format import dumps
    from ..bilabial.locks import writing
    from ..bilabial.paths import seen_from

    hearing = audio.hear(scene, line)
    path = place_of(scene, line)
    with writing(path):
        mine, left = _with_hand_keys(line)
        if is_changed(line, path):
            if kept(line) is None:
                raise BilabialError(f"there is a take {path} already: fetch it first")
            theirs = _read(path, path.read_bytes(), hearing)
            mine = _merged(line, theirs, mine)
        mine = replace(mine, sound=replace(mine.sound, path=seen_from(path.parent, hearing.file)), dense={})
        content = dumps(mine).encode("utf-8")
        _write(path, content)
        report = _deliver(scene, line, mine, hearing, path, content)
    told = f"{path.name} is written. {report}"
    return f"{told} {left}" if left else told


def _write(path: Path, content: bytes) -> None:
    from ..bilabial.atomic import atomic_path

    with atomic_path(path) as new:
        new.write_bytes(content)


def _read(path: Path, content: bytes, hearing: audio.Hearing) -> Take:
    """The file's take, refused where it is not of what the line plays."""
    from ..bilabial.curves.format import loads

    try:
        take = loads(content.decode("utf-8"), str(path))
    except UnicodeDecodeError:
        raise BilabialError(f"{path} is no take: it is not text in UTF-8") from None
    if take.sound.sha256 is not None and take.sound.sha256 != audio.digest(hearing.file):
        raise BilabialError(f"{path.name} is a take of another sound than {hearing.name}: make it anew")
    short = hearing.duration is not None and hearing.duration < take.sound.duration - _SHORTER
    if hearing.skip > 1e-6 or hearing.speed != 1.0 or short:
        raise BilabialError(
            f"the line plays a part of {hearing.name}, and {path.name} is of the whole: let it play all"
        )
    return take


def _merged(line: Line, theirs: Take, mine: Take | None = None) -> Take:
    """Both sides since the base; theirs alone where the line never saw the file."""
    from ..bilabial.curves.format import loads
    from ..bilabial.curves.merge_takes import merged_takes

    held = kept(line)
    mine = mine or takes.load_or_say(line)[0]
    if held is None or mine is None:
        return theirs
    return merged_takes(loads(held.take, str(held.path)), mine, theirs)[0]


def _with_hand_keys(line: Line) -> tuple[Take, str]:
    """The take with what hands did to its keys in this scene; and what cannot go into it."""
    from ..bilabial.curves.merge import merge

    take, before = takes.keyed(line)
    base, mine = {}, {}
    curves = take.track(SPEECH).curves
    for name, target, channels in held_places(line, before):
        held = hold(channels, target, before.clock, before.span)
        if held is not None and name in before.curves and name not in mine:
            base[name] = before.curves[name]
            mine[name] = standing.standing(held, base[name])
    ours = {name: curves[name] for name in mine if name in curves}
    if before.target != "CONTROLS" or not take.style.neutral or len(ours) < len(mine):
        edited = merge(base, mine, base).kept
        why = "a style lies over them" if before.target == "CONTROLS" else "they lie on the face itself"
        left = f"{len(edited)} stretches edited by hand stay in this scene alone: {why}." if edited else ""
        return take, left
    merged = merge(base, mine, ours)
    return take.with_curves({**curves, **merged.curves}), ""


def _deliver(
    scene: bpy.types.Scene, line: Line, take: Take, hearing: audio.Hearing, path: Path, content: bytes
) -> str:
    old = takes.load_or_say(line)[0]
    if old is None or old.style != take.style:
        sliders.show_dials(line, take.style.dials)
    report = deliver(scene, line, take, hearing.start_frame, hearing=hearing)
    mended = any(phone.by_hand for phone in take.phones)
    takes.store_heard(line, PhoneTrack.of(p for p in take.phones if not p.by_hand) if mended else None)
    _keep(line, path, content)
    hands = sum(int((c.origin == HAND).sum()) for c in take.track(SPEECH).curves.values())
    text = report.text()
    return f"{text} {hands} keys of the take are by hand." if hands else text
