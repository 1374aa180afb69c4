"""One curve: Bezier keys over time, evaluated as Blender evaluates them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import BilabialError

Floats = NDArray[np.float64]

CONSTANT, LINEAR, BEZIER = 0, 1, 2  # Blender's own numbers for a key's interpolation
GENERATED, HAND = 0, 1  # who made a key
_LARGEST = 1e6  # seconds and values: far beyond any face, far within what 32 bits and products hold

Point = tuple[float, float]


class CurveError(BilabialError):
    """Keys that no curve can have."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a curve, for reading and editing by hand. Handles are absolute (time, value) points."""

    time: float
    value: float
    left: Point
    right: Point
    interpolation: int = BEZIER
    origin: int = HAND


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Keys in time order; times in seconds, values as the control's own (0..1 for the 31 controls).

    ``left`` and ``right`` are handles as absolute (time, value) points, shape (n, 2). The ``interpolation``
    of a key rules the stretch after it. Before the first key and after the last the curve holds its value;
    without any key it is zero. The arrays are read-only: an edit makes a new curve.
    """

    times: Floats
    values: Floats
    left: Floats
    right: Floats
    interpolation: NDArray[np.uint8]
    origin: NDArray[np.uint8]

    def __post_init__(self) -> None:
        for name in ("times", "values", "left", "right"):
            self._freeze(name, np.asarray(getattr(self, name), dtype=np.float64))
        for name in ("interpolation", "origin"):
            self._freeze(name, np.asarray(getattr(self, name), dtype=np.uint8))
        self._validate()

    def _freeze(self, name: str, array: NDArray[np.generic]) -> None:
        view = array.view()
        view.flags.writeable = False
        object.__setattr__(self, name, view)

    def _validate(self) -> None:
        n = len(self.times)
        expected = {"times": (n,), "values": (n,), "left": (n, 2), "right": (n, 2)}
        expected |= {"interpolation": (n,), "origin": (n,)}
        for name, shape in expected.items():
            array = getattr(self, name)
            if array.shape != shape:
                raise CurveError(f"a curve's {name} have the shape {array.shape}: {n} keys need {shape}")
            if array.dtype == np.float64 and not np.isfinite(array).all():
                raise CurveError(f"a curve's {name} hold a value that is not finite: give every key a number")
            if array.dtype == np.float64 and n and np.abs(array).max() > _LARGEST:
                raise CurveError(f"a curve's {name} hold a number beyond {_LARGEST:g}: check that key")
        if n > 1 and not (np.diff(self.times) > 0).all():
            raise CurveError("a curve's keys are not in time order: sort them and keep one key a moment")
        if (self.left[:, 0] > self.times).any() or (self.right[:, 0] < self.times).any():
            raise CurveError("a key's handle lies on the wrong side of it: left before, right after")
        if (self.interpolation > BEZIER).any():
            raise CurveError("a key's interpolation is unknown: use 0 constant, 1 linear or 2 bezier")
        if (self.origin > HAND).any():
            raise CurveError("a key's origin is unknown: use 0 generated or 1 hand")

    def __len__(self) -> int:
        return len(self.times)

    # Making curves

    @staticmethod
    def empty() -> Curve:
        """The curve without keys, always the same one: nothing of a curve can be changed."""
        return _empty()

    @classmethod
    def hermite(
        cls, times: ArrayLike, values: ArrayLike, slopes: ArrayLike, origin: int = GENERATED
    ) -> Curve:
        """Smooth keys with a slope (value a second) each.

        Handles stand at one third of the stretch beside them, which makes the Bezier curve exactly the cubic
        Hermite polynomial of the stretch: time is then linear in the curve's own parameter.
        """
        t, v, s = (np.asarray(a, dtype=np.float64).reshape(-1) for a in (times, values, slopes))
        return cls.broken(t, v, s, s, origin)

    @classmethod
    def broken(cls, t: Floats, v: Floats, before: Floats, after: Floats, origin: int = GENERATED) -> Curve:
        """As hermite, with a slope of its own on each side of a key."""
        thirds = np.diff(t) / 3.0
        edge = thirds[:1] if len(thirds) else np.full(min(len(t), 1), 0.01)
        lengths = (
            np.concatenate([edge, thirds]),
            np.concatenate([thirds, thirds[-1:] if len(thirds) else edge]),
        )
        left = np.column_stack([t - lengths[0], v - before * lengths[0]])
        right = np.column_stack([t + lengths[1], v + after * lengths[1]])
        return cls(t, v, left, right, np.full(len(t), BEZIER, np.uint8), np.full(len(t), origin, np.uint8))

    @classmethod
    def stepped(cls, times: ArrayLike, values: ArrayLike, origin: int = GENERATED) -> Curve:
        """Keys that hold their value until the next one."""
        flat = cls.hermite(times, values, np.zeros(np.shape(times)), origin)
        return replace(flat, interpolation=np.full(len(flat), CONSTANT, np.uint8))

    @classmethod
    def from_keys(cls, keys: Iterable[Key]) -> Curve:
        """Keys in any order; of several at one moment the last given stays."""
        ordered = sorted({key.time: key for key in keys}.values(), key=lambda key: key.time)
        return cls(
            np.array([key.time for key in ordered], dtype=np.float64),
            np.array([key.value for key in ordered], dtype=np.float64),
            np.array([key.left for key in ordered], dtype=np.float64).reshape(-1, 2),
            np.array([key.right for key in ordered], dtype=np.float64).reshape(-1, 2),
            np.array([key.interpolation for key in ordered], dtype=np.uint8),
            np.array([key.origin for key in ordered], dtype=np.uint8),
        )

    @classmethod
    def joined(cls, parts: Iterable[Curve]) -> Curve:
        """Curves one after the other; each must start after the one before it ends."""
        pieces = [part for part in parts if len(part)]
        if not pieces:
            return cls.empty()
        return cls(
            np.concatenate([p.times for p in pieces]),
            np.concatenate([p.values for p in pieces]),
            np.concatenate([p.left for p in pieces]),
            np.concatenate([p.right for p in pieces]),
            np.concatenate([p.interpolation for p in pieces]),
            np.concatenate([p.origin for p in pieces]),
        )

    # Reading

    def key(self, index: int) -> Key:
        return Key(
            float(self.times[index]),
            float(self.values[index]),
            (float(self.left[index, 0]), float(self.left[index, 1])),
            (float(self.right[index, 0]), float(self.right[index, 1])),
            int(self.interpolation[index]),
            int(self.origin[index]),
        )

    def keys(self) -> Iterator[Key]:
        return (self.key(index) for index in range(len(self)))

    def identical(self, other: Curve) -> bool:
        """Bit for bit the same keys."""
        return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in self.__slots__)

    def evaluate(self, times: ArrayLike) -> Floats:
        """Values at any moments (seconds, any shape and order)."""
        when = np.asarray(times, dtype=np.float64)
        flat = when.reshape(-1)
        if len(self) == 0:
            return np.zeros(when.shape)
        after = np.searchsorted(self.times, flat, side="right")
        result = self.values[np.clip(after - 1, 0, len(self) - 1)].copy()
        inside = (after > 0) & (after < len(self))
        inside &= self.interpolation[after - 1] != CONSTANT
        inside &= flat != self.times[after - 1]
        if inside.any():
            result[inside] = self._between(after[inside] - 1, flat[inside])
        return result.reshape(when.shape)

    def _between(self, segment: NDArray[np.intp], when: Floats) -> Floats:
        """Values inside the linear and Bezier stretches that start at the keys ``segment``."""
        t0, t3 = self.times[segment], self.times[segment + 1]
        v0, v3 = self.values[segment], self.values[segment + 1]
        length = t3 - t0
        along = (when - t0) / length
        result: Floats = v0 + (v3 - v0) * along
        curved = self.interpolation[segment] == BEZIER
        if not curved.any():
            return result
        at = segment[curved]
        t0, v0, t3, v3, length = t0[curved], v0[curved], t3[curved], v3[curved], length[curved]
        # Blender shortens a handle that reaches past the neighbouring key, along its own direction.
        out, back = self.right[at] - self.key_points(at), self.key_points(at + 1) - self.left[at + 1]
        out_scale = np.minimum(1.0, length / np.maximum(out[:, 0], length))
        back_scale = np.minimum(1.0, length / np.maximum(back[:, 0], length))
        x1 = out[:, 0] * out_scale / length
        x2 = 1.0 - back[:, 0] * back_scale / length
        u = _bezier_parameter(x1, x2, along[curved])
        w = 1.0 - u
        y1, y2 = v0 + out[:, 1] * out_scale, v3 - back[:, 1] * back_scale
        flat = (v0 == y1) & (y1 == y2) & (y2 == v3)
        cubic = w * w * w * v0 + 3.0 * w * u * (w * y1 + u * y2) + u * u * u * v3
        result[curved] = np.where(flat, v0, cubic)
        return result

    def key_points(self, index: NDArray[np.intp]) -> Floats:
        """(time, value) of keys, shape (n, 2)."""
        return np.column_stack([self.times[index], self.values[index]])

    # Editing: each gives a new curve

    def select(self, which: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Curve:
        """The keys that a mask, indices or a slice name, as they are."""
        return Curve(*(getattr(self, name)[which] for name in self.__slots__))

    def before(self, time: float) -> Curve:
        return self.select(self.times < time)

    def after(self, time: float) -> Curve:
        return self.select(self.times > time)

    def within(self, start: float, end: float) -> Curve:
        """The keys from start to end, both included."""
        return self.select((self.times >= start) & (self.times <= end))

    def sliced(self, start: float, end: float) -> Curve:
        """The curve from start to end, with keys made at both ends; the values in between stay."""
        if len(self) == 0:
            return self
        return self.with_key_at(start).with_key_at(end).within(start, end)

    def with_key_at(self, time: float, origin: int = GENERATED) -> Curve:
        """A key added that leaves the shape as it is; none where one stands already."""
        index = int(np.searchsorted(self.times, time))
        if index < len(self) and self.times[index] == time:
            return self
        if len(self) == 0:
            return Curve.hermite([time], [0.0], [0.0], origin)
        if index in (0, len(self)):
            near = self.key(0 if index == 0 else -1)
            gap = abs(near.time - time) / 3.0
            made = Key(time, near.value, (time - gap, near.value), (time + gap, near.value), origin=origin)
            # The stretch to a new outer key must stay flat, as the hold was.
            if index == 0:
                ends = replace(near, left=(near.time - gap, near.value))
                return Curve.from_keys([made, ends, *list(self.keys())[1:]])
            ends = replace(near, right=(near.time + gap, near.value))
            return Curve.from_keys([*list(self.keys())[:-1], ends, made])
        return self._split(index - 1, time, origin)

    def _split(self, segment: int, time: float, origin: int) -> Curve:
        first, last = self.key(segment), self.key(segment + 1)
        if first.interpolation != BEZIER:
            value = float(self.evaluate(time))
            third = min(time - first.time, last.time - time) / 3.0
            slope = (
                0.0
                if first.interpolation == CONSTANT
                else (last.value - first.value) / (last.time - first.time)
            )
            made = Key(
                time, value, (time - third, value - slope * third), (time + third, value + slope * third),
                first.interpolation, origin,
            )  # fmt: skip
            return Curve.from_keys([*self.keys(), made])
        length = last.time - first.time
        p0, p3 = np.array([first.time, first.value]), np.array([last.time, last.value])
        p1, p2 = np.array(first.right), np.array(last.left)
        p1 = p0 + (p1 - p0) * min(1.0, length / max(p1[0] - p0[0], length))
        p2 = p3 + (p2 - p3) * min(1.0, length / max(p3[0] - p2[0], length))
        x1, x2, x = ((np.array([moment]) - first.time) / length for moment in (p1[0], p2[0], time))
        u = float(_bezier_parameter(x1, x2, x)[0])
        a, b, c = p0 + (p1 - p0) * u, p1 + (p2 - p1) * u, p2 + (p3 - p2) * u
        d, e = a + (b - a) * u, b + (c - b) * u
        middle = d + (e - d) * u
        made = Key(
            time,
            float(middle[1]),
            (min(float(d[0]), time), float(d[1])),
            (max(float(e[0]), time), float(e[1])),
            BEZIER,
            origin,
        )
        first = replace(first, right=(max(float(a[0]), first.time), float(a[1])))
        last = replace(last, left=(min(float(c[0]), last.time), float(c[1])))
        keys = list(self.keys())
        return Curve.from_keys([*keys[:segment], first, made, last, *keys[segment + 2 :]])

    def with_key(self, key: Key) -> Curve:
        """A key added, or put in place of the one at its moment."""
        return Curve.from_keys([*self.keys(), key])

    def without(self, index: int) -> Curve:
        return self.select(np.arange(len(self)) != index)

    def moved(self, index: int, time: float, value: float) -> Curve:
        """A key moved by hand, its handles with it; another key at that moment gives way."""
        key = self.key(index)
        dt, dv = time - key.time, value - key.value
        moved = Key(
            time,
            value,
            (key.left[0] + dt, key.left[1] + dv),
            (key.right[0] + dt, key.right[1] + dv),
            key.interpolation,
            HAND,
        )
        return self.without(index).with_key(moved)

    def shifted(self, seconds: float) -> Curve:
        if seconds == 0.0:
            return self
        offset = np.array([seconds, 0.0])
        return replace(self, times=self.times + seconds, left=self.left + offset, right=self.right + offset)

    def retimed(self, gain: float, offset: float) -> Curve:
        """Every moment t becomes gain * t + offset, handles' too; this very curve if that is no change."""
        if gain == 1.0:
            return self.shifted(offset)
        left, right = self.left.copy(), self.right.copy()
        left[:, 0] = left[:, 0] * gain + offset
        right[:, 0] = right[:, 0] * gain + offset
        return replace(self, times=self.times * gain + offset, left=left, right=right)

    def remapped(self, gain: float, offset: float = 0.0) -> Curve:
        """Every value v becomes gain * v + offset, handles too; this very curve if that is no change."""
        if gain == 1.0 and offset == 0.0:
            return self
        left, right = self.left.copy(), self.right.copy()
        left[:, 1] = left[:, 1] * gain + offset
        right[:, 1] = right[:, 1] * gain + offset
        return replace(self, values=self.values * gain + offset, left=left, right=right)


