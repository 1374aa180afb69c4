"""The same sound among other sounds: how far and when a mouth opens by stress and neighbours, and how far it
comes forward, his beside ours.

A tracked face seen from the front has no depth: how far his lips come forward is what the tracker says of
pucker and funnel, on a scale of its own, so that only correlation and order tell something.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...controls import VOWELS
from ...phonemes.track import Phone
from ...timing import FRAME_RATE
from .mouth import BESIDE_S, Pair, widest_moment

Floats = NDArray[np.float64]
Triple: TypeAlias = tuple[Phone, Phone, Phone]  # the sound before, this one, the one after

FEWEST = 8  # sounds of a context that are shown
_CLOSE = frozenset(("MBP", "FV"))
_ROUND = frozenset(("U", "WA_PEDAL", "Oh", "R"))
_TONGUE = frozenset(("LNTD", "GK", "S"))
_OPEN = frozenset(("Ah", "Aa", "Eh"))
_NARROW = frozenset(("Ee", "Ih", "U"))

CONTEXTS: dict[str, Callable[[Triple], bool]] = {
    "stressed vowels": lambda t: t[1].group in VOWELS and t[1].stress in (1, 2),
    "unstressed vowels": lambda t: t[1].group in VOWELS and t[1].stress == 0,
    "vowels after m b p f v": lambda t: t[1].group in VOWELS and t[0].group in _CLOSE,
    "vowels before m b p f v": lambda t: t[1].group in VOWELS and t[2].group in _CLOSE,
    "vowels beside round phones": lambda t: _unround(t[1]) and _beside(t, _ROUND),
    "vowels beside tongue phones alone": lambda t: _unround(t[1]) and {t[0].group, t[2].group} <= _TONGUE,
    "l n t d, k g, s beside open vowels": lambda t: t[1].group in _TONGUE and _beside(t, _OPEN),
    "l n t d, k g, s beside narrow vowels": lambda t: (
        t[1].group in _TONGUE and _beside(t, _NARROW) and not _beside(t, _OPEN)
    ),
}


def _unround(phone: Phone) -> bool:
    return phone.group in VOWELS and phone.group not in _ROUND


def _beside(triple: Triple, groups: frozenset[str]) -> bool:
    return triple[0].group in groups or triple[2].group in groups


@dataclass(frozen=True, slots=True)
class ContextRow:
    """Means over a context's sounds. ``*_widest``: the moment of the widest gap, seconds from the sound's
    start."""

    context: str
    count: int
    real_gap: float
    ours_gap: float
    real_width: float
    ours_width: float
    real_widest: float
    ours_widest: float
    real_forward: float  # as in Forward
    ours_forward: float


def by_context(found: Sequence[Pair]) -> list[ContextRow]:
    seen: dict[str, list[tuple[float, ...]]] = {name: [] for name in CONTEXTS}
    for pair in found:
        for triple in _triples(pair):
            told = _told(pair, triple[1])
            for name, belongs in CONTEXTS.items():
                if belongs(triple):
                    seen[name].append(told)
    return [
        ContextRow(name, len(rows), *np.mean(rows, axis=0).tolist())
        for name, rows in seen.items()
        if len(rows) >= FEWEST
    ]


def _triples(pair: Pair) -> list[Triple]:
    """Sounds between two others, all within what was measured."""
    phones = list(pair.phones)
    if len(pair.times) < 2:
        return []
    first, last = pair.times[0] + BESIDE_S, pair.times[-1] - BESIDE_S
    return [
        (one, phone, other)
        for one, phone, other in zip(phones, phones[1:], phones[2:], strict=False)
        if not phone.is_silence and first <= phone.start and phone.end <= last
    ]


def _told(pair: Pair, phone: Phone) -> tuple[float, ...]:
    rows = np.arange(len(pair.ours_gap)) / FRAME_RATE
    middle = (phone.start + phone.end) / 2
    (real_gap, real_width), (ours_gap, ours_width) = (
        (float(np.interp(middle, times, gap)), float(np.interp(middle, times, width)))
        for times, gap, width in (
            (pair.times, pair.real_gap, pair.real_width),
            (rows, pair.ours_gap, pair.ours_width),
        )
    )
    widest = (
        widest_moment(pair.times, pair.real_gap, phone),
        widest_moment(rows, pair.ours_gap, phone),
    )
    return real_gap, ours_gap, real_width, ours_width, *widest, *_forward(pair, middle)


def _forward(pair: Pair, moment: float) -> tuple[float, float]:
    """His and ours; no numbers where either was not measured."""
    if not len(pair.real_forward) or not len(pair.ours_forward):
        return float("nan"), float("nan")
    his = float(np.interp(moment, pair.times, pair.real_forward))
    return his, float(_at(pair, np.array([moment]))[0])


@dataclass(frozen=True, slots=True)
class Forward:
    """``r`` over all frames; by group his (the tracker's pucker and funnel, 0..2) and ours (distances of the
    eyes), the furthest forward first."""

    r: float
    best_lag: float  # s by which ours must be read later (negative: earlier) to fit best
    groups: tuple[tuple[str, int, float, float], ...]


def forward(found: Sequence[Pair], lags: Sequence[float]) -> Forward:
    def of(lag: float) -> float:
        real = np.concatenate([pair.real_forward for pair in found])
        ours = np.concatenate([_at(pair, pair.times + lag) for pair in found])
        return float(np.corrcoef(real, ours)[0, 1])

    by_lag = {lag: of(lag) for lag in lags}
    seen: dict[str, list[tuple[float, float]]] = {}
    for pair in found:
        for _, phone, _ in _triples(pair):
            middle = (phone.start + phone.end) / 2
            seen.setdefault(phone.group, []).append(_forward(pair, middle))
    groups = [
        (name, len(rows), *np.mean(rows, axis=0).tolist())
        for name, rows in seen.items()
        if len(rows) >= FEWEST
    ]
    return Forward(of(0.0), max(by_lag, key=by_lag.__getitem__), tuple(sorted(groups, key=lambda g: -g[2])))


def _at(pair: Pair, moments: Floats) -> Floats:
    rows = np.arange(len(pair.ours_forward)) / FRAME_RATE
    return np.asarray(np.interp(moments, rows, pair.ours_forward), np.float64)
