"""Rigs that show one drawing at a time: which of their channels each mouth shape calls for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ..controls import CLOSERS, CONTROLS, JALI_FIELD, SHAPES
from ..curves.curve import Curve
from .evaluate import Evaluator
from .expression import LETTERS, Expression
from .profile import WORKING_POINT, RigProfile

CHOOSE = "choose"  # the mode of such a profile


@dataclass(frozen=True)
class Drawings:
    """``of`` names a channel for each mouth shape; ``rest`` is shown where nothing is said."""

    of: dict[str, str]
    rest: str

    @property
    def shown(self) -> tuple[str, ...]:
        """Every channel that is ever shown."""
        return tuple(dict.fromkeys([self.rest, *self.of.values()]))

    def named(self, shape: str) -> str:
        return self.of.get(shape, self.rest)

    def shapes_of(self, channel: str) -> tuple[str, ...]:
        return tuple(shape for shape, drawing in self.of.items() if drawing == channel)

    def expression(self, channel: str) -> Expression:
        """The driver that shows a channel: 1 while one of its shapes is on; the rest while no other is."""
        away = [shape for shape, drawing in self.of.items() if drawing != channel]
        if channel == self.rest:
            return Expression(f"1-min(1,{_sum(away)})" if away else "1", _letters(away))
        own = self.shapes_of(channel)
        return Expression(f"min(1,{_sum(own)})", _letters(own))


def drawings(profile: RigProfile) -> Drawings:
    """For each shape alone the channel that comes out largest; a rig without a drawing for the rest shows its
    closed mouth then.
    """
    rows = np.zeros((len(SHAPES) + 1, len(CONTROLS)))
    rows[:, [CONTROLS.index(name) for name in JALI_FIELD]] = WORKING_POINT
    for row, shape in enumerate(SHAPES):
        rows[row, CONTROLS.index(shape)] = 1.0
    evaluator = Evaluator(profile)
    values = evaluator(rows)
    largest = values.argmax(axis=1)
    closed = evaluator.names[largest[SHAPES.index(CLOSERS[0])]]
    rest = evaluator.names[largest[-1]] if values[-1].max() > 0.0 else closed
    seen = values.max(axis=1) > 0.0
    names = [evaluator.names[i] if some else rest for i, some in zip(largest, seen, strict=True)]
    return Drawings(dict(zip(SHAPES, names, strict=False)), rest)


def numbers(profile: RigProfile, on: Mapping[str, Curve]) -> dict[str, Curve]:
    """Curves of the numbers that show drawings, each under the name of the first drawing that it shows.

    ``on``: for each drawing 1 while it is shown, else 0, in constant keys.
    """
    sharing: dict[str, list[str]] = {}
    for name, channel in profile.channels.items():
        if channel.kind == "drawing":
            sharing.setdefault(channel.path, []).append(name)
    moments = sorted({float(time) for curve in on.values() for time in curve.times})
    found = {}
    for names in sharing.values():
        first = profile.channels[names[0]]
        values = np.full(len(moments), first.hides)
        for name in names:
            if name in on and len(on[name]):
                shown = on[name].evaluate(np.array(moments)) > 0.5
                values[shown] = profile.channels[name].shows
        if len(moments):
            changes = np.concatenate([[True], np.abs(np.diff(values)) > 1e-9])
            found[names[0]] = Curve.stepped(np.array(moments)[changes], values[changes])
    return found


def _sum(shapes: Iterable[str]) -> str:
    return "+".join(LETTERS[shape] for shape in shapes)


def _letters(shapes: Iterable[str]) -> dict[str, str]:
    return {LETTERS[shape]: shape for shape in shapes}
