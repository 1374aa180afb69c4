"""Counts for the letter model (phonemes/letter_model.py), from the packed CMU dictionary.

Spellings and sounds are laid against one another by the likeliest pieces, first guessed from where letters
and sounds stand, then counted anew over a few rounds; then runs of pieces are counted. One word in twenty is
kept out and measured.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from ...atomic import atomic_path
from ...phonemes.dictionary import known, known_words
from ...phonemes.groups import lookup
from ...phonemes.letter_model import END, ORDER, LetterModel, packed, unpacked
from ..measure.edit_distance import edit_distance

Piece = tuple[str, tuple[str, ...]]
Pair = tuple[str, tuple[str, ...]]

_KEPT_OUT: Final = 20  # one word in so many measures
_ROUNDS, _SAMPLE = 4, 12_000  # of guessing the pieces, and words looked at in each
_RAREST: Final = 4  # times that a piece is seen at least
_LEAST: Final = {4: 2, 5: 2, 6: 2}  # times that a run of so many pieces is seen at least
_SHAPES: Final = ((1, 1), (1, 0), (1, 2), (2, 1))  # letters and sounds of a piece


def kept_out(word: str) -> bool:
    """Whether a word measures and does not teach: the same words for ever."""
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") % _KEPT_OUT == 0


def pairs() -> list[Pair]:
    """Every word of plain letters and its first pronunciation."""
    words = [word for word in known_words() if re.fullmatch(r"[a-z]{2,20}", word)]
    return [(word, tuple(known(word)[0])) for word in words]


def train(taught: Sequence[Pair]) -> LetterModel:
    """The model of these words."""
    return unpacked(train_packed(taught))


def train_packed(taught: Sequence[Pair]) -> bytes:
    scores = _first_guess(taught)
    for round_ in range(_ROUNDS):
        sample = taught[round_ :: max(1, len(taught) // _SAMPLE)]
        seen = Counter(piece for pair in sample for piece in laid(pair, scores) or ())
        scores = _scores(seen)
    cut = [pieces for pair in taught if (pieces := laid(pair, scores))]
    often = Counter(piece for pieces in cut for piece in pieces)
    kept = [("", ()), *sorted(piece for piece, times in often.items() if times >= _RAREST)]
    numbers = {piece: number for number, piece in enumerate(kept)}
    assert len(kept) < 1024, "a piece's number has ten bits"
    return packed(kept, _counted([pieces for pieces in cut if all(p in numbers for p in pieces)], numbers))


def laid(pair: Pair, scores: Mapping[Piece, float]) -> list[Piece] | None:
    """A word cut into its likeliest pieces; None where its letters cannot carry its sounds."""
    word, phones = pair
    rows, columns = len(word) + 1, len(phones) + 1
    best = [[-math.inf] * columns for _ in range(rows)]
    came: list[list[Piece | None]] = [[None] * columns for _ in range(rows)]
    best[0][0] = 0.0
    for i in range(rows):
        for j in range(columns):
            here = best[i][j]
            if here == -math.inf:
                continue
            for letters, sounds in _SHAPES:
                if i + letters < rows and j + sounds < columns:
                    piece = (word[i : i + letters], phones[j : j + sounds])
                    score = here + scores.get(piece, -18.0 - 2 * (letters + sounds))
                    if score > best[i + letters][j + sounds]:
                        best[i + letters][j + sounds] = score
                        came[i + letters][j + sounds] = piece
    out: list[Piece] = []
    i, j = rows - 1, columns - 1
    while i or j:
        last = came[i][j]
        if last is None:
            return None
        out.append(last)
        i, j = i - len(last[0]), j - len(last[1])
    return out[::-1]


def measure(model: LetterModel | None, tested: Sequence[Pair], spell: object = None) -> dict[str, float]:
    """Errors a sound, without and with stress, as visual groups, and whole words right; in per cent."""
    totals = Counter[str]()
    for word, first in tested:
        said = tuple(spell(word)) if callable(spell) else model.spoken(word)[0] if model else ()
        truths = [tuple(one) for one in known(word)] or [first]
        for name, view in (("stressed", tuple), ("plain", _plain), ("groups", _groups)):
            errors, length = min(
                (edit_distance(view(said), view(truth)), len(view(truth))) for truth in truths
            )
            totals[name] += errors
            totals[f"{name} of"] += length
            totals[f"{name} words"] += errors == 0
    out = {name: 100 * totals[name] / totals[f"{name} of"] for name in ("stressed", "plain", "groups")}
    return out | {"words": 100 * totals["plain words"] / len(tested)}


def write(target: Path) -> dict[str, float]:
    """Train, measure on the words kept out, write."""
    everything = pairs()
    content = train_packed([pair for pair in everything if not kept_out(pair[0])])
    with atomic_path(target) as temporary:
        temporary.write_bytes(content)
    return measure(unpacked(content), [pair for pair in everything if kept_out(pair[0])][::4])


def _first_guess(taught: Sequence[Pair]) -> dict[Piece, float]:
    """Letters and sounds that stand at about the same place of their words."""
    seen: Counter[Piece] = Counter()
    for word, phones in taught[:: max(1, len(taught) // _SAMPLE)]:
        ratio = len(phones) / len(word)
        for i in range(len(word)):
            for j in range(max(0, round(i * ratio) - 1), min(len(phones), round(i * ratio) + 2)):
                seen[word[i], (phones[j],)] += 2
                seen[word[i : i + 2], (phones[j],)] += 1
            seen[word[i], ()] += 1
    return _scores(seen)


def _scores(seen: Counter[Piece]) -> dict[Piece, float]:
    total = seen.total()
    return {piece: math.log(times / total) for piece, times in seen.items()}


def _counted(cut: Iterable[Sequence[Piece]], numbers: Mapping[Piece, int]) -> list[dict[int, int]]:
    counts: list[Counter[int]] = [Counter() for _ in range(ORDER)]
    for pieces in cut:
        row = [END] * (ORDER - 1) + [numbers[piece] for piece in pieces] + [END]
        for at in range(ORDER - 1, len(row)):
            run = 0
            for size in range(ORDER):
                run |= row[at - size] << 10 * size
                counts[size][run] += 1
    return [
        {run: times for run, times in counted.items() if times >= _LEAST.get(size + 1, 1)}
        for size, counted in enumerate(counts)
    ]


def _plain(phones: Sequence[str]) -> tuple[str, ...]:
    return tuple(phone.rstrip("012") for phone in phones)


def _groups(phones: Sequence[str]) -> tuple[str, ...]:
    out = []
    for phone in phones:
        out += [part.group for part in lookup(phone, "arpabet").parts]
    return tuple(out)
