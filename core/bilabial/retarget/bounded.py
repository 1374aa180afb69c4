"""Bounded least squares over time, all frames at once: limits, seals and budgets as constraints.

The problem, for unknown rows y_t (channels) and wished rows w_t (the unconstrained answer)::

    minimise  sum_t (y_t - w_t)' H (y_t - w_t)  +  smooth * |(y_t - w_t) - (y_{t-1} - w_{t-1})|^2
    with      low <= y_t <= high,   a_k . y_t <= b_kt  for every constraint k

Where a wish keeps every constraint it is the answer, untouched; elsewhere the correction is the smallest one
in the sense of H that also runs smoothly over time. Solved by an accelerated projected gradient (FISTA with
restarts) on the rows near a broken constraint only.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_REACH = 12  # rows around a broken constraint that may take part of the correction
_FEASIBLE = 1e-9
_LOOK = 6  # steps between looks at which rows have come to rest


@dataclass(frozen=True, slots=True, eq=False)
class Constraint:
    """normal . y_t <= bound_t; an infinite bound leaves a row free."""

    normal: Floats  # (channels,)
    bound: Floats  # (rows,)


def solve(
    wished: Floats,
    hessian: Floats,
    low: Floats,
    high: Floats,
    constraints: tuple[Constraint, ...] = (),
    smooth: float = 0.0,
    tolerance: float = 1e-4,
    most_steps: int = 200,
) -> Floats:
    """Rows (rows, channels) that keep all constraints, nearest to ``wished``; exact where that is simple.

    Channels that neither the hessian nor a constraint ties to one another are solved apart from each other:
    one that stands alone is only clipped.
    """
    answer = np.clip(wished, low, high)
    for group in _groups(hessian, constraints):
        tied = tuple(Constraint(c.normal[group], c.bound) for c in constraints if c.normal[group].any())
        if len(group) > 1 or tied:
            answer[:, group] = _solve_group(
                wished[:, group],
                hessian[np.ix_(group, group)],
                low[group],
                high[group],
                tied,
                smooth,
                tolerance,
                most_steps,
            )
    return answer


def _groups(hessian: Floats, constraints: tuple[Constraint, ...]) -> list[NDArray[np.intp]]:
    """Channels that depend on one another."""
    tied = np.abs(hessian) > 1e-12
    for constraint in constraints:
        used = np.flatnonzero(constraint.normal)
        tied[np.ix_(used, used)] = True
    label = np.arange(len(hessian))
    for _ in range(len(hessian)):
        spread = np.array([label[tied[i]].min(initial=label[i]) for i in range(len(label))])
        if (spread == label).all():
            break
        label = spread
    return [np.flatnonzero(label == value) for value in np.unique(label)]


def _solve_group(
    wished: Floats,
    hessian: Floats,
    low: Floats,
    high: Floats,
    constraints: tuple[Constraint, ...],
    smooth: float,
    tolerance: float,
    most_steps: int,
) -> Floats:
    answer = wished.copy()
    broken = _broken(wished, low, high, constraints)
    rows = np.flatnonzero(_dilated(broken, _REACH if smooth else 0))
    if not len(rows):
        return answer
    sides = [_Halfspace(c.normal, c.bound[rows], low, high) for c in constraints]
    target = wished[rows]
    step = 1.0 / (np.linalg.eigvalsh(hessian)[-1] + 4.0 * smooth + 1e-12)
    live = np.arange(len(rows))  # rows that still change
    before, after = _neighbours(rows)
    corrections = np.zeros((len(rows) + 1, target.shape[1]))  # the last one stays 0: rows next to free ones
    settled = project(target, low, high, sides)
    current = leading = settled.copy()
    momentum = 1.0
    for count in range(1, most_steps + 1):
        offset = leading - target[live]
        gradient = offset @ hessian
        if smooth:
            corrections[live] = offset
            gradient += smooth * (2.0 * offset - corrections[before[live]] - corrections[after[live]])
        following = project(leading - step * gradient, low, high, sides)
        change = following - current
        if float(np.vdot(leading - following, change)) > 0.0:
            momentum = 1.0  # the step turned back: start the acceleration afresh
        next_momentum = 0.5 * (1.0 + np.sqrt(1.0 + 4.0 * momentum * momentum))
        leading = following + ((momentum - 1.0) / next_momentum) * change
        current, momentum = following, next_momentum
        if count % _LOOK == 0:
            moving = np.abs(change).max(axis=1) > tolerance
            settled[live] = current
            if not moving.any():
                break
            corrections[live] = current - target[live]
            keep = np.flatnonzero(moving)
            live, current, leading = live[keep], current[keep], leading[keep]
            sides = [side.only(keep) for side in sides]
    settled[live] = current
    everything = [_Halfspace(c.normal, c.bound[rows], low, high) for c in constraints]
    answer[rows] = project(settled, low, high, everything, sweeps=60)
    return answer


def _neighbours(rows: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For each row the place of the one before and after it in time; len(rows) where that is a free one."""
    places = np.arange(len(rows))
    linked = np.diff(rows) == 1
    before = np.where(np.concatenate([[False], linked]), places - 1, len(rows))
    after = np.where(np.concatenate([linked, [False]]), places + 1, len(rows))
    return before, after


