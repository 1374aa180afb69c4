"""Options that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_performance_options(parser: argparse.ArgumentParser) -> None:
    """What generate and batch both take."""
    parser.add_argument("--model", help="name or folder of a model (default: the best one installed)")
    parser.add_argument(
        "--words-model", metavar="MODEL", help="name or folder of a words model (default: the one installed)"
    )
    parser.add_argument(
        "--style",
        default="",
        help="a preset (mumble, shout, whisper, ...) and dials: 'jaw=1.2,lip=0.9,U=0.8'",
    )
    parser.add_argument(
        "--tolerance", type=tolerance, default=0.02,
        help="largest distance of the keyed curves from the dense ones (default: 0.02)",
    )  # fmt: skip
    parser.add_argument(
        "--language", metavar="CODE",
        help="language of phone files and texts, such as fr (default: en), and of words that are found "
        "(default: the one that the words model hears)",
    )  # fmt: skip
    parser.add_argument(
        "--lexicon", metavar="FILE|none",
        help="the project's own pronunciations, a word and its sounds a line (default: lexicon.bilabial.txt "
        "beside the sound or the list)",
    )  # fmt: skip
    parser.add_argument(
        "--face", metavar="LAYERS",
        help="what moves beside the mouth: emotion, brows, blinks, gaze, head, breath, each with a strength "
        "where wanted (brows=0.5), or none (default: all but emotion)",
    )  # fmt: skip
    parser.add_argument(
        "--emotion", default="", metavar="NAME=AMOUNT",
        help="joy, sadness, anger, fear, disgust, surprise or boredom, 0 to 1, for the whole line; without "
        "it --face emotion listens to the voice, and tags in the text such as [angry] count from their place",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, help="of the face's chance: another one, another face")
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="write even over takes with keys made by hand, which are lost",
    )


def add_list_options(parser: argparse.ArgumentParser) -> None:
    """What every command over a list of sounds takes."""
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where takes go that no row names")
    parser.add_argument(
        "--words", choices=("auto", "none"), default="auto",
        help="words to hold against what is heard where no row names a text: found by itself (default), none",
    )  # fmt: skip


def lexicon_of(named: str | None, folder: Path) -> Path | None:
    """The lexicon that is named, or the one of the folder; read once, so that a bad one is refused now."""
    from ..errors import BilabialError
    from ..phonemes.lexicon import lexicon_beside, read_lexicon

    if named == "none":
        return None
    path = lexicon_beside(folder) if named is None else Path(named)
    if path is not None:
        if not path.is_file():
            raise BilabialError(f"there is no lexicon {path}: name a file of words and their sounds, or none")
        read_lexicon(path)
    return path


def tolerance(text: str) -> float:
    number = float(text)
    if not 0.0 < number <= 0.5:
        raise argparse.ArgumentTypeError(f"{text} is out of range: use a number above 0, up to 0.5")
    return number


def jobs(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 1024:
        raise argparse.ArgumentTypeError(f"{text} is out of range: use 1 to 1024")
    return number


def rows(text: str) -> tuple[int, int]:
    """Lines of a list, such as 2-101."""
    first, _, last = text.partition("-")
    if not (first.isdecimal() and last.isdecimal()) or not 1 <= int(first) <= int(last) < 1e9:
        raise argparse.ArgumentTypeError(f"{text!r} are no rows: write the first and the last, as in 2-101")
    return int(first), int(last)
