"""``bilabial plot``: a take as a picture, or as a page that plays its sound."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._console import Progress, emit, note
from ._takes import find_sound, load_take, model_reads

if TYPE_CHECKING:
    from ..curves.take import Take
    from ..render.speaking import Speaker

SUMMARY = "draw a take: PNG, SVG, PDF, or an HTML page with its sound"
_WHOLE = 60.0  # seconds that a still picture shows unasked


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser("plot", help=SUMMARY, description=SUMMARY + ".")
    parser.add_argument("take", type=Path, help="a take; with --serve a folder of them")
    parser.add_argument("-o", "--output", type=Path, help="its suffix chooses the kind (default: TAKE.html)")
    parser.add_argument("--sound", type=Path, help="the sound file, where it is not where the take says")
    parser.add_argument("--track", default="speech", help="which track of the take (default: speech)")
    parser.add_argument(
        "--from", dest="start", type=float, default=0.0, metavar="S", help="first second of a picture"
    )
    parser.add_argument("--to", dest="end", type=float, metavar="S", help="last second of a picture")
    parser.add_argument(
        "--compare", type=Path, metavar="TAKE", help="another take, beside this one in a page"
    )
    parser.add_argument("--text", type=Path, metavar="FILE", help="what is said, to name the words of a page")
    parser.add_argument("--no-check", action="store_true", help="leave out of a page what a check finds")
    parser.add_argument(
        "--head", type=Path, metavar="GLB", help="a head of your own in a page: glTF with morph targets"
    )
    parser.add_argument(
        "--rig", metavar="PROFILE", help="the profile of --head (default: the one that fits its names)"
    )
    parser.add_argument(
        "--serve",
        action="store_true",
        help="show the pages of a folder of takes on this machine, until Ctrl-C",
    )
    parser.add_argument("--port", type=_port, default=0, help="of --serve (default: a free one)")


def run(args: argparse.Namespace) -> int:
    from ..errors import BilabialError
    from ..guard import Use, refuse_collisions
    from ..plot.figure import FORMATS

    if args.serve:
        return _serve(args)
    output: Path = args.output or args.take.parent / f"{args.take.stem}.html"
    kind = output.suffix.lower()
    if kind not in (*FORMATS, ".html"):
        raise BilabialError(f"{output} has no known suffix: use {', '.join(FORMATS)} or .html")
    if args.head is not None and kind != ".html":
        raise BilabialError(
            f"{output.name} shows curves and no head: leave out --head, or write a page (.html)"
        )
    with Progress(args.progress, output.name) as progress:
        progress(0.0, "reading")
        take = load_take(args.take)
        # A page is passed on: a take that names any file and no hash must not fetch it into one.
        told = args.sound is not None or take.sound.sha256 is not None
        sound = find_sound(take, args.take, args.sound) if told else None
        reads = [Use(args.take, "the take")]
        reads += [Use(file, role) for file, role in _others(args, sound) if file is not None]
        reads += model_reads(None)  # the ear of a page's check
        refuse_collisions(reads, [Use(output, "the picture")])
        if sound is None:
            why = "is not at hand" if told else "is named without its hash"
            note(f"The sound {take.sound.path} {why}: give it with --sound to see and hear it.")
        if kind == ".html":
            _page(take, sound, output, args, progress)
        else:
            _picture(take, sound, output, args, progress)
        progress(1.0, "done")
    emit(str(output))
    return 0


def _others(args: argparse.Namespace, sound: Path | None) -> list[tuple[Path | None, str]]:
    from ..qa.remarks import files_of

    named = [(sound, "the sound"), (args.compare, "the take to compare with"), (args.text, "the text")]
    named += [(args.head, "the head"), (_profile_file(args.rig), "the rig")]
    return [*named, *((file, "the notes on takes") for file in files_of([args.take]))]


def _picture(
    take: Take, sound: Path | None, output: Path, args: argparse.Namespace, progress: Progress
) -> None:
    from ..audio.reading import read
    from ..plot.content import gather
    from ..plot.figure import draw

    samples = None if sound is None else read(sound)
    progress(0.4, "drawing")
    title = Path(take.sound.path).name
    content = gather(title, take.sound.duration, take.phones, take.styled(args.track), samples)
    end = args.end
    if end is None and take.sound.duration - args.start > _WHOLE:
        end = args.start + _WHOLE
        note(f"The picture shows {args.start:g} to {end:g} s: choose with --from and --to.")
    draw(content, output, args.start, end)


def _page(take: Take, sound: Path | None, output: Path, args: argparse.Namespace, progress: Progress) -> None:
    from ..atomic import write_atomically
    from ..phonemes.transcript import read_transcript
    from ..plot.making import PageOptions, make_page
    from ..qa.remarks import remarks_of

    options = PageOptions(
        track=args.track,
        text="" if args.text is None else read_transcript(args.text),
        check=not args.no_check,
        other=None if args.compare is None else load_take(args.compare),
        other_name="" if args.compare is None else args.compare.name,
        notes=remarks_of(args.take).notes,
        speaker=_speaker(args),
    )
    write_atomically(output, make_page(take, sound, options, progress))


def _speaker(args: argparse.Namespace) -> Speaker | None:
    from ..render.own_head import own_speaker

    return None if args.head is None else own_speaker(args.head, args.rig)


def _profile_file(rig: str | None) -> Path | None:
    return Path(rig) if rig is not None and rig.endswith(".json") else None


def _serve(args: argparse.Namespace) -> int:
    from ..plot.serving import PageServer

    if args.take.is_file():
        from ..errors import BilabialError

        raise BilabialError(f"--serve shows a folder, and {args.take} is a file: name the folder it lies in")
    with PageServer(args.take, args.port, check=not args.no_check, speaker=_speaker(args)) as server:
        emit(server.address)
        note("Open this address in a browser; Ctrl-C ends.")
        server.serve_forever()
    return 0


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port: use 1 to 65535")
    return number