def _broken(
    values: Floats, low: Floats, high: Floats, constraints: tuple[Constraint, ...]
) -> NDArray[np.bool_]:
    broken: NDArray[np.bool_] = np.zeros(len(values), np.bool_)
    broken |= np.any((values < low - _FEASIBLE) | (values > high + _FEASIBLE), axis=1)
    for constraint in constraints:
        broken |= values @ constraint.normal > constraint.bound + _FEASIBLE
    return broken


def _dilated(flags: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    if not reach:
        return flags
    counts = np.convolve(flags, np.ones(2 * reach + 1), mode="same")[: len(flags)]
    if len(flags) < 2 * reach + 1:
        return np.full(len(flags), bool(flags.any()))
    wide: NDArray[np.bool_] = counts > 0.5
    return wide


def project(values: Floats, low: Floats, high: Floats, sides: list[_Halfspace], sweeps: int = 1) -> Floats:
    """Rows moved inside the limits and, one constraint after the other, onto its allowed side.

    Exact for constraints that share no channel. Where they do, the sweeps go round until all of them hold.
    """
    free = values.copy()  # as the constraints moved it, limits left aside
    moved = np.clip(values, low, high)
    for _ in range(sweeps):
        if not any([side.pull(free, moved) for side in sides]):
            break
    return moved


class _Halfspace:
    """One constraint within limits: rows are pulled onto it along its normal.

    A row moves by -theta * normal, with the least theta >= 0 whose clipped row meets the bound. What is over
    the bound falls piecewise linearly with theta: Newton's step, or halving where that leaves the bracket.
    Each row's theta is kept as the first guess for the next time.
    """

    def __init__(self, normal: Floats, bound: Floats, low: Floats, high: Floats) -> None:
        self.used = np.flatnonzero(normal)
        self.direction = normal[self.used]
        self.floor, self.ceiling = low[self.used], high[self.used]
        self.bound = bound
        self.guess = np.zeros(len(bound))
        self.narrow = len(self.used) < len(normal)

    def only(self, rows: NDArray[np.intp]) -> _Halfspace:
        """The constraint for some of its rows."""
        other = copy(self)
        other.bound, other.guess = self.bound[rows], self.guess[rows]
        return other

    def pull(self, free: Floats, moved: Floats) -> bool:
        """Move the rows that break the constraint, in place; whether there were any."""
        part = moved[:, self.used] if self.narrow else moved
        over = np.flatnonzero(part @ self.direction > self.bound + _FEASIBLE)
        if not len(over):
            return False
        place = np.ix_(over, self.used) if self.narrow else over
        free[place] = self._pulled(free[place], over)
        moved[place] = np.clip(free[place], self.floor, self.ceiling)
        return True

    def _pulled(self, part: Floats, which: NDArray[np.intp]) -> Floats:
        direction, bound = self.direction, self.bound[which]
        furthest = np.abs(part).max() + np.abs(self.ceiling).max() + np.abs(self.floor).max()
        near = np.zeros(len(part))
        far = np.full(len(part), furthest / np.abs(direction).min() + 1.0)
        theta = np.minimum(self.guess[which], far)
        square = direction * direction
        for _ in range(24):
            raw = part - theta[:, None] * direction
            moved = np.clip(raw, self.floor, self.ceiling)
            over = moved @ direction - bound
            if np.abs(over).max() <= _FEASIBLE:
                break
            near, far = np.where(over > 0.0, theta, near), np.where(over > 0.0, far, theta)
            slope = (raw == moved) @ square
            stepped = theta + over / np.where(slope > 0.0, slope, np.inf)
            stepped = np.where((stepped > near) & (stepped < far), stepped, 0.5 * (near + far))
            theta = np.where(np.abs(over) <= _FEASIBLE, theta, stepped)
        else:
            theta = np.where(
                np.abs(over) <= _FEASIBLE, theta, far
            )  # what is left over stays on the safe side
        self.guess[which] = theta
        result: Floats = part - theta[:, None] * direction
        return result