@cache
def _empty() -> Curve:
    return Curve.hermite((), (), ())


def rows_at(curves: Mapping[str, Curve], names: Sequence[str], times: ArrayLike) -> Floats:
    """Several curves side by side, (moments, names); one that is missing is nought."""
    none = Curve.empty()
    return np.stack([curves.get(name, none).evaluate(times) for name in names], axis=1)


def _bezier_parameter(x1: Floats, x2: Floats, x: Floats) -> Floats:
    """u where a Bezier of abscissae 0, x1, x2, 1 reaches x; with x1 and x2 in 0..1 it never turns back.

    Newton's step, or halving where that leaves the bracket: safe at the flat point of two crossed handles.
    """
    u = x.copy()
    todo = np.flatnonzero((np.abs(x1 - 1.0 / 3.0) > 1e-9) | (np.abs(x2 - 2.0 / 3.0) > 1e-9))
    if todo.size == 0:
        return u
    a, b, goal = x1[todo], x2[todo], x[todo]
    c3, c2, c1 = 1.0 + 3.0 * a - 3.0 * b, 3.0 * b - 6.0 * a, 3.0 * a
    low, high = np.zeros_like(goal), np.ones_like(goal)
    guess = goal.copy()
    for _ in range(80):
        off = ((c3 * guess + c2) * guess + c1) * guess - goal
        if np.abs(off).max() < 1e-13:
            break
        low, high = np.where(off < 0, guess, low), np.where(off < 0, high, guess)
        slope = (3.0 * c3 * guess + 2.0 * c2) * guess + c1
        step = guess - off / np.where(np.abs(slope) > 1e-12, slope, np.inf)
        guess = np.where((step > low) & (step < high), step, 0.5 * (low + high))
    u[todo] = guess
    return u
