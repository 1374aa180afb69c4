"""The commands of the talking portrait: clips to train on, a model folder, the tables of the ablation."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..data.sets import Problems

if TYPE_CHECKING:
    from ..families.portrait.tables import Instruments

log = logging.getLogger("bilabial.training")

_CARD = {"summary": "A talking head from one still and sound.", "licence": "GPL-3.0-or-later", "notes": ""}


def add_parsers(commands: Any) -> None:
    one = commands.add_parser("portrait-clips", help="pack films of a real face for training (GRID's layout)")
    one.add_argument("source", type=Path, help="folder with video/, audio/ and test.txt")
    one.add_argument("-o", "--output", type=Path, required=True)
    one.add_argument("--size", type=_size, default=(48, 64), metavar="WxH", help="default: 48x64")
    one.add_argument("--count", type=int, help="so many clips to train on, evenly chosen (default: all)")
    one.add_argument("--test", type=int, default=24, help="so many that train nothing (default: 24)")
    one.set_defaults(run_command=pack_real)

    one = commands.add_parser("portrait-heads", help="render heads of many identities that speak")
    one.add_argument("sounds", type=Path, nargs="+", help="sounds, or folders of them")
    one.add_argument("-o", "--output", type=Path, required=True)
    one.add_argument("--size", type=_size, default=(48, 64), metavar="WxH", help="default: 48x64")
    one.add_argument("--heads", type=int, default=16, help="identities (default: 16)")
    one.add_argument("--seconds", type=float, default=3.0, help="of each head's film (default: 3)")
    one.add_argument("--test", type=int, default=4, help="so many of them train nothing (default: 4)")
    one.add_argument("--test-seconds", type=float, default=3.0, help="of those heads' films (default: 3)")
    one.add_argument("--frames", type=int, help="so many of a film, at random moments (default: all)")
    one.add_argument("--seed", type=int, default=1, help="another seed makes other heads")
    one.set_defaults(run_command=render_heads)

    one = commands.add_parser("portrait-export", help="write a portrait model's folder from a checkpoint")
    one.add_argument("checkpoint", type=Path)
    one.add_argument("folder", type=Path)
    one.add_argument("--version", default="1.0")
    one.add_argument(
        "--about", type=Path, metavar="FILE",
        help="what the card tells besides, as JSON: summary, data, scores, notes (what it cannot)",
    )  # fmt: skip
    one.set_defaults(run_command=export_portrait)

    one = commands.add_parser("portrait-tables", help="measure trained portraits: the paper's ablation table")
    one.add_argument("runs", type=Path, nargs="+", help="folders of runs; a row each")
    one.add_argument("--clips", type=Path, nargs="+", required=True)
    one.add_argument("--count", type=int, default=24, help="held-out clips (default: 24)")
    one.add_argument(
        "--lips", type=Path, metavar="CHECKPOINT", help="a trained lip-reader: words, gap, blinks"
    )
    one.add_argument("--tracks", type=Path, metavar="GRID", help="the set that says which words were said")
    one.add_argument(
        "--likeness", action="store_true", help="also how far each film is from its still's person"
    )
    one.add_argument("--picture", type=Path, help="frames of every row side by side, as a PNG")
    one.add_argument("--into", type=Path, metavar="PAGE.md", help="write the table between its marks")
    one.add_argument("--mark", default="portrait", help="name of the marks (default: portrait)")
    one.set_defaults(run_command=tables)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"{text} is no size: write 48x64")
    return int(width), int(height)


def pack_real(arguments: argparse.Namespace, problems: Problems) -> None:
    from ..make.face_films import pack_films

    count = pack_films(
        arguments.source, arguments.output, arguments.size, arguments.count, arguments.test, problems
    )
    log.info("packed %d clips", count)


def render_heads(arguments: argparse.Namespace, problems: Problems) -> None:
    from ..make.heads import HeadOptions, write_heads

    options = HeadOptions(
        arguments.size, arguments.heads, arguments.seconds, arguments.test, arguments.test_seconds,
        arguments.seed, arguments.frames,
    )  # fmt: skip
    count = write_heads(arguments.sounds, arguments.output, options, problems)
    log.info("rendered %d heads", count)


def export_portrait(arguments: argparse.Namespace, problems: Problems) -> None:
    from ...errors import FormatError
    from ...json_text import read_json
    from ..families.portrait.export import export

    told = {} if arguments.about is None else read_json(arguments.about, "write a JSON object", FormatError)
    if not isinstance(told, dict):
        raise FormatError(f"{arguments.about} is no JSON object: write what the card tells by its names")
    shape = export(arguments.checkpoint, arguments.folder, _CARD | {"version": arguments.version} | told)
    log.info("wrote %s, %d x %d", arguments.folder, shape.width, shape.height)


def _instruments(arguments: argparse.Namespace, problems: Problems) -> Instruments:
    from ...errors import BilabialError
    from ..data.real_face import read_real_face
    from ..families.lips.reading import load_reader
    from ..families.portrait.tables import Instruments
    from ..measure.likeness import Embedder

    if (arguments.lips is None) != (arguments.tracks is None):
        raise BilabialError("the lip-reader needs to know what was said: give both --lips and --tracks")
    return Instruments(
        None if arguments.lips is None else load_reader(arguments.lips),
        Embedder() if arguments.likeness else None,
        None
        if arguments.tracks is None
        else {clip.name: clip for clip in read_real_face(arguments.tracks, problems)},
    )


def tables(arguments: argparse.Namespace, problems: Problems) -> None:
    from ...atomic import write_atomically
    from ..families.portrait.tables import ablation_tables, frames_side_by_side
    from ..measure.evaluation import around

    text, films = ablation_tables(
        arguments.runs, arguments.clips, arguments.count, _instruments(arguments, problems)
    )
    if arguments.picture is not None:
        frames_side_by_side(films, arguments.picture)
    if arguments.into is None:
        log.info("%s", text)
        return
    before, after = around(arguments.into, arguments.mark)
    write_atomically(arguments.into, f"{before}\n\n{text}\n\n{after}")
