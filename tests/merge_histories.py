"""Merging as a property: random histories of a curve between an animator and a generator who both go on.

    python tests/merge_histories.py --histories 100000

A history is a curve that is generated, edited by a hand, generated anew by another model or after a
relabelling, merged, edited again, and so on, each time with a base of another kind: what was written last, an
older take, none. After each merge no key that a hand made may be lost or moved, no deleted key may be back,
every stretch in which both sides changed must be reported, and merging once more must change nothing.
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import replace

import numpy as np

from bilabial.curves.curve import BEZIER, CONSTANT, HAND, LINEAR, Curve, Key
from bilabial.curves.merge import AGREE, MergeResult, merge

NAME = "Ah"
_LENGTH = 400  # rows of a history's clip
_SAME = 5e-4  # seconds within which two keys are one


class Broken(Exception):  # noqa: N818 - a law, not an error
    """A law that a merge broke."""


def generated(random_: random.Random) -> Curve:
    """Keys as reduction makes them: on rows, Hermite, inside 0..1."""
    rows = sorted(random_.sample(range(_LENGTH), random_.randint(0, 14)))
    values = [random_.choice((0.0, 0.0, 1.0, random_.random())) for _ in rows]
    times = np.array(rows) / 100
    gaps = np.diff(times)
    reach = np.maximum(np.append(gaps, 0.01), np.append(0.01, gaps)) / 3
    room = np.minimum(values, 1 - np.array(values)) / reach if rows else np.zeros(0)
    slopes = [random_.uniform(-1, 1) * most for most in room]
    return Curve.hermite(times, np.round(values, 5), np.trunc(np.array(slopes) * 1e3) / 1e3)


def anew(curve: Curve, random_: random.Random) -> Curve:
    """What another model, text or label gives: the same curve, a part of it otherwise, or all of it."""
    kind = random_.randrange(4)
    if kind == 0:
        return curve.select(curve.origin != HAND)
    if kind == 1:
        return generated(random_)
    start = random_.uniform(0, 3)
    end = start + random_.uniform(0.2, 1.5)
    other = generated(random_)
    plain = replace(curve, origin=np.zeros_like(curve.origin))
    outside = plain.select((plain.times < start) | (plain.times > end))
    return Curve.from_keys(
        sorted([*outside.keys(), *other.within(start, end).keys()], key=lambda key: key.time)
    )


def edited(curve: Curve, random_: random.Random) -> tuple[Curve, list[float]]:
    """The curve after a person worked on it, and the times of the keys that they deleted."""
    deleted: list[float] = []
    for _ in range(random_.randint(0, 3)):
        deed = random_.choice(("make", "move", "reshape", "delete")) if len(curve) > 1 else "make"
        index = random_.randrange(max(len(curve), 1))
        if deed == "make":
            time, value = random_.randrange(_LENGTH * 10) / 1000 + 0.0005, random_.random()
            if not len(curve) or np.abs(curve.times - time).min() > 2e-3:
                curve = curve.with_key(_hand_key(time, value, random_))
        elif deed == "move":
            off = random_.choice((0.0, 0.0031, -0.0043))
            others = np.delete(curve.times, index)
            if np.abs(others - (curve.times[index] + off)).min() > 2e-3:
                deleted += [float(curve.times[index])] if off else []
                curve = curve.moved(index, curve.times[index] + off, random_.random())
        elif deed == "reshape":
            curve = curve.with_key(_hand_key(float(curve.times[index]), float(curve.values[index]), random_))
        else:
            deleted.append(float(curve.times[index]))
            curve = curve.without(index)
    return curve, [time for time in deleted if not len(curve) or np.abs(curve.times - time).min() > _SAME]


def _hand_key(time: float, value: float, random_: random.Random) -> Key:
    before, after = random_.uniform(0.005, 0.05), random_.uniform(0.005, 0.05)
    return Key(
        time, value, (time - before, value + random_.uniform(-0.2, 0.2)), (time + after, value),
        random_.choice((BEZIER, BEZIER, LINEAR, CONSTANT)), HAND,
    )  # fmt: skip


def check(base: Curve, mine: Curve, theirs: Curve, deleted: list[float]) -> Curve:
    """The merged curve. Raises Broken for the first law that it breaks."""
    result = _merge(base, mine, theirs)
    merged = result.curves.get(NAME, Curve.empty())
    for index in np.flatnonzero(mine.origin == HAND):
        key = mine.key(int(index))
        found = np.flatnonzero(merged.times == key.time)
        if len(found) != 1 or merged.values[found[0]] != key.value or merged.origin[found[0]] != HAND:
            raise Broken(f"the hand's key at {key.time} is lost or moved")
    for time in deleted:
        near = merged.times[np.abs(merged.times - time) < _SAME] if len(merged) else []
        if not np.isin(near, mine.times).all():
            raise Broken(f"the key deleted at {time} came back")
    _check_reports(result, base, mine, theirs)
    again = _merge(theirs, merged, theirs).curves.get(NAME, Curve.empty())
    if not _moves_alike(again, merged):
        raise Broken("merging once more changes it")
    third = _merge(theirs, again, theirs).curves.get(NAME, Curve.empty())
    if not third.identical(again):
        raise Broken("merging a third time changes it")
    return merged


def _moves_alike(one: Curve, other: Curve) -> bool:
    """Equal keys move alike; where only handles that nobody can see differ, every 5 ms is looked at."""
    if one.identical(other):
        return True
    if len(one) != len(other):
        return False
    moments = np.arange(-0.2, _LENGTH / 100 + 0.2, 0.005)
    return bool(np.abs(one.evaluate(moments) - other.evaluate(moments)).max() <= 1e-12)


def _check_reports(result: MergeResult, base: Curve, mine: Curve, theirs: Curve) -> None:
    """Every hand's key lies in a stretch that is told, and in a conflict where the new curve is new there."""
    times = mine.times[mine.origin == HAND]
    changes = np.abs(base.evaluate(times) - theirs.evaluate(times))
    for time, apart in zip(times.tolist(), changes.tolist(), strict=True):
        told = [span for span in result.kept if span.start - 1e-9 <= time <= span.end + 1e-9]
        if not told:
            raise Broken(f"the hand's key at {time} is not told of")
        if apart > AGREE and not any(span in result.conflicts for span in told):
            raise Broken(f"the conflict at {time} is not told of")


def _merge(base: Curve, mine: Curve, theirs: Curve) -> MergeResult:
    return merge({NAME: base}, {NAME: mine}, {NAME: theirs})


def history(seed: int) -> int:
    """One history; gives how many merges it held. Raises Broken."""
    random_ = random.Random(seed)
    written = older = generated(random_)
    merges = random_.randint(1, 3)
    for _ in range(merges):
        mine, deleted = edited(written, random_)
        theirs = anew(written, random_)
        base = random_.choice((written, written, mine, older, Curve.empty()))
        known = deleted if base is written else []  # another base does not know what stood there
        older, written = written, check(base, mine, theirs, known)
    return merges


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--histories", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="seed of the first one")
    args = parser.parse_args()
    merges = broken = 0
    for seed in range(args.first, args.first + args.histories):
        try:
            merges += history(seed)
        except Broken as law:
            broken += 1
            sys.stdout.write(f"history {seed}: {law}\n")
        done = seed - args.first + 1
        if done % 1000 == 0:  # whatever ends this, what was tried is told
            sys.stdout.write(f"{done} histories so far, {merges} merges, {broken} broken laws\n")
            sys.stdout.flush()
    sys.stdout.write(f"{args.histories} histories, {merges} merges, {broken} broken laws\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
