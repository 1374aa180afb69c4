"""Commands that make sets and tables of pronunciation."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ...errors import FormatError
from ..data.sets import Problems
from .loading import load_sets

PHONEMES = Path(__file__).resolve().parents[2] / "phonemes"


def recognise(arguments: argparse.Namespace, problems: Problems) -> None:
    """Write what a phone recogniser hears in each clip."""
    from ..labels.recognise import recognise_set

    for name, clips in load_sets(arguments.sets, problems).items():
        recognise_set(clips, arguments.output / f"{name}.tsv", problems)


def nonspeech(arguments: argparse.Namespace, problems: Problems) -> None:
    """Write sounds without speech."""
    from ..make.nonspeech import write_nonspeech

    write_nonspeech(arguments.folder, arguments.clips, arguments.seed, arguments.split)


def gather(arguments: argparse.Namespace, problems: Problems) -> None:
    """Write one's own recordings as a set."""
    from ..make.gathered import gather as write

    write(arguments.recordings, arguments.folder, arguments.language, arguments.held_out, problems)


def synthesise(arguments: argparse.Namespace, problems: Problems) -> None:
    """Write sets of synthetic speech with exact labels."""
    from ..make.synthetic import ESPEAK_TIMBRES, texts_in, texts_of, together, write_espeak, write_flite

    said = texts_of(clip for clips in load_sets(arguments.sets, problems).values() for clip in clips)
    texts = together(texts_in(arguments.texts) if arguments.texts else {}, said)
    if not texts:
        raise FormatError("there is nothing to say: give --texts FOLDER, or --sets of clips with texts")
    if arguments.engine == "flite":
        if "en-us" not in texts:
            raise FormatError("no text is English: put one into the folder of texts, such as en-lines.txt")
        write_flite(arguments.folder, texts["en-us"], arguments.clips, arguments.seed)
    else:
        voices = arguments.voices.split(",") if arguments.voices else ESPEAK_TIMBRES
        write_espeak(arguments.folder, texts, arguments.minutes, arguments.seed, arguments.split, voices)


def wear(arguments: argparse.Namespace, problems: Problems) -> None:
    """Write sets of old clips through codecs and at other pitches."""
    from ..make.codec_augmentation import write_worn

    for name, clips in load_sets(arguments.sets, problems, arguments.labels).items():
        write_worn(arguments.folder / f"{name}-worn", clips, arguments.share, arguments.seed, problems)


def dictionary(arguments: argparse.Namespace, problems: Problems) -> None:
    """Pack a CMU dictionary for the aligner."""
    from ...atomic import atomic_path
    from ...phonemes.dictionary import pack

    with atomic_path(arguments.output) as temporary:
        temporary.write_bytes(pack(arguments.cmudict.read_text("latin-1")))


def letters(arguments: argparse.Namespace, problems: Problems) -> None:
    """Count pieces of spelling for the letter model, and measure it."""
    from ..make.letters import write

    found = write(Path(arguments.output))
    sys.stdout.write("".join(f"{name}: {value:.1f} %\n" for name, value in found.items()))


def cards(arguments: argparse.Namespace, problems: Problems) -> None:
    """Write README.md beside the cards of models."""
    from ..make.cards import write

    for path in write(arguments.models, arguments.page):
        sys.stdout.write(f"{path}\n")
