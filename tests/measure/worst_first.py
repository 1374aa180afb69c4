"""Does the list put first what an editor wants first? Real lines, some spoilt on purpose, and their places.

python tests/measure/worst_first.py SET [--lines N]

SET is a folder with ``manifest.tsv`` (utt, file, ..., text) and the sounds that it names. A quarter of the
lines is spoilt, one way each: clipped, holes in it, nearly silent, cut off, half of its text missing, another
line's text. Printed for each way: at which places of the list, worst first, its lines came.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from bilabial.audio.reading import read
from bilabial.errors import BilabialError
from bilabial.pipeline import GenerateOptions, generate
from bilabial.qa.check import check_take
from bilabial.timing import SAMPLE_RATE

Samples = NDArray[np.float32]
Spoil = Callable[[Samples, random.Random], Samples]


def clipped(samples: Samples, chance: random.Random) -> Samples:
    return np.asarray(np.clip(samples / np.abs(samples).max() * 6.0, -1.0, 1.0), np.float32)


def holed(samples: Samples, chance: random.Random) -> Samples:
    """Three stretches of 60 to 150 ms where it is loud are digital silence."""
    spoilt = samples.copy()
    loud = np.convolve(np.abs(samples), np.ones(1600) / 1600, "same")
    for _ in range(3):
        at = chance.choice(np.flatnonzero(loud > np.median(loud)).tolist())
        spoilt[at : at + chance.randint(960, 2400)] = 0.0
    return spoilt


def quiet(samples: Samples, chance: random.Random) -> Samples:
    return np.asarray(samples * 0.001, np.float32)


def cut(samples: Samples, chance: random.Random) -> Samples:
    return samples[: round(0.6 * len(samples))]


SPOILT_SOUND: dict[str, Spoil] = {"clipped": clipped, "hole": holed, "quiet": quiet, "cut off": cut}
SPOILT_TEXT = ("half the text", "another text")


def lines_of(folder: Path) -> list[tuple[Path, str]]:
    with (folder / "manifest.tsv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(folder / row["file"], row["text"]) for row in rows]


def score_of(sound: Path, text: str) -> float:
    """0 where the text does not fit: the line has no take, and stands before all others."""
    try:
        take = generate(sound, GenerateOptions(text=text))
    except BilabialError:
        return 0.0
    return check_take(take, sound.name, sound).score


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("set", type=Path)
    parser.add_argument("--lines", type=int, default=100)
    args = parser.parse_args()
    chance = random.Random(16)
    lines = lines_of(args.set)
    chance.shuffle(lines)
    ways = [*SPOILT_SOUND, *SPOILT_TEXT]
    ranked: list[tuple[float, str]] = []
    with tempfile.TemporaryDirectory() as home:
        for number, (sound, text) in enumerate(lines[: args.lines]):
            way = ways[number // 4 % len(ways)] if number % 4 == 0 else "as it is"
            here = Path(home) / f"{number}.flac"
            samples = read(sound)
            spoil = SPOILT_SOUND.get(way)
            soundfile.write(here, samples if spoil is None else spoil(samples, chance), SAMPLE_RATE)
            words = text.split()
            said = " ".join(words[: max(len(words) // 2, 2)]) if way == "half the text" else text
            said = lines[-number - 1][1] if way == "another text" else said
            ranked.append((score_of(here, said), way))
    places = defaultdict(list)
    for place, (_, way) in enumerate(sorted(ranked), 1):
        places[way].append(place)
    for way in (*ways, "as it is"):
        sys.stdout.write(f"{way:14} {len(places[way]):3} lines, at {', '.join(map(str, places[way][:16]))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
