"""Untrained networks that draw a face, as model folders for tests: small, random, and a card that says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bilabial.audio.hearings import SAMPLES, rows_of
from bilabial.models.card import Card
from bilabial.models.families.audio2face.shape import Audio2FaceShape
from bilabial.models.families.pham.shape import KERNELS, PhamShape
from bilabial.models.store import save_model
from bilabial.vocabulary import find


def noise(seconds: float = 2.0) -> np.ndarray:
    return np.random.default_rng(3).normal(0.0, 0.03, round(16_000 * seconds)).astype(np.float32)


def random(*shape: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0.0, 0.2, shape).astype(np.float32)


def lstm(name: str, inputs: int, units: int, gates: int = 4) -> dict[str, np.ndarray]:
    return {
        f"{name}.weight_ih_l0": random(gates * units, inputs),
        f"{name}.weight_hh_l0": random(gates * units, units),
        f"{name}.bias_ih_l0": random(gates * units),
        f"{name}.bias_hh_l0": random(gates * units),
    }


def audio2face(folder: Path, opens: float = 0.5, brows: float = 0.0) -> Path:
    """An untrained network whose jaw stands open, and whose brows are raised, by about so much."""
    shape = Audio2FaceShape(6)
    bias = np.zeros(shape.channels, np.float32)
    bias[find(shape.vocabulary).names.index("JawOpen")] = opens
    bias[find(shape.vocabulary).names.index("BrowsU_C")] = brows
    weights = {
        "features.mean": np.zeros(39, np.float32), "features.deviation": np.ones(39, np.float32),
        "attention.weight": random(6), "attention.place": random(64), "basis.weight": random(6, 6),
        "basis.bias": random(6), "out.weight": 0.1 * random(shape.channels, 6), "out.bias": bias,
    }  # fmt: skip
    for layer, inputs in ((0, 39), (1, 6)):
        for way in ("ahead", "back"):
            weights |= lstm(f"memories.{layer}.{way}", inputs, 6)
        weights |= {
            f"memories.{layer}.merge.weight": random(6, 12), f"memories.{layer}.merge.bias": random(6),
        }  # fmt: skip
    config = {"nodes": 6, "memory": "clip", "vocabulary": shape.vocabulary}
    card = Card(folder.name, "1", "audio2face", config, "Untrained.", False, {})
    save_model(folder, card, weights, rows_of(noise(), SAMPLES))
    return folder


def pham(folder: Path) -> Path:
    shape = PhamShape((1, 1, 2, 2, 2), 2, units=4)
    sizes = (1, *shape.filters)
    weights = {"features.mean": np.zeros(128, np.float32), "features.deviation": np.ones(128, np.float32)}
    for index, kernel in enumerate(KERNELS):
        weights[f"frequency.{index}.weight"] = random(sizes[index + 1], sizes[index], kernel)
        weights[f"frequency.{index}.bias"] = random(sizes[index + 1])
    for index in range(3):
        weights[f"time.{index}.weight"] = random(2, 2, 3)
        weights[f"time.{index}.bias"] = random(2)
    weights |= lstm("memory", shape.flat, 4, gates=3)
    weights |= {"out.weight": random(49, 4), "out.bias": random(49)}
    config = {
        "filters": list(shape.filters), "time_filters": 2, "cell": "gru", "units": 4, "head": True,
        "vocabulary": "facewarehouse-46",
    }  # fmt: skip
    card = Card(folder.name, "1", "pham", config, "Untrained.", False, {})
    save_model(folder, card, weights, rows_of(noise(), SAMPLES))
    return folder
