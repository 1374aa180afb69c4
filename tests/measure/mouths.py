"""How fast real lips move and how far they are from their sound: numbers of core/bilabial/qa/limits.py.

    python tests/measure/mouths.py GRID

GRID is a folder of the GRID corpus with a face landmarker's tracks: tracks.npz (clips, start, lm: 98 points a
frame in 1/32 pixel), points.json (their MediaPipe numbers), audio/NAME.opus, test.txt (names). Speeds are in
distances between the eyes a second from frame to frame (25 a second), over all clips; offsets and confidence
of the sync check are over the clips of test.txt, at the right place and with the mouth of another sentence.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from bilabial.qa import limits
from bilabial.qa.check import CheckOptions, ear
from bilabial.qa.checks.sync import offset_of
from bilabial.qa.listening import hear_file
from bilabial.timing import FRAME_RATE

FPS = 25
UPPER, LOWER, LEFT, RIGHT, IRISES = 13, 14, 61, 291, (468, 473)  # MediaPipe's numbers
SHARES = (99.0, 99.9, 99.99)


class Corpus:
    def __init__(self, folder: Path) -> None:
        tracks = np.load(folder / "tracks.npz", allow_pickle=False)
        points = json.loads((folder / "points.json").read_text("utf-8"))["mediapipe_index"]
        place = {number: column for column, number in enumerate(points)}
        marks = tracks["lm"].astype(np.float64) / 32.0

        def apart(one: int, other: int) -> np.ndarray:
            return np.linalg.norm(marks[:, place[one]] - marks[:, place[other]], axis=1)

        eyes = float(np.median(apart(*IRISES)))
        self.folder = folder
        self.names = [str(name) for name in tracks["clips"]]
        self.starts = tracks["start"]
        self.gap, self.width = apart(UPPER, LOWER) / eyes, apart(LEFT, RIGHT) / eyes

    def rows(self, clip: int) -> slice:
        return slice(int(self.starts[clip]), int(self.starts[clip + 1]))


def speeds(corpus: Corpus) -> None:
    clips = range(len(corpus.names))
    gap = np.concatenate([np.diff(corpus.gap[corpus.rows(clip)]) for clip in clips]) * FPS
    width = np.concatenate([np.diff(corpus.width[corpus.rows(clip)]) for clip in clips]) * FPS
    for name, speed in (("lips part", gap), ("lips close", -gap), ("corners", np.abs(width))):
        told = ", ".join(f"{share:g} %: {np.percentile(speed, share):.2f}" for share in SHARES)
        sys.stdout.write(f"{name:10} eye distances a second, {told}\n")


def offsets(corpus: Corpus) -> None:
    model = ear(CheckOptions())
    right, wrong = [], []
    other: tuple[np.ndarray, np.ndarray] | None = None
    for name in (corpus.folder / "test.txt").read_text("utf-8").split():
        sound = corpus.folder / "audio" / f"{name}.opus"
        if name not in corpus.names or not sound.is_file():
            continue
        rows = corpus.rows(corpus.names.index(name))
        heard = hear_file(sound, model)
        times = np.arange(len(heard.prosody)) / FRAME_RATE
        frames = np.arange(rows.stop - rows.start) / FPS
        mouth = (np.interp(times, frames, corpus.gap[rows]), np.interp(times, frames, corpus.width[rows]))
        if (found := offset_of(heard, *mouth)) is not None:
            right.append((found.seconds + limits.NATURAL, found.confidence))
        if other is not None and (found := offset_of(heard, *other)) is not None:
            wrong.append((found.seconds + limits.NATURAL, found.confidence))
        other = mouth
    lags, sure = np.array(right).T
    strange, doubt = np.array(wrong).T
    sys.stdout.write(
        f"sync of {len(lags)} clips: lag median {np.median(lags) * 1000:.0f} ms, half of them "
        f"{np.percentile(lags, 25) * 1000:.0f} to {np.percentile(lags, 75) * 1000:.0f} ms; confidence "
        f"10 %: {np.percentile(sure, 10):.2f}, 50 %: {np.median(sure):.2f}; with another's mouth "
        f"50 %: {np.median(doubt):.2f}, 90 %: {np.percentile(doubt, 90):.2f}, lags "
        f"{np.percentile(strange, 25) * 1000:.0f} to {np.percentile(strange, 75) * 1000:.0f} ms\n"
    )


def main() -> int:
    if len(sys.argv) != 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    corpus = Corpus(Path(sys.argv[1]))
    speeds(corpus)
    offsets(corpus)
    return 0


if __name__ == "__main__":
    sys.exit(main())
