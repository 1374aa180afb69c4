"""``bilabial transcribe``: what is said in a sound, as text, subtitles or a TextGrid of words."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._console import Progress, emit, note
from ._takes import model_reads

if TYPE_CHECKING:
    from ..words.writing import Written

SUMMARY = "write down what is said in a sound"


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "transcribe",
        help=SUMMARY,
        description="Write down what is said: text, subtitles (SRT), or words with times (TextGrid).",
    )
    parser.add_argument("sound", type=Path, help="any sound or video file that ffmpeg reads")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE",
        help="file to write; its suffix decides the format: .txt, .srt, .TextGrid (default: to the terminal)",
    )  # fmt: skip
    parser.add_argument(
        "--format", choices=("text", "srt", "textgrid"), help="default: by the suffix, or text"
    )
    parser.add_argument(
        "--language", metavar="CODE", help="what is spoken, such as en (default: what the model hears)"
    )
    parser.add_argument("--model", help="name or folder of a words model (default: the one installed)")
    parser.add_argument("--hint", default="", metavar="TEXT", help="names and terms that occur, in any order")


def run(args: argparse.Namespace) -> int:
    from ..atomic import write_atomically
    from ..audio.reading import read_blocks
    from ..guard import Use, refuse_collisions
    from ..words.formats import SUFFIXES, as_srt, as_text, as_textgrid
    from ..words.overhearing import Overhearing
    from ..words.store import chosen_words_model
    from ..words.writing import WritingOptions, write_down

    output: Path | None = args.output
    kind = args.format or ("text" if output is None else SUFFIXES.get(output.suffix.lower(), "text"))
    model = chosen_words_model(args.model)
    if output is not None:
        reads = [Use(args.sound, "the sound"), *(Use(file, "a file of the model") for file in model.files)]
        reads += model_reads(None)  # the ear that times the words
        refuse_collisions(reads, [Use(output, "the transcript")])
    if args.language is not None:
        model.card.check_language(args.language)
    with Progress(args.progress, args.sound.name) as progress:
        overhearing = Overhearing()
        samples = 0
        for block in overhearing.through(read_blocks(args.sound)):
            samples += len(block)
            progress(0.0, "listening")
        options = WritingOptions(args.language, args.hint)
        written = write_down(
            overhearing.taken(), model, options, lambda share: progress(0.05 + 0.9 * share, "writing")
        )
        text = {"text": as_text, "srt": as_srt}.get(kind, lambda one: "")(written)
        if kind == "textgrid":
            text = as_textgrid(written.sentences, _words(args.sound, written), samples / 16_000)
        progress(1.0, "writing")
    if output is None:
        sys.stdout.write(text)
    else:
        write_atomically(output, text)
        emit(f"{output}: {len(written.plain.split())} words in {written.language!r}")
    if not written.sentences:
        note("no words: there is no speech in this sound, or none that the model understands")
    return 0


def _words(sound: Path, written: Written) -> tuple[Any, ...]:
    """The words' times, by the ear; none where the language's words cannot be pronounced here."""
    from ..audio.listening import listen
    from ..audio.reading import read_blocks
    from ..errors import PhoneError
    from ..models.store import cached_model, default_model
    from ..phonemes.joint import FOUND
    from ..phonemes.transcript import explain_text
    from ..words.formats import as_srt

    if not written.sentences:
        return ()
    ear = cached_model(default_model())
    heard = listen(read_blocks(sound), str(sound), ear.network.hears, lambda seconds: None)
    assert heard.features is not None
    try:
        return explain_text(heard.features, as_srt(written), written.language, ear, FOUND).words
    except PhoneError as error:
        note(f"words have no times: {error}")
        return ()
