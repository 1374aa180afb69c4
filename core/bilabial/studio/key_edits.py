"""Edits of keys: those chosen are moved, scaled, deleted; what a hand touched is a hand's key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..curves.curve import BEZIER, CONSTANT, HAND, LINEAR, Curve, Key, rows_at
from ..curves.merge import merge
from ..curves.reduce import reduce
from ..curves.take import Take
from ..timing import FRAME_RATE

LEAST_GAP = 0.001  # seconds that stay between two keys of a curve
TANGENTS = ("smooth", "flat", "linear", "constant")


@dataclass(frozen=True, slots=True)
class Selection:
    """Keys by track and curve, each named by its moment: moments last where indices would not."""

    track: str = ""
    keys: Mapping[str, frozenset[float]] | None = None

    def of(self, curve: str) -> frozenset[float]:
        return (self.keys or {}).get(curve, frozenset())

    def __len__(self) -> int:
        return sum(map(len, (self.keys or {}).values()))

    def with_keys(self, curve: str, times: Iterable[float]) -> Selection:
        return Selection(self.track, {**(self.keys or {}), curve: frozenset(times)})

    @property
    def span(self) -> tuple[float, float] | None:
        times = [time for chosen in (self.keys or {}).values() for time in chosen]
        return (min(times), max(times)) if times else None


def in_box(take: Take, track: str, box: Mapping[str, tuple[float, float, float, float]]) -> Selection:
    """Keys inside a box a curve: (from, to) in seconds and (lowest, highest) value."""
    found = Selection(track, {})
    for name, (start, end, low, high) in box.items():
        curve = take.track(track).curves.get(name, Curve.empty())
        inside = (
            (curve.times >= start) & (curve.times <= end) & (curve.values >= low) & (curve.values <= high)
        )
        if inside.any():
            found = found.with_keys(name, curve.times[inside].tolist())
    return found


def moved(take: Take, chosen: Selection, seconds: float, value: float) -> tuple[Take, Selection]:
    """The keys elsewhere, all by the same amount; they stop at the neighbours that stay."""
    curves = dict(take.track(chosen.track).curves)
    for name in chosen.keys or {}:
        seconds = _room(curves[name], chosen.of(name), seconds)
    after = Selection(chosen.track, {})
    for name in chosen.keys or {}:
        marks = chosen.of(name)
        old = list(curves[name].keys())
        keys = [_shifted(key, seconds, value) if key.time in marks else key for key in old]
        curves[name] = Curve.from_keys(keys)
        after = after.with_keys(name, [round(time + seconds, 9) for time in chosen.of(name)])
    return take.with_curves(curves, chosen.track), _refound(curves, after)


def scaled(take: Take, chosen: Selection, factor: float, about: float = 0.0) -> Take:
    """Values times a factor about a value; handles too."""
    curves = dict(take.track(chosen.track).curves)
    for name in chosen.keys or {}:
        mark = _marked(curves[name], chosen.of(name))
        curve = curves[name]
        values, left, right = curve.values.copy(), curve.left.copy(), curve.right.copy()
        values[mark] = about + (values[mark] - about) * factor
        left[mark, 1] = about + (left[mark, 1] - about) * factor
        right[mark, 1] = about + (right[mark, 1] - about) * factor
        origin = np.where(mark, HAND, curve.origin).astype(np.uint8)
        curves[name] = replace(curve, values=values, left=left, right=right, origin=origin)
    return take.with_curves(curves, chosen.track)


def deleted(take: Take, chosen: Selection) -> Take:
    curves = dict(take.track(chosen.track).curves)
    for name in chosen.keys or {}:
        curves[name] = curves[name].select(~_marked(curves[name], chosen.of(name)))
    return take.with_curves(curves, chosen.track)


def added(take: Take, track: str, name: str, time: float, value: float) -> Take:
    """A key by hand where there was none, or the one at that moment with another value."""
    curves = dict(take.track(track).curves)
    curve = curves.get(name, Curve.empty())
    start = Curve.hermite([time], [value], [0.0], HAND)
    curve = curve.with_key_at(time, HAND) if len(curve) else start
    index = int(np.argmin(np.abs(curve.times - time)))
    curves[name] = curve.moved(index, float(curve.times[index]), value)
    return take.with_curves(curves, track)


def with_tangents(take: Take, chosen: Selection, kind: str) -> Take:
    """Smooth, flat, linear or constant keys."""
    curves = dict(take.track(chosen.track).curves)
    for name in chosen.keys or {}:
        keys = list(curves[name].keys())
        marks = chosen.of(name)
        curves[name] = Curve.from_keys(
            _with_tangent(keys, index, kind) if key.time in marks else key for index, key in enumerate(keys)
        )
    return take.with_curves(curves, chosen.track)


def _with_tangent(keys: list[Key], index: int, kind: str) -> Key:
    key = keys[index]
    before = key.time - keys[index - 1].time if index else 0.03
    after = keys[index + 1].time - key.time if index + 1 < len(keys) else 0.03
    slope = 0.0
    if kind == "smooth" and 0 < index < len(keys) - 1:
        rise = keys[index + 1].value - keys[index - 1].value
        turns = (keys[index + 1].value - key.value) * (key.value - keys[index - 1].value) <= 0.0
        slope = 0.0 if turns else rise / (before + after)
    style = {"linear": LINEAR, "constant": CONSTANT}.get(kind, BEZIER)
    left = (key.time - before / 3, key.value - slope * before / 3)
    right = (key.time + after / 3, key.value + slope * after / 3)
    return Key(key.time, key.value, left, right, style, HAND)


def _shifted(key: Key, seconds: float, value: float) -> Key:
    return Key(
        round(key.time + seconds, 9), key.value + value,
        (key.left[0] + seconds, key.left[1] + value), (key.right[0] + seconds, key.right[1] + value),
        key.interpolation, HAND,
    )  # fmt: skip


def _marked(curve: Curve, times: frozenset[float]) -> np.ndarray:
    return np.isin(curve.times, list(times))


def _room(curve: Curve, chosen: frozenset[float], seconds: float) -> float:
    """As much of a shift as leaves every chosen key between the neighbours that stay."""
    mark = _marked(curve, chosen)
    times = curve.times
    for index in np.flatnonzero(mark):
        if seconds > 0 and index + 1 < len(times) and not mark[index + 1]:
            seconds = min(seconds, max(times[index + 1] - times[index] - LEAST_GAP, 0.0))
        if seconds < 0 and index > 0 and not mark[index - 1]:
            seconds = max(seconds, min(times[index - 1] - times[index] + LEAST_GAP, 0.0))
        if seconds < 0:
            seconds = max(seconds, -float(times[index]))
    return float(seconds)


def _refound(curves: Mapping[str, Curve], chosen: Selection) -> Selection:
    """The same keys by the moments that their curves now hold."""
    exact = Selection(chosen.track, {})
    for name in chosen.keys or {}:
        times = curves[name].times
        near = [float(times[int(np.argmin(np.abs(times - time)))]) for time in chosen.of(name)]
        exact = exact.with_keys(name, near)
    return exact


def thinned(take: Take, track: str, tolerance: float) -> Take:
    """Fewer keys, within another distance of what the curves say now. Hand keys and pins stay."""
    chosen = take.track(track)
    names = list(chosen.curves)
    times = np.arange(int(take.sound.duration * FRAME_RATE + 1e-6) + 1) / FRAME_RATE
    dense = rows_at(chosen.curves, names, times)
    limits = (float(min(dense.min(initial=0.0), 0.0)), float(max(dense.max(initial=1.0), 1.0)))
    pins = [(names.index(name), start, end) for name, start, end in chosen.pins if name in names]
    fewer = reduce(dense, names, tolerance, pins, limits)
    generated = {name: curve.select(curve.origin != HAND) for name, curve in chosen.curves.items()}
    kept = merge(generated, chosen.curves, {name: fewer.get(name, Curve.empty()) for name in names}).curves
    return take.with_track(track, replace(chosen, curves=kept, tolerance=tolerance))
