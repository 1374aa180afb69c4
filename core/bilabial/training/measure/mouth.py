"""Our mouth against a real one: lip gap and width through the demo head, beside a tracked face's.

Everything goes the way that users take: the words given or by ear, phones, the procedural model, the hard
rules, the demo head's profile and its geometry.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ...audio.hearings import rows_of
from ...audio.listening import listen
from ...audio.prosody import Prosody
from ...audio.reading import read
from ...controls import CONTROLS
from ...curves.reduce import TOLERANCE, reduce
from ...errors import BilabialError
from ...expression.compose import FaceComposer
from ...expression.drawn import FACES, DrawnFace
from ...models.store import Model
from ...phonemes.decode import decode
from ...phonemes.track import Phone, PhoneTrack
from ...phonemes.transcript import align_text
from ...retarget.profile_format import load_profile
from ...solve.jali.solve import field_statistics
from ...solve.pieces import solve_and_rule
from ...solve.rules import RuleOptions
from ...timing import FRAME_RATE, SAMPLE_RATE
from ..data.real_face import RealClip, Word, check_length
from ..data.sets import Problems
from .demo_mouth import DemoMouth

log = logging.getLogger(__name__)

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Mouth = tuple[Floats, Floats]

CLOSED_SHARE = 0.35  # of a clip's median gap in speech: a real mouth under it is taken for closed
CLOSED_GAP = 2e-4  # in distances of the eyes: ours is closed under it
NEAR_S = 0.04  # two closures this close are one
LAGS_S = tuple(round(0.01 * step, 2) for step in range(-8, 9))
BESIDE_S = 0.06  # how far outside a sound its widest moment may lie
_FINE_S = 0.005
_BY_PHONE_FEWEST = 8


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A clip's frames within speech: his and ours at the same moments, and the closures of both (seconds)."""

    name: str
    phones: PhoneTrack
    times: Floats
    real_gap: Floats
    real_width: Floats
    ours_gap: Floats  # (rows,) at FRAME_RATE, of the whole clip
    ours_width: Floats
    real_closures: tuple[tuple[float, float], ...]
    our_closures: tuple[tuple[float, float], ...]
    noise: float  # sd of the tracker's noise in the real gap
    keys: int
    seconds: float
    real_forward: Floats = field(default_factory=lambda: np.zeros(0))  # the tracker's pucker and funnel
    ours_forward: Floats = field(default_factory=lambda: np.zeros(0))  # (rows,) the lips, eyes' distances

    def ours_at(self, lag: float = 0.0) -> tuple[Floats, Floats]:
        """Our gap and width ``lag`` seconds after the frames' moments."""
        rows = np.arange(len(self.ours_gap)) / FRAME_RATE
        at = self.times + lag
        return np.interp(at, rows, self.ours_gap), np.interp(at, rows, self.ours_width)


def as_subtitle(words: Sequence[Word]) -> str:
    """Words with the time in which they are said, so that the aligner looks there alone."""

    def stamp(seconds: float) -> str:
        whole = int(seconds)
        return f"00:{whole // 60:02d}:{whole % 60:02d},{min(round((seconds - whole) * 1000), 999):03d}"

    return f"1\n{stamp(words[0].start)} --> {stamp(words[-1].end)}\n{' '.join(w.text for w in words)}\n"


def pairs(
    clips: Iterable[RealClip], model: Model, with_words: bool, problems: Problems, keys: bool = False
) -> list[Pair]:
    """``keys`` also counts the sparse keys, which takes longer than all the rest."""
    return drawn_pairs(clips, model, with_words, (None,), problems, keys)[0]


def drawn_pairs(
    clips: Iterable[RealClip],
    model: Model,
    with_words: bool,
    drawers: Sequence[Drawer | None],
    problems: Problems,
    keys: bool = False,
) -> list[list[Pair]]:
    """The same for each network whose face is measured in speech's place (None: speech's own)."""
    mouth = DemoMouth()
    found: list[list[Pair]] = [[] for _ in drawers]
    for clip in clips:
        if not clip.words:
            continue  # nobody says when he speaks
        try:
            said = _said(clip, model, with_words)
            made = [_pair(clip, said, mouth, keys, drawer) for drawer in drawers]
        except BilabialError as error:
            problems.add(clip.name, str(error))
            continue
        for pair, gathered in zip(made, found, strict=True):
            gathered.append(pair)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Drawer:
    """A network that draws a face, bare or under the lips that speech shuts."""

    model: Model
    shuts: bool

    def mouth(self, samples: NDArray[np.float32], dense: NDArray[np.float32], demo: DemoMouth) -> Mouth:
        """Gap and width on the demo head, row by row."""
        tracks = self.model.predict(rows_of(samples, self.model.network.hears)).tracks
        name = self._vocabulary(tracks)
        rows = np.asarray(tracks[name], np.float64)[: len(dense)]
        profile = load_profile("demo-head")
        if self.shuts:
            return demo.of_shapes(FaceComposer(profile)(dense[: len(rows)], {name: rows}).values)
        bare = DrawnFace(name, profile)(rows)
        assert bare is not None  # the demo head has all shapes
        return demo.of_shapes(bare)

    def _vocabulary(self, tracks: Mapping[str, object]) -> str:
        name = next((name for name in tracks if name in FACES), None)
        if name is None:
            raise BilabialError(f"model {self.model.card.name!r} draws no whole face: choose another one")
        return name


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """A clip's sound and what our model makes of it."""

    samples: NDArray[np.float32]
    phones: PhoneTrack
    dense: NDArray[np.float32]
    pins: list[tuple[int, float, float]]
    seconds: float


