"""``bilabial check``: what is wrong with takes, as numbers, for a person or for a pipeline that gates."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._console import Progress, emit, note
from ._takes import find_sound, load_take, model_reads, takes_in

if TYPE_CHECKING:
    from ..curves.take import Take
    from ..qa.finding import Report

SUMMARY = "look for what is wrong in takes, worst first"
_LEAST = 80.0


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "check",
        help=SUMMARY,
        description="Check that lips close, mouths rest, nothing twitches or is out of time, the phones are "
        "what the sound says, and the sound is sound. Each take gets a score of 0 to 100. Ends with 1 where "
        "a take has less than --least or a finding that --never forbids, or one of several cannot be read.",
    )
    parser.add_argument("takes", type=Path, nargs="+", metavar="TAKE", help="takes, or folders of them")
    parser.add_argument("--sound", type=Path, help="the sound file of a single take, where it has moved")
    parser.add_argument("--rig", metavar="PROFILE", help="a rig on which the lips must meet as well")
    parser.add_argument("--model", help="the model that listens (default: the best one installed)")
    parser.add_argument("--no-ear", action="store_true", help="let no model listen: faster, and less is seen")
    parser.add_argument("--track", default="speech", help="which track of the takes (default: speech)")
    parser.add_argument(
        "--least", type=_score, default=_LEAST, metavar="SCORE", help=f"see above (default: {_LEAST:g})"
    )
    parser.add_argument(
        "--never", action="append", default=[], metavar="KIND", help="a kind of finding that none may have"
    )
    parser.add_argument("--json", action="store_true", help="everything as one JSON object")
    parser.add_argument("--csv", action="store_true", help="one row a finding")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write there instead of stdout")


def run(args: argparse.Namespace) -> int:
    from ..atomic import write_atomically
    from ..errors import BilabialError
    from ..guard import Use, refuse_collisions
    from ..qa.finding import WEIGHTS
    from ..qa.remarks import files_of
    from ..qa.writing import as_csv, as_json, as_text
    from . import DONE, SOME_FAILED

    if unknown := [kind for kind in args.never if kind not in WEIGHTS]:
        raise BilabialError(f"--never {unknown[0]!r} is no kind of finding: use {', '.join(WEIGHTS)}")
    paths = [path for place in args.takes for path in takes_in(place)]
    if args.sound is not None and len(paths) != 1:
        raise BilabialError("--sound belongs to a single take: name one take, or leave it out")
    if args.output is not None:
        reads = [Use(path, "a take") for path in paths]
        sounds = [Use(args.sound, "the sound")] if args.sound is not None else []
        said = [Use(file, "the notes on takes") for file in files_of(paths)]
        rigs = [Use(Path(args.rig), "the rig")] if args.rig is not None else []
        refuse_collisions(
            [*reads, *sounds, *rigs, *said, *model_reads(args.model)], [Use(args.output, "the report")]
        )
    reports, heard, damaged = [], [], 0
    for path in paths:
        try:
            take = load_take(path)
        except BilabialError as error:
            if len(paths) == 1:
                raise
            note(str(error))  # one of a thousand takes hides nothing of the others
            damaged += 1
            continue
        sound = find_sound(take, path, args.sound)
        heard += [] if sound is None else [Use(sound, f"the sound of {path.name}")]
        reports.append(_report(take, path, sound, args))
    if not reports:
        raise BilabialError(f"none of these {len(paths)} takes can be read: make them again")
    text = (as_json if args.json else as_csv if args.csv else as_text)(reports)
    if args.output is not None:
        refuse_collisions(heard, [Use(args.output, "the report")])  # which sounds, only the takes said
        write_atomically(args.output, text)
        emit(str(args.output))
    elif sys.stdout is not None:
        sys.stdout.write(text)
    low = [report for report in reports if report.score < args.least]
    forbidden = [report for report in reports if any(report.counts()[kind] for kind in args.never)]
    if low:
        note(f"{len(low)} of {len(reports)} takes score less than {args.least:g}.")
    if damaged:
        note(f"{damaged} of {len(paths)} takes cannot be read: make them again.")
    if forbidden:
        note(f"{len(forbidden)} of {len(reports)} takes have what --never forbids.")
    return SOME_FAILED if low or forbidden or damaged else DONE


def _report(take: Take, path: Path, sound: Path | None, args: argparse.Namespace) -> Report:
    from ..qa.check import CheckOptions, check_take
    from ..qa.remarks import remarks_of

    if sound is None:
        note(f"The sound of {path.name} is not at hand: what needs it is not judged.")
    options = CheckOptions(args.rig, args.model, not args.no_ear, args.track)
    with Progress(args.progress, path.name) as progress:
        report = check_take(take, str(path), sound, options, progress)
    return replace(report, remarks=remarks_of(path))


def _score(text: str) -> float:
    number = float(text)
    if not 0.0 <= number <= 100.0:
        raise argparse.ArgumentTypeError(f"{text} is out of range: use 0 to 100")
    return number
