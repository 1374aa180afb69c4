"""``bilabial portrait``: a still picture of a face that says a line, as a film."""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._console import Progress, emit, note
from ._options import add_performance_options, jobs, lexicon_of
from ._takes import find_sound, load_take, model_reads

if TYPE_CHECKING:
    from ..curves.take import Take
    from ..guard import Use
    from ..portrait.points import FacePoints
    from ..portrait.speak import FilmOptions
    from ..portrait.stills import Still

SUMMARY = "make a still picture of a face speak: a film"
_LISTENING = 0.25  # of the whole work where the take is yet to be made


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "portrait",
        help=SUMMARY,
        description="Make the face of one still picture say a line: a film with its sound. "
        "The film says in its metadata that the picture is synthetic.",
    )
    parser.add_argument("still", type=Path, help="a picture of one face, seen more or less from in front")
    parser.add_argument("sound", type=Path, nargs="?", help="the line (default: the sound of --take)")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="OUT.mp4",
        help="its suffix chooses the kind (default: STILL.mp4)",
    )
    parser.add_argument("--take", type=Path, help="speak this take, with its style and edits")
    parser.add_argument("--text", type=Path, metavar="FILE", help="what is said, or subtitles (SRT, VTT)")
    parser.add_argument(
        "--points", metavar="X,Y,...",
        help="the face by hand, eight points in pixels of the picture: upper and lower lid of the eye on the "
        "left, the same on the right, tip of the nose, left and right corner of the mouth, chin",
    )  # fmt: skip
    parser.add_argument("--landmarks", type=Path, metavar="FILE", help="the face from a file of points")
    parser.add_argument("--write-landmarks", type=Path, metavar="FILE", help="write the points that are used")
    parser.add_argument("--fps", type=_rate, default=Fraction(25), help="frames a second (default: 25)")
    parser.add_argument(
        "--size", type=_size, help="height of the film in pixels (default: the picture's own)"
    )
    parser.add_argument(
        "--background", type=_colour, default=(255, 255, 255), metavar="RRGGBB",
        help="behind a transparent picture (default: ffffff; a .webm stays transparent)",
    )  # fmt: skip
    parser.add_argument(
        "--engine", choices=("warp", "gan"), default="warp",
        help="warp the still by a take (default), or let a trained network draw every frame from the sound",
    )  # fmt: skip
    parser.add_argument(
        "--portrait-model", metavar="NAME", help="the network of --engine gan: name or folder"
    )
    parser.add_argument(
        "--no-blink", action="store_true", help="do not blink where the take says nothing of lids"
    )
    parser.add_argument("--jobs", type=jobs, default=2, metavar="N", help="frames at once")
    add_performance_options(parser)


def run(args: argparse.Namespace) -> int:
    from ..atomic import write_atomically
    from ..models.families.portrait.store import available_portraits
    from ..portrait.points import points_text
    from ..portrait.speak import FilmOptions, film
    from ..portrait.stills import read_still
    from ..render.film import check_name

    output: Path = args.output or args.still.with_suffix(".mp4")
    check_name(output)
    if args.model is not None and args.model in available_portraits():
        args.engine, args.portrait_model, args.model = "gan", args.model, None
    _refuse_collisions(args, output)
    still = read_still(args.still, args.size)
    for line in still.notes:
        note(line)
    points = _points(args, still)
    points.check(*still.size)
    if args.write_landmarks is not None:
        write_atomically(args.write_landmarks, points_text(points.scaled(_file_height(args) / still.size[1])))
    options = FilmOptions(args.fps, args.background, not args.no_blink, args.jobs)
    if args.engine == "gan":
        return _drawn(args, still, points, output, options)
    with Progress(args.progress, output.name) as progress:
        share = 0.0 if args.take is not None else _LISTENING
        take, sound = _take(args, lambda done, stage: progress(share * done, stage))
        frames = film(
            still, points, take, sound, output, options,
            lambda done, stage: progress(share + (1 - share) * done, stage),
        )  # fmt: skip
    emit(f"{output}: {frames} frames of {still.size[0]} x {still.size[1]}, {take.sound.duration:.2f} s")
    return 0


def _drawn(
    args: argparse.Namespace, still: Still, points: FacePoints, output: Path, options: FilmOptions
) -> int:
    """The network's film."""
    from ..audio.reading import probe
    from ..errors import BilabialError
    from ..models.families.portrait.shape import FRAME_RATE
    from ..models.families.portrait.store import portrait_folder
    from ..portrait.drawn import drawn_film

    if args.sound is None:
        raise BilabialError("--engine gan draws from a sound: name one after the picture")
    model = portrait_folder(args.portrait_model)
    if args.take is not None or options.fps != FRAME_RATE:
        raise BilabialError(
            f"--engine gan draws from sound alone, {FRAME_RATE} frames a second: leave --take and --fps out"
        )
    with Progress(args.progress, output.name) as progress:
        duration = probe(args.sound).duration
        frames = drawn_film(
            still, points, args.sound, duration, model, output, options, progress, seed=args.seed or None
        )
    emit(f"{output}: {frames} frames drawn by {model.name}, {duration:.2f} s")
    return 0


