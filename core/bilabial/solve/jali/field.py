"""The JALI field: how much jaw and how much lip the voice uses, read from the sound.

Jaw follows the loudness of stressed vowels; Lip follows their loudness and pitch, and the hiss of the
fricatives and plosives beside them. Each is compared with the same measure over the clip (FieldStatistics):
as loud as usual gives the neutral working point, a standard deviation less a mumble, a standard deviation
more an open mouth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...audio.prosody import Prosody
from ...timing import FRAME_RATE
from .arcs import Ints, to_rows
from .units import Unit

Floats = NDArray[np.float64]

NEUTRAL = 0.6  # Jaw and Lip of ordinary speech, the point at which rigs are tuned
# Field value at and below mean - sd, at and above mean + sd. The printed ranges are 0.2 and 0.85; a real
# mouth follows its loudness half as far (docs/face.md).
_WEAK, _STRONG = 0.4, 0.725
_NEAREST_S = 0.25  # of two stressed vowels closer than this, the stronger has the knot
_NEAREST_UNKNOWN_S = 0.4  # the same where nobody knows which vowels are stressed
LONGEST_GAP_S = 0.7  # over a longer stretch without a stressed vowel the field comes back to neutral
_BACK_S = 0.3  # and takes this long for it
_HISSING = frozenset(("S", "ShChZh", "FV", "Th", "MBP", "LNTD", "GK", "JY"))
_BESIDE_S = 0.15  # consonants this close to a vowel tell about its lips


@dataclass(frozen=True, slots=True)
class FieldStatistics:
    """Mean and standard deviation over a clip of what the field is read from. Keep it with a take: a span
    solved again must be measured against the same clip, or everything around it would shift."""

    intensity_db: tuple[float, float] = (-25.0, 6.0)  # of stressed vowels
    pitch_octaves: tuple[float, float] = (7.2, 0.25)  # log2 of Hz, of stressed vowels
    high_db: tuple[float, float] = (-45.0, 8.0)  # of fricatives and plosives beside them

    def as_dict(self) -> dict[str, list[float]]:
        return {
            "intensity_db": list(self.intensity_db),
            "pitch_octaves": list(self.pitch_octaves),
            "high_db": list(self.high_db),
        }

    @classmethod
    def from_dict(cls, values: dict[str, list[float]]) -> FieldStatistics:
        pairs = {name: (float(values[name][0]), float(values[name][1])) for name in cls().as_dict()}
        return cls(**pairs)


# Least standard deviations: a monotone clip must not have its small differences blown up.
_LEAST_SD = FieldStatistics(intensity_db=(0.0, 4.0), pitch_octaves=(0.0, 0.2), high_db=(0.0, 6.0))


@dataclass(frozen=True, slots=True, eq=False)
class _Measures:
    """One entry for each vowel that may have a knot. nan where the sound tells nothing."""

    marked: NDArray[np.bool_]  # whether its stress is known
    time: Floats
    strength: Floats  # which of two neighbours keeps its knot
    intensity: Floats
    pitch: Floats  # log2 Hz
    high: Floats


def statistics(units: list[Unit], prosody: Prosody) -> FieldStatistics:
    """The clip's own statistics; the defaults where there is nothing to measure."""
    found, fallback = _measure(units, prosody), FieldStatistics()
    return FieldStatistics(
        _mean_sd(found.intensity, fallback.intensity_db),
        _mean_sd(found.pitch, fallback.pitch_octaves),
        _mean_sd(found.high, fallback.high_db),
    )


def knots(
    units: list[Unit], prosody: Prosody, of_clip: FieldStatistics, first: int = 0
) -> tuple[Ints, Floats]:
    """Rows (n,) and values (n, 2) of Jaw and Lip: about one knot for each stressed syllable.

    ``first``: the clip's row with which the prosody begins. The knots' rows are the clip's.
    """
    found = _measure(units, prosody, first)
    keep = _strongest(found)
    loud = _score(found.intensity[keep], of_clip.intensity_db, _LEAST_SD.intensity_db[1])
    tune = _score(found.pitch[keep], of_clip.pitch_octaves, _LEAST_SD.pitch_octaves[1])
    hiss = _score(found.high[keep], of_clip.high_db, _LEAST_SD.high_db[1])
    jaw = _field(loud)
    lip = _field(_weighted((loud, 0.45), (tune, 0.2), (hiss, 0.35)))
    return _bridged(to_rows(found.time[keep]), np.stack([jaw, lip], axis=1))


def _measure(units: list[Unit], prosody: Prosody, first: int = 0) -> _Measures:
    # Decided vowel by vowel, so that one phone's stress does not change the rest of the clip.
    chosen = [unit for unit in units if unit.is_vowel and unit.stress != 0]
    start = np.array([unit.start for unit in chosen])
    end = np.array([unit.end for unit in chosen])
    time = start + 0.4 * (end - start)
    intensity = _level(prosody.intensity_db, start, end, first)
    pitch = _mean(np.log2(prosody.pitch_hz.astype(np.float64)), start, end, first)
    hissing = [unit for unit in units if unit.group in _HISSING]
    high = _beside(start, end, hissing, prosody.high_db, first)
    # Where stress is unknown the louder and longer vowel counts as the stressed one of its neighbourhood.
    strength = np.nan_to_num(intensity, nan=-100.0) + 40.0 * np.minimum(end - start, 0.25)
    strength = strength + np.array([12.0 if unit.stress == 1 else 0.0 for unit in chosen])
    marked = np.array([unit.stress is not None for unit in chosen], bool)
    return _Measures(marked, time, strength, intensity, pitch, high)


