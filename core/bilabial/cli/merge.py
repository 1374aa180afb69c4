"""``bilabial merge``: an edited take and one generated anew, without losing a key that a hand made."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from ._console import emit
from ._takes import find_sound, load_take, save_take

SUMMARY = "bring a take generated anew into one that was edited by hand"


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "merge",
        help=SUMMARY,
        description="Three-way merge: where MINE was edited since BASE it stays, else THEIRS comes "
        "in. Each stretch that stayed is listed; a conflict is one in which THEIRS differs from BASE too.",
    )
    parser.add_argument("base", type=Path, help="the take as it was generated first")
    parser.add_argument("mine", type=Path, help="the same take, edited by hand")
    parser.add_argument("theirs", type=Path, help="the take generated anew")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="TAKE.json")
    parser.add_argument("--overwrite", action="store_true", help="write even over one of the three takes")


def run(args: argparse.Namespace) -> int:
    from ..curves.merge import merge
    from ..curves.take import Track
    from ..errors import BilabialError
    from ..guard import Use, refuse_collisions
    from ..locks import writing

    takes = [Use(args.base, "BASE"), Use(args.mine, "MINE"), Use(args.theirs, "THEIRS")]
    if not args.overwrite:
        refuse_collisions(takes, [Use(args.output, "the merged take")])
    base, mine, theirs = (load_take(path) for path in (args.base, args.mine, args.theirs))
    if {base.sound.sha256, mine.sound.sha256, theirs.sound.sha256} - {None, mine.sound.sha256}:
        raise BilabialError("the three takes are not of one sound: name takes of the same sound file")
    sound = find_sound(theirs, args.theirs, None)
    if sound is not None:
        refuse_collisions([Use(sound, "the sound")], [Use(args.output, "the merged take")])
    tracks: dict[str, Track] = {}
    for name in dict.fromkeys([*theirs.tracks, *mine.tracks]):
        if name not in theirs.tracks or name not in mine.tracks:
            tracks[name] = (theirs if name in theirs.tracks else mine).tracks[name]
            continue
        old = base.tracks[name].curves if name in base.tracks else {}
        result = merge(old, mine.tracks[name].curves, theirs.tracks[name].curves)
        tracks[name] = replace(theirs.tracks[name], curves=result.curves)
        for span in result.kept:
            fate = "conflict, kept" if span in result.conflicts else "kept"
            emit(f"{name} {span.curve} {span.start:.3f}-{span.end:.3f} s: {fate} ({span.reason})")
    # Style is a dial that a person turned; dense curves no longer belong to what the keys say.
    merged = replace(theirs, tracks=tracks, style=mine.style, dense={})
    with writing(args.output):
        save_take(merged, args.output, args.theirs)
    emit(str(args.output))
    return 0