def _refuse_collisions(args: argparse.Namespace, output: Path) -> None:
    from ..guard import Use, refuse_collisions

    named = {
        "the still": args.still, "the sound": args.sound, "the take": args.take,
        "the points of the face": args.landmarks, "the text": args.text,
    }  # fmt: skip
    writes = {"the film": output, "the points of the face": args.write_landmarks}
    reads = [Use(path, role) for role, path in named.items() if path is not None]
    refuse_collisions(
        [*reads, *_unnamed_reads(args)],
        [Use(path, role) for role, path in writes.items() if path is not None],
    )


def _unnamed_reads(args: argparse.Namespace) -> list[Use]:
    """What stands in a take or in a folder: its sound, the lexicon beside a sound, the models' files."""
    from ..guard import Use
    from ..models.families.portrait.store import portrait_files
    from ..words.store import words_files

    if args.take is not None:
        sound = find_sound(load_take(args.take), args.take)
        return [] if sound is None else [Use(sound, "the sound of the take")]
    if args.engine == "gan":
        return [Use(file, "a file of the portrait model") for file in portrait_files(args.portrait_model)]
    found = model_reads(args.model)
    found += [Use(file, "a file of the words model") for file in words_files(args.words_model)]
    lexicon = None if args.sound is None else lexicon_of(args.lexicon, args.sound.parent)
    return found if lexicon is None else [*found, Use(lexicon, "the lexicon")]


def _file_height(args: argparse.Namespace) -> int:
    from ..portrait.stills import upright_height

    return upright_height(args.still)


def _points(args: argparse.Namespace, still: Still) -> FacePoints:
    """The face: by hand, from a file, or found. Points told are pixels of the file, upright."""
    from ..errors import BilabialError
    from ..portrait.finder import find_face
    from ..portrait.points import points_by_hand, read_points

    if args.points is not None and args.landmarks is not None:
        raise BilabialError("the face is given twice: use --points or --landmarks")
    if args.points is None and args.landmarks is None:
        return find_face(still.pixels)
    factor = still.size[1] / _file_height(args)
    if args.landmarks is not None:
        return read_points(args.landmarks).scaled(factor)
    try:
        numbers = [float(number) for number in args.points.replace(";", ",").split(",")]
    except ValueError as error:
        raise BilabialError(
            f"--points takes numbers with commas between them, not {args.points!r}"
        ) from error
    return points_by_hand(numbers).scaled(factor)


def _take(args: argparse.Namespace, progress: Any) -> tuple[Take, Path | None]:
    """The take, and the file that sounds in the film."""
    from ..batch.make import Request, options_of
    from ..curves.style_text import parse_style
    from ..errors import BilabialError
    from ..pipeline import generate

    if args.take is not None:
        take = load_take(args.take)
        sound = args.sound or find_sound(take, args.take, None)
        if sound is None:
            note(
                f"The sound {take.sound.path} is not at hand, the film is silent: name it after the picture."
            )
        return (take.with_style(parse_style(args.style)) if args.style else take), sound
    if args.sound is None:
        raise BilabialError("there is nothing to say: name a sound after the picture, or a take with --take")
    request = Request(
        args.sound, args.sound, text=args.text, language=args.language, model=args.model, style=args.style,
        tolerance=args.tolerance, face=args.face, emotion=args.emotion, seed=args.seed,
    )  # fmt: skip
    options, notes = options_of(request)
    take = generate(args.sound, options, progress, None, notes.append)
    for line in notes:
        note(line)
    return take, args.sound


def _rate(text: str) -> Fraction:
    from ..portrait.speak import HIGHEST_RATE, LOWEST_RATE

    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise argparse.ArgumentTypeError(
            f"{text} is no rate: use a number such as 25 or 24000/1001"
        ) from error
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise argparse.ArgumentTypeError(f"{text} is out of range: use {LOWEST_RATE} to {HIGHEST_RATE}")
    return rate


def _size(text: str) -> int:
    if not text.isdigit() or not 64 <= int(text) <= 4320:
        raise argparse.ArgumentTypeError(f"{text} is out of range: use 64 to 4320 pixels")
    return int(text)


def _colour(text: str) -> tuple[int, int, int]:
    digits = text.removeprefix("#")
    try:
        number = int(digits, 16)
    except ValueError:
        number = -1
    if len(digits) != 6 or number < 0:
        raise argparse.ArgumentTypeError(f"{text} is no colour: use six digits such as ffffff")
    return number >> 16, number >> 8 & 255, number & 255