def _level(track: NDArray[np.float32], start: Floats, end: Floats, first: int) -> Floats:
    """Level in dB of each stretch, by its mean power: a moment of silence inside does not count for much."""
    usable = np.where(track > -99.0, 10.0 ** (track.astype(np.float64) / 10.0), np.nan)
    power = _mean(usable, start, end, first)
    with np.errstate(invalid="ignore"):
        level: Floats = 10.0 * np.log10(power)
    return level


def _mean(track: Floats, start: Floats, end: Floats, first: int) -> Floats:
    """Mean of the finite rows of each stretch; nan where there are none. The track begins with row ``first``.

    Each stretch is added up by itself, so that what lies before it does not change its last bit.
    """
    begin = np.clip(to_rows(start) - first, 0, len(track))
    stop = np.clip(np.maximum(to_rows(end), to_rows(start) + 1) - first, 0, len(track))
    sizes = np.maximum(stop - begin, 0)
    mean = np.full(len(start), np.nan)
    some = np.flatnonzero(sizes)
    if not len(some):
        return mean
    at = np.cumsum(sizes[some]) - sizes[some]
    rows = np.arange(int(sizes.sum())) + np.repeat(begin[some] - at, sizes[some])
    usable = np.isfinite(track[rows])
    sums = np.add.reduceat(np.where(usable, track[rows], 0.0), at)
    counts = np.add.reduceat(usable.astype(np.int64), at)
    mean[some] = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return mean


def _beside(
    start: Floats, end: Floats, consonants: list[Unit], track: NDArray[np.float32], first: int
) -> Floats:
    """For each vowel the hiss of the nearest such consonant on either side, the louder of the two."""
    if not consonants or not len(start):
        return np.full(len(start), np.nan)
    begins = np.array([unit.start for unit in consonants])
    ends = np.array([unit.end for unit in consonants])
    level = _level(track, begins, ends, first)
    before = np.searchsorted(ends, start + 1e-6) - 1
    after = np.searchsorted(begins, end - 1e-6)
    left = np.where(
        (before >= 0) & (start - ends[np.maximum(before, 0)] < _BESIDE_S),
        level[np.maximum(before, 0)],
        np.nan,
    )
    capped = np.minimum(after, len(level) - 1)
    right = np.where((after < len(level)) & (begins[capped] - end < _BESIDE_S), level[capped], np.nan)
    louder: Floats = np.fmax(left, right)
    return louder


def _strongest(found: _Measures) -> Ints:
    """Vowels that no stronger one stands near to. A local decision, so that an edit stays local."""
    time, strength, marked = found.time, found.strength, found.marked
    keep = np.ones(len(time), bool)
    for step in range(1, min(5, len(time))):
        least = np.where(marked[step:] & marked[:-step], _NEAREST_S, _NEAREST_UNKNOWN_S)
        near = time[step:] - time[:-step] < least
        first_wins = strength[:-step] >= strength[step:]
        keep[step:] &= ~(near & first_wins)
        keep[:-step] &= ~(near & ~first_wins)
    return np.flatnonzero(keep)


def _bridged(rows: Ints, values: Floats) -> tuple[Ints, Floats]:
    """Neutral knots into long gaps, near both of their ends and of the clip's, so that no knot reaches
    far."""
    back = round(_BACK_S * FRAME_RATE)
    if not len(rows):
        return np.array([0]), np.full((1, 2), NEUTRAL)
    wide = np.flatnonzero(np.diff(rows) > LONGEST_GAP_S * FRAME_RATE)
    extra = np.concatenate([rows[wide] + back, rows[wide + 1] - back, [rows[0] - back], [rows[-1] + back]])
    all_rows = np.concatenate([rows, extra])
    all_values = np.concatenate([values, np.full((len(extra), 2), NEUTRAL)])
    at, first = np.unique(all_rows, return_index=True)
    return at, all_values[first]


def _mean_sd(values: Floats, fallback: tuple[float, float]) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    if not len(finite):
        return fallback
    return (round(float(finite.mean()), 4), round(float(finite.std()), 4))


def _score(values: Floats, of_clip: tuple[float, float], least_sd: float) -> Floats:
    """Standard deviations from the clip's mean; nan stays nan."""
    return (values - of_clip[0]) / max(of_clip[1], least_sd)


def _weighted(*terms: tuple[Floats, float]) -> Floats:
    """Weighted mean of the scores that are known, widened back to unit spread."""
    total = sum(np.where(np.isfinite(score), score * weight, 0.0) for score, weight in terms)
    weights = sum(np.where(np.isfinite(score), weight, 0.0) for score, weight in terms)
    combined: Floats = 1.3 * np.where(weights > 0, total / np.maximum(weights, 1e-9), 0.0)
    return combined


def _field(score: Floats) -> Floats:
    """The ranges as one smooth curve: -1 sd gives _WEAK, the mean 0.6, +1 sd _STRONG; flat beyond."""
    levels = [_WEAK - 0.025, _WEAK, NEUTRAL, _STRONG, _STRONG + 0.025]
    value = np.interp(np.nan_to_num(score), [-1.3, -1.0, 0.0, 1.0, 1.3], levels)
    return np.asarray(value, np.float64)