def _said(clip: RealClip, model: Model, with_words: bool) -> _Said:
    samples = read(clip.sound)
    check_length(clip, len(samples) / SAMPLE_RATE)
    heard = listen([samples], clip.name, model.network.hears, lambda _: None)
    assert heard.features is not None
    if with_words:
        phones = align_text(heard.features, as_subtitle(clip.words), "en", model)
    else:
        phones = decode(model.predict(heard.features).groups)
    return _Said(samples, phones, *_solved(phones, heard.prosody), heard.duration)


def _pair(clip: RealClip, said: _Said, mouth: DemoMouth, keys: bool, drawer: Drawer | None) -> Pair:
    dense, phones = said.dense, said.phones
    gap, width = mouth.of_controls(dense) if drawer is None else drawer.mouth(said.samples, dense, mouth)
    real_gap, real_width = clip.mouth()
    inside = clip.in_speech()
    spoken = np.arange(len(gap)) / FRAME_RATE
    ours_inside = (spoken >= clip.words[0].start) & (spoken <= clip.words[-1].end)
    limit = CLOSED_SHARE * float(np.median(real_gap[inside])) if inside.any() else 0.0
    count = sum(map(len, reduce(dense, CONTROLS, TOLERANCE, said.pins).values())) if keys else 0
    return Pair(
        clip.name, phones, clip.times[inside], real_gap[inside], real_width[inside], gap, width,
        _runs((real_gap < limit) & inside, 0.5 / clip.fps, 1.0 / clip.fps),
        _runs((gap < CLOSED_GAP) & ours_inside, 0.0, 1.0 / FRAME_RATE),
        _noise(real_gap[clip.ok & (clip.times < clip.words[0].start - 0.1)]), count, said.seconds,
        clip.forward()[inside], mouth.forward_of_controls(dense) if drawer is None else np.zeros(0),
    )  # fmt: skip


def _solved(
    phones: PhoneTrack, prosody: Prosody
) -> tuple[NDArray[np.float32], list[tuple[int, float, float]]]:
    return solve_and_rule(phones, prosody, field_statistics(phones, prosody), RuleOptions())


def _runs(flags: Flags, first: float, step: float) -> tuple[tuple[float, float], ...]:
    """Stretches of True as seconds of their first and last frame."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return tuple((first + a * step, first + (b - 1) * step) for a, b in edges.reshape(-1, 2).tolist())


def _noise(quiet: Floats) -> float:
    """Of a mouth at rest: what two frames differ from the one between them; white noise gives its sd."""
    if len(quiet) < 5:
        return float("nan")
    return float(np.sqrt(np.mean((quiet[1:-1] - (quiet[:-2] + quiet[2:]) / 2.0) ** 2) / 1.5))


@dataclass(frozen=True, slots=True)
class MouthScore:
    """``*_within``: the mean of the clips' own correlations, the others over all frames together."""

    clips: int
    gap_r: float
    width_r: float
    gap_within: float
    width_within: float
    ceiling: float  # the gap's r against itself under the tracker's noise
    best_lag: float  # s by which ours must be read later (negative: earlier) to fit best
    closures: int  # real ones at m b p
    met: float  # share of them that ours meets within NEAR_S
    met_by: float  # share of ours that a real closure (or one missed by a frame) meets
    keys_a_second: float


def score(found: Sequence[Pair]) -> MouthScore:
    real = [np.concatenate([getattr(p, name) for p in found]) for name in ("real_gap", "real_width")]
    ours = [np.concatenate(side) for side in zip(*(p.ours_at() for p in found), strict=True)]
    noise = float(np.nanmedian([p.noise for p in found]))
    by_lag = {lag: _r(real[0], np.concatenate([p.ours_at(lag)[0] for p in found])) for lag in LAGS_S}
    labial = [(p, run) for p in found for run in p.real_closures if _at_labial(p.phones, run)]
    our_runs = [(p, run) for p in found for run in p.our_closures]
    seconds = sum(p.seconds for p in found)
    within = [
        float(np.nanmean([_r(getattr(p, name), p.ours_at()[side]) for p in found]))
        for side, name in enumerate(("real_gap", "real_width"))
    ]
    return MouthScore(
        len(found), _r(real[0], ours[0]), _r(real[1], ours[1]), within[0], within[1],
        float(np.sqrt(max(0.0, 1.0 - noise**2 / real[0].var()))),
        max(by_lag, key=lambda lag: by_lag[lag]),
        len(labial),
        _share([_near(run, p.our_closures) for p, run in labial]),
        _share([_near(run, p.real_closures) for p, run in our_runs]),
        sum(p.keys for p in found) / seconds if seconds else 0.0,
    )  # fmt: skip


