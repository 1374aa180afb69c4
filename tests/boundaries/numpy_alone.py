"""Run as a program: the whole inference path while every package but numpy is refused.

Arguments: a model folder, and a folder to write the take into.
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from pathlib import Path

ALLOWED = {"numpy", "bilabial"} | set(sys.stdlib_module_names)


class Refuse(MetaPathFinder):
    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name.split(".")[0] not in ALLOWED and not name.startswith("_"):
            raise ImportError(f"{name} is not there")


def main(model: str, folder: str) -> None:
    sys.meta_path.insert(0, Refuse())
    import numpy as np

    from bilabial.curves.format import load, save
    from bilabial.models.store import load_model
    from bilabial.phonemes.track import Phone, PhoneTrack
    from bilabial.pipeline import GenerateOptions, generate_from_samples
    from bilabial.solve.live import LiveFace

    noise = np.random.default_rng(0).standard_normal(32_000).astype(np.float32) * 0.1
    phones = PhoneTrack.of([Phone(0.3, 0.4, "m", "MBP"), Phone(0.4, 0.8, "a", "Ah")])
    for name, options in (
        ("network", GenerateOptions(model=model)),
        ("procedural", GenerateOptions(phones=phones)),
    ):
        take = generate_from_samples(noise, "noise.wav", options)
        save(take, Path(folder) / f"{name}.json")
        assert load(Path(folder) / f"{name}.json").styled("speech")
    face = LiveFace(load_model(model))
    assert len(face.push(noise)) + len(face.finish()) == 201
    early = {"soundfile", "soxr", "av", "tqdm", "scipy", "matplotlib", "torch", "safetensors"} & set(
        sys.modules
    )
    assert not early, f"{early} were imported before they could be refused"


if __name__ == "__main__":
    main(*sys.argv[1:])
