"""Which tokens may follow: Whisper's rules for times, silence at the start, and marks that nobody says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from .blocks import Floats32
from .tokens import TIME_STEP, Vocabulary

_NEVER: Final = np.float32(-np.inf)
_FIRST_TIME: Final = round(1.0 / TIME_STEP)  # the first words of a window begin within a second of its start


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """``written`` below is what a hypothesis wrote after the prompt."""

    vocabulary: Vocabulary
    no_repeats: int = 0  # of this many tokens: a run that was written once is not written again; 0 allows

    def log_probabilities(self, logits: Floats32, written: Sequence[Sequence[int]]) -> Floats32:
        """(hypotheses, tokens) logits, which it overwrites -> log probabilities of what may follow each."""
        vocabulary = self.vocabulary
        logits[:, list(vocabulary.unspoken)] = _NEVER
        logits[:, vocabulary.untimed] = _NEVER
        for row, so_far in zip(logits, written, strict=True):
            if not so_far:
                row[list(vocabulary.blank)] = _NEVER
            self._times(row, so_far)
            self._repeats(row, so_far)
        scores = _log_softmax(logits)
        first = vocabulary.first_time
        for row in scores:
            # Where all times together are likelier than any one word, it is time for a time.
            times = row[first:]
            peak = times.max()
            if np.isfinite(peak) and peak + np.log(np.exp(times - peak).sum()) > row[:first].max():
                row[:first] = _NEVER
        return scores

    def _times(self, row: Floats32, written: Sequence[int]) -> None:
        """Times come in pairs (an end, the next start) and never run backwards."""
        first, end = self.vocabulary.first_time, self.vocabulary.end
        if not written:
            row[:first] = _NEVER
            row[first + _FIRST_TIME + 1 :] = _NEVER
            return
        last_is_time = written[-1] >= first
        before_is_time = len(written) < 2 or written[-2] >= first
        if last_is_time and before_is_time:
            row[first:] = _NEVER
        elif last_is_time:
            row[:end] = _NEVER
        times = [token for token in written if token >= first]
        if times:
            # A stretch may end where the next begins; its own end comes after its start.
            least = times[-1] if last_is_time and not before_is_time else times[-1] + 1
            row[first:least] = _NEVER

    def _repeats(self, row: Floats32, written: Sequence[int]) -> None:
        size = self.no_repeats
        if not size or len(written) < size:
            return
        words = [token for token in written if token < self.vocabulary.end]
        tail = tuple(words[len(words) - size + 1 :])
        for at in range(len(words) - size + 1):
            if tuple(words[at : at + size - 1]) == tail:
                row[words[at + size - 1]] = _NEVER


def _log_softmax(logits: Floats32) -> Floats32:
    """Over the last axis, in place."""
    logits -= logits.max(axis=-1, keepdims=True)
    logits -= np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    return logits
