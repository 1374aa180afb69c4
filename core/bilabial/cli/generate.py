"""``bilabial generate``: a sound to a take, and to the dense table where wanted."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ._console import Progress, emit, note
from ._options import add_performance_options, lexicon_of

SUMMARY = "make a take from a sound"


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "generate",
        help=SUMMARY,
        description="Listen to a sound and write a take: phones with times, and sparse curves.",
    )
    parser.add_argument("sound", type=Path, help="any sound or video file that ffmpeg reads")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="TAKE.json", help="default: SOUND.take.json beside it"
    )
    parser.add_argument(
        "--curves", type=Path, metavar="OUT.csv", help="write the dense curves too, 100 rows a second"
    )
    parser.add_argument(
        "--phones", type=Path, metavar="FILE",
        help="use these phones with times instead of the network: TextGrid, .lab, Rhubarb, Moho, Papagayo",
    )  # fmt: skip
    parser.add_argument(
        "--words", metavar="auto|none|FILE", default="auto",
        help="words to hold against what is heard: found by itself (default), none, or a file with what is "
        "said or with subtitles (SRT, VTT)",
    )  # fmt: skip
    parser.add_argument("--text", type=Path, metavar="FILE", help="the same as --words FILE")
    parser.add_argument("--keep-dense", action="store_true", help="keep the dense curves inside the take")
    add_performance_options(parser)


def run(args: argparse.Namespace) -> int:
    from ..batch.make import Request, make
    from ..curves.take import SPEECH
    from ..words.finding import AUTO
    from ..words.report import remarks

    words, text = _words_of(args)
    sound: Path = args.sound
    output: Path = args.output or sound.parent / f"{sound.stem}.take.json"
    request = Request(
        sound, output, args.curves, args.phones, text, args.language, args.model, args.style,
        args.tolerance, args.keep_dense, args.overwrite, words, args.words_model, args.face, args.emotion,
        args.seed, lexicon_of(args.lexicon, sound.parent),
    )  # fmt: skip
    with Progress(args.progress, sound.name) as progress:
        made = make(request, progress)
    take = made.take
    for sentence in made.notes:
        note(sentence)
    keys = take.track(SPEECH).key_count
    rate = keys / take.sound.duration if take.sound.duration else 0.0
    spoken = sum(not phone.is_silence for phone in take.phones)
    heard = f"{spoken} phones" if spoken else "no speech"
    if take.words:
        heard += f", {sum(word.heard for word in take.words)} words"
    emit(f"{output}: {take.sound.duration:.2f} s, {heard}, {keys} keys ({rate:.1f} a second)")
    for remark in remarks(take):
        note(remark)
    if request.words_model and request.words == AUTO and not (take.words or request.text or request.phones):
        note(_why_no_words(request.words_model, request.language))
    return 0


def _why_no_words(model: str, language: str | None) -> str:
    """What a person who named a words model should know where none of its words are in the take."""
    from ..errors import ModelError
    from ..words.store import words_card

    if language is not None:
        try:
            words_card(model).check_language(language)
        except ModelError as refusal:
            return f"no words: {refusal}"
    return (
        f"no words: what {model} wrote down is not borne out by what is heard. Where the language is another "
        "one, name it with --language"
    )


def _words_of(args: argparse.Namespace) -> tuple[str, Path | None]:
    """The choice of words, and the file with them where one is named."""
    from ..errors import BilabialError
    from ..words.finding import CHOICES, NONE

    if args.words in CHOICES:
        return args.words, args.text
    if args.text is not None:
        raise BilabialError("--words and --text both name a file: they mean the same, so give one")
    return NONE, Path(args.words)
