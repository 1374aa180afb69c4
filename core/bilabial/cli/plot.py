"""``bilabial plot``: a take as a picture, or as a page that plays its sound."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ._console import Progress, emit, note
from ._takes import find_sound, load_take

SUMMARY = "draw a take: PNG, SVG, PDF, or an HTML page with its sound"
_WHOLE = 60.0  # seconds that a still picture shows unasked


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser("plot", help=SUMMARY, description=SUMMARY + ".")
    parser.add_argument("take", type=Path)
    parser.add_argument("-o", "--output", type=Path, help="its suffix chooses the kind (default: TAKE.html)")
    parser.add_argument("--sound", type=Path, help="the sound file, where it is not where the take says")
    parser.add_argument("--track", default="speech", help="which track of the take (default: speech)")
    parser.add_argument(
        "--from", dest="start", type=float, default=0.0, metavar="S", help="first second of a picture"
    )
    parser.add_argument("--to", dest="end", type=float, metavar="S", help="last second of a picture")


def run(args: argparse.Namespace) -> int:
    import numpy as np

    from ..audio.reading import read_blocks
    from ..errors import BilabialError
    from ..guard import Use, refuse_collisions
    from ..plot.content import gather
    from ..plot.figure import FORMATS, draw
    from ..plot.page import sound_uri, write_page

    output: Path = args.output or args.take.parent / f"{args.take.stem}.html"
    kind = output.suffix.lower()
    if kind not in (*FORMATS, ".html"):
        raise BilabialError(f"{output} has no known suffix: use {', '.join(FORMATS)} or .html")
    with Progress(args.progress, output.name) as progress:
        progress(0.0, "reading")
        take = load_take(args.take)
        # A page is passed on: a take that names any file and no hash must not fetch it into one.
        told = args.sound is not None or take.sound.sha256 is not None
        sound = find_sound(take, args.take, args.sound) if told else None
        sounds = [] if sound is None else [Use(sound, "the sound")]
        refuse_collisions([Use(args.take, "the take"), *sounds], [Use(output, "the picture")])
        samples = None
        if sound is not None:
            samples = np.concatenate(list(read_blocks(sound)))
        else:
            why = "is not at hand" if told else "is named without its hash"
            note(f"The sound {take.sound.path} {why}: give it with --sound to see and hear it.")
        progress(0.4, "drawing")
        title = Path(take.sound.path).name
        content = gather(title, take.sound.duration, take.phones, take.styled(args.track), samples)
        if kind == ".html":
            uri = "" if sound is None or samples is None else sound_uri(sound, samples)
            write_page(content, output, uri)
        else:
            end = args.end
            if end is None and take.sound.duration - args.start > _WHOLE:
                end = args.start + _WHOLE
                note(f"The picture shows {args.start:g} to {end:g} s: choose with --from and --to.")
            draw(content, output, args.start, end)
        progress(1.0, "done")
    emit(str(output))
    return 0
