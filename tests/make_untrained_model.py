"""An untrained VisemeNet folder for tests: random weights of a realistic size, and a card that says so.

Used by tests as ``make_untrained_model(folder)``; by hand as ``python tests/make_untrained_model.py FOLDER``.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from bilabial.audio.features import FEATURE_COUNT, features
from bilabial.controls import GROUPS, JALI_FIELD, SHAPES
from bilabial.models.card import Card
from bilabial.models.families.visemenet.network import LANDMARKS, VisemeNetConfig
from bilabial.models.store import save_model
from bilabial.timing import SAMPLE_RATE


def babble(seconds: float, seed: int = 0) -> np.ndarray:
    """Something with the statistics of speech: hissing and voiced stretches that swell, with pauses."""
    random = np.random.default_rng(seed)
    count = round(seconds * SAMPLE_RATE)
    time = np.arange(count) / SAMPLE_RATE
    hertz = 120 + 40 * np.sin(2 * np.pi * 0.4 * time)
    phase = 2 * np.pi * np.cumsum(hertz) / SAMPLE_RATE
    voice = sum(np.sin(harmonic * phase) / harmonic for harmonic in range(1, 20))
    voiced = np.clip(np.sin(2 * np.pi * 2.7 * time), 0, 1)
    hiss = random.standard_normal(count) * np.clip(np.sin(2 * np.pi * 1.9 * time + 1), 0, 1)
    pause = np.sin(2 * np.pi * 0.3 * time) > -0.8
    return (0.15 * pause * (voiced * voice + 0.3 * hiss)).astype(np.float32)


def random_weights(config: VisemeNetConfig, seed: int = 0, gain: float = 1.0) -> dict[str, np.ndarray]:
    """Uniform weights as torch starts with, ``gain`` times as large, and forget gates that stay open for some
    tenths of a second: memories last as trained ones do."""
    random = np.random.default_rng(seed)
    weights: dict[str, np.ndarray] = {}
    gates = {"lstm": 4, "gru": 3, "window": 1}[config.cell]

    def add(name: str, *shape: int) -> None:
        bound = gain / np.sqrt(shape[-1] if len(shape) > 1 else config.units)
        weights[name] = random.uniform(-bound, bound, shape).astype(np.float32)

    def add_memory(name: str, inputs: int) -> None:
        for layer in range(config.layers):
            if config.cell == "window":
                add(f"{name}.{2 * layer}.weight", config.units, inputs)
                add(f"{name}.{2 * layer}.bias", config.units)
            else:
                add(f"{name}.weight_ih_l{layer}", gates * config.units, inputs)
                add(f"{name}.weight_hh_l{layer}", gates * config.units, config.units)
                add(f"{name}.bias_ih_l{layer}", gates * config.units)
                add(f"{name}.bias_hh_l{layer}", gates * config.units)
                if config.cell == "lstm":
                    forget = slice(config.units, 2 * config.units)
                    weights[f"{name}.bias_hh_l{layer}"][forget] += random.uniform(0, 2, config.units)
            inputs = config.units

    def add_head(name: str, outputs: int) -> None:
        add(f"{name}.0.weight", 256, config.units)
        add(f"{name}.0.bias", 256)
        add(f"{name}.2.weight", outputs, 256)
        add(f"{name}.2.bias", outputs)

    shared = config.shared_stages or not config.landmarks
    for name in ("shared",) if shared else ("groups_memory", "landmarks_memory"):
        add_memory(name, config.stacked)
    branches = ("activations", "values", "field")
    for name in ("branches",) if config.shared_branches else tuple(f"{name}_memory" for name in branches):
        add_memory(name, config.extra + config.stacked)
    add_head("groups", len(GROUPS))
    if config.landmarks:
        add_head("landmarks", LANDMARKS)
    for name, outputs in zip(branches, (len(SHAPES), len(SHAPES), len(JALI_FIELD)), strict=True):
        add_head(name, outputs)
    rows = features(babble(10.0, seed))
    weights["features.mean"] = rows.mean(axis=0)
    weights["features.deviation"] = rows.std(axis=0) + np.float32(1e-3)
    assert weights["features.mean"].shape == (FEATURE_COUNT,)
    return weights


def make_untrained_model(folder: Path, seed: int = 0, **settings: Any) -> Card:
    """Write the folder; ``settings`` go into VisemeNetConfig (``units=16`` gives a small, fast one)."""
    config = VisemeNetConfig(**settings)
    card = Card(
        name=folder.name,
        version="0",
        architecture="visemenet",
        config=asdict(config),
        summary="Random weights for tests; its curves mean nothing.",
        trained=False,
        hashes={},
        thresholds=(0.5,) * len(SHAPES),
    )
    return save_model(folder, card, random_weights(config, seed), features(babble(2.0, seed + 1)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write an untrained VisemeNet model folder for tests.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--units", type=int, default=VisemeNetConfig().units)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    make_untrained_model(arguments.folder, arguments.seed, units=arguments.units)
