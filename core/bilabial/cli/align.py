"""``bilabial align``: where in a sound each sound of a known text lies, as a phone file that can be mended
and given back with ``generate --phones``; or how well the text fits.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ._console import Progress, emit, note
from ._options import lexicon_of
from ._takes import model_reads

SUMMARY = "find the words of a text in a sound"


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser("align", help=SUMMARY, description=SUMMARY)
    parser.add_argument("sound", type=Path, help="any sound or video file")
    parser.add_argument(
        "--text", type=Path, required=True, metavar="FILE", help="what is said: plain text, SRT or WebVTT"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        help="phone file (.TextGrid, .lab, ...) to write; without it: how well the text fits",
    )
    parser.add_argument("--language", default="en", metavar="CODE", help="of the text (default: en)")
    parser.add_argument("--model", help="name or folder of a model (default: the best one installed)")
    parser.add_argument(
        "--lexicon", metavar="FILE|none",
        help="the project's own pronunciations (default: lexicon.bilabial.txt beside the sound)",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    from ..audio.listening import listen
    from ..audio.reading import read_blocks
    from ..exchange.phones import write_phones
    from ..guard import Use, refuse_collisions
    from ..models.store import default_model, load_model
    from ..phonemes.lexicon import read_lexicon
    from ..phonemes.transcript import align_text, read_transcript

    reads = [Use(args.sound, "the sound"), Use(args.text, "the text"), *model_reads(args.model)]
    lexicon = lexicon_of(args.lexicon, args.sound.parent)
    reads += [] if lexicon is None else [Use(lexicon, "the lexicon")]
    refuse_collisions(reads, [] if args.output is None else [Use(args.output, "the phone file")])
    text = read_transcript(args.text)
    if args.output is None:
        return _tell_fit(args, text, lexicon)
    with Progress(args.progress, args.sound.name) as progress:
        model = load_model(args.model or default_model())
        heard = listen(
            read_blocks(args.sound),
            str(args.sound),
            model.network.hears,
            lambda seconds: progress(0.1, "listening"),
        )
        assert heard.features is not None
        progress(0.3, "aligning")
        said = None if lexicon is None else read_lexicon(lexicon)
        track = align_text(heard.features, text, args.language, model, said)
        progress(1.0, "aligning")
    write_phones(track, args.output)
    sure = sum(phone.confidence for phone in track) / max(1, len(track))
    words = len({phone.word for phone in track if phone.word is not None})
    emit(f"{args.output}: {words} words, {len(track)} sounds, mean confidence {sure:.2f}")
    return 0


def _tell_fit(args: argparse.Namespace, text: str, lexicon: Path | None) -> int:
    from ..phonemes.lexicon import read_lexicon
    from ..words.fit import fit_of_text

    said = None if lexicon is None else read_lexicon(lexicon)
    with Progress(args.progress, args.sound.name) as progress:
        fit = fit_of_text(
            args.sound, text, args.language, args.model, said, lambda share: progress(share, "listening")
        )
    emit(f"{args.text}: {fit.words} words, {1 - fit.share:.0%} of them said in {args.sound}")
    if fit.sentence is not None:
        note(fit.sentence)
    return 0
