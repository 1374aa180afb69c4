"""Crops of log mel to train on, the same for the same seed and step whatever ran before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ....audio.logmel import BANDS, SILENCE
from ....errors import BilabialError
from ....phonemes.inventory import UNKNOWN
from ...data.batches import Corpus, SamplerOptions
from ...data.sounds import Piece
from ...labels.borders import moved

Floats32 = NDArray[np.float32]
Integers = NDArray[np.int64]

_PIECES = 12  # short clips of a speaker that are put one behind the other at most
NOBODY = "none-"  # how "speakers" of sounds begin in which nobody speaks
_SCRAP = 20  # rows at a crop's end that may stay empty


class Crops:
    """``options.set_weights`` are the sets' shares; a speaker with n rows comes n ** power often."""

    def __init__(
        self,
        corpus: Corpus,
        options: SamplerOptions,
        by_hand: Sequence[str],
        wanted: Callable[[str], bool] = lambda speaker: True,
    ) -> None:
        self.corpus = corpus
        self.by_hand = frozenset(by_hand)  # sets whose borders stay where they are
        self._labels: dict[str, Integers] = {}
        speakers: dict[str, dict[str, list[str]]] = {}
        for name, clip in corpus.clips.items():
            if clip.split == "train" and name in corpus.phones and wanted(clip.speaker):
                speakers.setdefault(name.split("/")[0], {}).setdefault(clip.speaker, []).append(name)
        if not speakers:
            raise BilabialError("no labelled clip is left to train on: check the sets and their split column")
        self._sets = [list(one.values()) for one in speakers.values()]
        shares = np.array([options.set_weights.get(name, 1.0) for name in speakers])
        self._shares = shares / shares.sum()
        self._speakers = [self._weights(one, options.speaker_power) for one in self._sets]

    def draw(self, random: np.random.Generator, rows: int) -> list[Piece]:
        """Clips of one speaker, one behind the other, that fill ``rows`` rows or nearly."""
        one = int(random.choice(len(self._sets), p=self._shares))
        names = self._sets[one][int(random.choice(len(self._sets[one]), p=self._speakers[one]))]
        lengths = np.array([len(self.corpus.compact_rows(name)) for name in names], dtype=np.float64)
        pieces: list[Piece] = []
        at = 0
        for _ in range(_PIECES):
            name = names[int(random.choice(len(names), p=lengths / lengths.sum()))]
            size = len(self.corpus.compact_rows(name))
            take = min(rows - at, size)
            pieces.append(Piece(name, int(random.integers(0, size - take + 1)), take))
            at += take
            if at > rows - _SCRAP:
                break
        return pieces

    def mel(self, pieces: Sequence[Piece], rows: int) -> Floats32:
        """(rows, 80) log mel of these pieces."""
        mel = np.full((rows, BANDS), SILENCE, np.float32)
        at = 0
        for piece in pieces:
            clip = self.corpus.compact_rows(piece.clip)
            mel[at : at + piece.rows] = clip[piece.start : piece.start + piece.rows]
            at += piece.rows
        if at < rows:  # nothing more of this speaker: the floor goes on
            mel[at:] = mel[:at].min(axis=0)
        return mel

    def targets(self, pieces: Sequence[Piece], rows: int) -> Integers:
        """(rows, 2) groups and sounds of these pieces."""
        targets = np.full((rows, 2), UNKNOWN, np.int64)
        at = 0
        for piece in pieces:
            targets[at : at + piece.rows] = self.labels(piece.clip)[piece.start : piece.start + piece.rows]
            at += piece.rows
        return targets

    def labels(self, name: str) -> Integers:
        """(rows, 2) groups and sounds of a clip, borders moved unless a person set them."""
        if name not in self._labels:
            groups, sounds = self.corpus.targets(name)
            if name.split("/")[0] not in self.by_hand:
                mel = np.asarray(self.corpus.compact_rows(name), dtype=np.float32)
                groups, sounds = moved(mel, groups, sounds)
            self._labels[name] = np.stack([groups, sounds], axis=1)
        return self._labels[name]

    def _weights(self, speakers: Sequence[Sequence[str]], power: float) -> NDArray[np.float64]:
        rows = [sum(len(self.corpus.compact_rows(name)) for name in names) for names in speakers]
        weights = np.array(rows, dtype=np.float64) ** power
        return np.asarray(weights / weights.sum())
