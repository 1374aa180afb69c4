"""Dense curves shaped like speech, made without any model: overlapping arcs, twelve phones a second."""

import numpy as np

from bilabial.controls import CONTROLS, SHAPES

ONSET, DECAY = 0.12, 0.12  # seconds before a phone and after it


def ease(u: np.ndarray) -> np.ndarray:
    return np.clip(u, 0, 1) ** 2 * (3 - 2 * np.clip(u, 0, 1))


def speechlike(
    seconds: float, seed: int, rate: float = 12.0
) -> tuple[np.ndarray, list[tuple[int, float, float]]]:
    """(rows, 31) and the pins of its closures."""
    random = np.random.default_rng(seed)
    t = np.arange(int(seconds * 100) + 1) / 100
    dense = np.zeros((len(t), len(CONTROLS)))
    pins: list[tuple[int, float, float]] = []
    targets = [(0.0, 0.6, 0.6)]
    now = 0.3
    while now < seconds - 0.8:
        if random.random() < 0.07:
            now += random.uniform(0.1, 0.6)
        length = max(0.03, random.gamma(4, 1 / rate / 4))
        shape = int(random.integers(0, 20))
        start, end = now, now + max(length, 0.1)
        if SHAPES[shape] == "MBP":
            start, end = np.round(start, 2), np.round(end, 2)
            arc = np.minimum(ease((t - start + 0.1) / 0.1), 1 - ease((t - end) / DECAY))
            pins.append((2 + shape, float(start), float(end)))
        elif shape < 10 and now - targets[-1][0] > 0.15:
            targets.append((now, *random.uniform(0.3, 0.9, 2)))
        if SHAPES[shape] != "MBP":
            height = random.uniform(0.5, 0.8)
            arc = height * np.minimum(
                ease((t - start + ONSET) / ONSET), 1 - ease((t - start) / (end + DECAY - start))
            )
        dense[:, 2 + shape] = np.maximum(dense[:, 2 + shape], arc)
        now += length
    targets.append((seconds, 0.6, 0.6))
    moments = np.array([target[0] for target in targets])
    at = np.clip(np.searchsorted(moments, t, side="right") - 1, 0, len(targets) - 2)
    for column in (0, 1):
        goals = np.array([target[1 + column] for target in targets])
        along = (t - moments[at]) / (moments[at + 1] - moments[at])
        dense[:, column] = goals[at] + (goals[at + 1] - goals[at]) * ease(along)
    return dense, pins
