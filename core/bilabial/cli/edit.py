"""``bilabial edit``: a take's style or phones changed, and nothing else; no network is run."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ._console import Progress, emit
from ._takes import find_sound, load_take, save_take

SUMMARY = "change a take's style or phones; only what they reach changes"


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "edit",
        help=SUMMARY,
        description="Lay another style over a take, or give it mended phones (write them with convert, mend "
        "them in Praat, bring them back): only the curves around what differs are solved again, and keys "
        "made by hand stay.",
    )
    parser.add_argument("take", type=Path)
    parser.add_argument("-o", "--output", type=Path, metavar="TAKE.json", help="default: the take itself")
    parser.add_argument("--style", help="a preset (mumble, shout, whisper, ...) and dials: 'jaw=1.2,lip=0.9'")
    parser.add_argument("--phones", type=Path, metavar="FILE", help="the take's phones, mended")
    parser.add_argument("--language", metavar="CODE", help="language of the phone file, such as fr")
    parser.add_argument("--sound", type=Path, help="the sound file, where it is not where the take says")


def run(args: argparse.Namespace) -> int:
    from ..audio.listening import listen
    from ..audio.reading import read_blocks
    from ..curves.resolve import resolve_span
    from ..curves.style_text import parse_style
    from ..errors import BilabialError
    from ..exchange.phones import read_phones
    from ..guard import Use, refuse_collisions
    from ..locks import writing
    from ..phonemes.reconcile import mended

    if args.style is None and args.phones is None:
        raise BilabialError("nothing to change is named: give --style or --phones")
    output: Path = args.output or args.take
    phones_file = [] if args.phones is None else [Use(args.phones, "the phones")]
    with writing(output), Progress(args.progress, args.take.name) as progress:
        take = load_take(args.take)
        sound = find_sound(take, args.take, args.sound)
        sounds = [] if sound is None else [Use(sound, "the sound")]
        refuse_collisions([*phones_file, *sounds], [Use(output, "the take")])
        if args.phones is not None:
            phones = mended(take.phones, read_phones(args.phones, args.language))
            if sound is None:
                raise BilabialError(f"the sound {take.sound.path} is not at hand: name it with --sound")

            def told(seconds: float) -> None:
                progress(min(seconds / max(take.sound.duration, 1e-3), 1.0) * 0.8, "listening")

            heard = listen(read_blocks(sound), str(sound), None, told)
            progress(0.8, "solving")
            take = resolve_span(take, phones, heard.prosody)
        if args.style is not None:
            take = take.with_style(parse_style(args.style))
        save_take(take, output, args.take)
        progress(1.0, "done")
    emit(str(output))
    return 0