def _r(one: Floats, other: Floats) -> float:
    if len(one) < 3 or not one.std() or not other.std():
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])


def _share(flags: list[bool]) -> float:
    return sum(flags) / len(flags) if flags else float("nan")


def _near(run: tuple[float, float], others: Iterable[tuple[float, float]]) -> bool:
    return any(start <= run[1] + NEAR_S and end >= run[0] - NEAR_S for start, end in others)


def _at_labial(phones: PhoneTrack, run: tuple[float, float]) -> bool:
    """Whether an m, b or p is said about then: a mouth also closes for w and r, which ours need not."""
    return any(p.group == "MBP" and p.start - 0.06 <= run[1] and p.end + 0.06 >= run[0] for p in phones)


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """Means at the middles of one group's sounds. ``*_widest``: the moment of the widest gap, seconds from
    the sound's start."""

    group: str
    count: int
    real_gap: float
    ours_gap: float
    real_width: float
    ours_width: float
    real_widest: float
    ours_widest: float


def widest_moment(times: Floats, gap: Floats, phone: Phone) -> float:
    """Seconds from the phone's start to where the gap is widest, in it or a little outside."""
    fine = np.arange(phone.start - BESIDE_S, phone.end + BESIDE_S, _FINE_S)
    return float(fine[np.interp(fine, times, gap).argmax()]) - phone.start


def by_group(found: Sequence[Pair]) -> list[PhoneRow]:
    """Widest open first."""
    seen: dict[str, list[list[float]]] = {}
    for pair in found:
        if len(pair.times) < 2:
            continue
        rows = np.arange(len(pair.ours_gap)) / FRAME_RATE
        for phone in pair.phones:
            at = (phone.start + phone.end) / 2
            if phone.is_silence or not pair.times[0] <= at <= pair.times[-1]:
                continue
            real = [float(np.interp(at, pair.times, v)) for v in (pair.real_gap, pair.real_width)]
            ours = [float(np.interp(at, rows, v)) for v in (pair.ours_gap, pair.ours_width)]
            moments = [
                widest_moment(pair.times, pair.real_gap, phone), widest_moment(rows, pair.ours_gap, phone)
            ]  # fmt: skip
            seen.setdefault(phone.group, []).append(real + ours + moments)
    table = []
    for group, values in seen.items():
        if len(values) >= _BY_PHONE_FEWEST:
            real_gap, real_width, ours_gap, ours_width, *widest = np.mean(values, axis=0).tolist()
            table.append(PhoneRow(group, len(values), real_gap, ours_gap, real_width, ours_width, *widest))
    return sorted(table, key=lambda row: -row.real_gap)


@dataclass(frozen=True, slots=True)
class ClosingTimes:
    """Of m b p inside speech: medians in seconds from the sound's start (onset, closed), end (release)."""

    count: int
    onset: float  # half of the way down
    closed: float  # least gap
    release: float  # half of the way up
    closing_speed: float  # distances of the eyes a second, at the fastest
    opening_speed: float
    hold: float  # from half closed to half open


def closing_times(found: Sequence[Pair], ours: bool) -> ClosingTimes:
    """How m b p close: his at 25 frames a second with a cubic through them, ours at FRAME_RATE."""
    rows = []
    for pair in found:
        times = np.arange(len(pair.ours_gap)) / FRAME_RATE if ours else pair.times
        gap = pair.ours_gap if ours else pair.real_gap
        spoken = [phone for phone in pair.phones if not phone.is_silence]
        for before, phone in pairwise(spoken):
            if phone.group != "MBP" or phone.start - before.end > 0.05 or before.group == "MBP":
                continue  # after a pause the lips may be closed already
            told = _closing(times, gap, phone.start, phone.end)
            if told is not None:
                rows.append(told)
    if not rows:
        return ClosingTimes(0, *(float("nan"),) * 6)
    return ClosingTimes(len(rows), *np.median(rows, axis=0).tolist())


def _closing(times: Floats, gap: Floats, start: float, end: float) -> tuple[float, ...] | None:
    fine = np.arange(start - 0.2, end + 0.2, 0.002)
    if fine[0] < times[0] or fine[-1] > times[-1]:
        return None
    curve = np.interp(fine, times, gap)
    inside = (fine >= start - 0.06) & (fine <= end + 0.06)
    least = int(np.flatnonzero(inside)[curve[inside].argmin()])
    top_before, top_after = curve[:least].max(initial=0.0), curve[least:].max(initial=0.0)
    low = curve[least]
    if top_before < low + 0.02 or top_after < low + 0.02:
        return None
    down = np.flatnonzero(curve[:least] > (top_before + low) / 2)
    up = np.flatnonzero(curve[least:] > (top_after + low) / 2)
    speed = np.gradient(curve, 0.002)
    return (
        fine[down[-1]] - start, fine[least] - start, fine[least + up[0]] - end,
        -float(speed[:least].min()), float(speed[least:].max()), fine[least + up[0]] - fine[down[-1]],
    )  # fmt: skip
