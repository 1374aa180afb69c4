"""Every variant of the two papers' networks on every set: trained alike, measured alike, in the papers'
tables.

A run of variant V on set S lies in RUNS/S/V. What is there is measured; what is not has a dash.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import BilabialError
from ...models.families.audio2face.network import Audio2Face
from ...models.families.audio2face.shape import WINDOW, Audio2FaceShape
from ...models.families.pham.network import Pham
from ...models.families.pham.shape import PhamShape
from ..data.face_sets import FaceSet, read_face_set
from ..data.sets import Problems
from ..engine.checkpoints import load_checkpoint
from ..engine.config import RunConfig
from ..engine.trainer import Trainer
from ..measure.face_weights import Told, WeightScore, by, score
from .audio2face import hmm
from .audio2face import task as tian
from .audio2face.network import Audio2FaceTorch
from .face_crops import Prepared, Rate, clips_of, prepare
from .face_export import arrays_of, network_of
from .found import family
from .pham import task as pham
from .pham.network import PhamTorch

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Variant:
    """What it changes of the family's configuration."""

    title: str
    network: Mapping[str, Any]
    task: Mapping[str, Any]


TIAN = {
    "lstm-128": Variant("LSTM", {"nodes": 128}, {"network": "lstm"}),
    "nodes-128": Variant("attention, 128 nodes", {"nodes": 128}, {}),
    "nodes-256": Variant("attention, 256 nodes", {"nodes": 256}, {}),
    "nodes-512": Variant("attention, 512 nodes", {"nodes": 512}, {}),
}
PHAM = {
    "engineered": Variant("LSTM on engineered features", {}, {"network": "engineered"}),
    "static": Variant("CNN-static", {"cell": "static"}, {}),
    "lstm": Variant("CNN+LSTM", {"cell": "lstm"}, {}),
    "gru": Variant("CNN+GRU", {"cell": "gru"}, {}),
    "printed": Variant(
        "CNN+GRU, printed filters",
        {"cell": "gru", "filters": [32, 64, 128, 256, 512], "time_filters": 512},
        {},
    ),
}
VARIANTS = {"audio2face": TIAN, "pham": PHAM}
_AS_PRINTED = ("nodes-128",)  # whose weights are measured with the printed memories, too: 64 times the work
_HMM = "HMM"
_MEAN = "the mean face"
_VOCABULARIES = {"audio2face": "faceshift-51", "pham": "facewarehouse-46"}


def train(
    config: RunConfig, sets: Sequence[Path], runs: Path, only: Sequence[str], problems: Problems
) -> None:
    """Every variant (or those named) on each set by itself, for the configuration's steps."""
    variants = VARIANTS[config.architecture]
    for path in sets:
        for name in only or variants:
            if name not in variants:
                raise BilabialError(
                    f"{config.architecture} has no variant {name!r}: use {', '.join(variants)}"
                )
            chosen = replace(
                config,
                sets=(str(path),),
                network={**config.network, **variants[name].network},
                task={**config.task, **variants[name].task},
            )
            task = family(config.architecture).make_task(chosen, None, problems)
            log.info("%s on %s", name, path.stem)
            trainer = Trainer(task, runs / path.stem / name, chosen.trainer)
            trainer.begin()
            trainer.run()


def untrained(name: str) -> tuple[str, Any]:
    """FAMILY/VARIANT as numpy runs it, with the numbers it begins with, and what to call it: how fast it is
    needs no training."""
    known = {
        f"{of_family}/{one}": variant
        for of_family, variants in VARIANTS.items()
        for one, variant in variants.items()
        if "network" not in variant.task  # baselines run in torch alone
    }
    if name not in known:
        raise BilabialError(f"there is no network {name!r} to time: use one of {', '.join(known)}")
    architecture, variant = name.partition("/")[0], known[name]
    if architecture == "audio2face":
        shape = Audio2FaceShape.of({**asdict(Audio2FaceShape()), **variant.network})
        arrays = arrays_of(Audio2FaceTorch(shape).eval())
        network: Audio2Face | Pham = Audio2Face(shape, arrays)
    else:
        spectral = PhamShape.of({**asdict(PhamShape()), **variant.network})
        arrays = arrays_of(PhamTorch(spectral).eval())
        network = Pham(spectral, arrays)
    millions = sum(array.size for array in arrays.values()) / 1e6
    return f"{variant.title} ({millions:.1f} million numbers, untrained)", network


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A variant on one set's test clips."""

    title: str
    faces: FaceSet
    steps: int
    told: list[Told]


def measure(architecture: str, sets: Sequence[Path], runs: Path) -> list[Measured]:
    """Everything that lies there, set by set; for Tian the hidden Markov model is fitted on the way."""
    found = []
    vocabulary = _VOCABULARIES[architecture]
    for path in sets:
        faces = read_face_set(path)
        found.append(_of_mean(faces, vocabulary))
        if architecture == "audio2face":
            found.append(_of_hmm(faces, vocabulary))
        for name, variant in VARIANTS[architecture].items():
            checkpoint = runs / path.stem / name / "checkpoint.pt"
            if checkpoint.is_file():
                found.append(_of_network(faces, vocabulary, variant, checkpoint))
                if name in _AS_PRINTED:
                    printed = replace(variant, title=f"{variant.title}, memories anew in each window")
                    found.append(_of_network(faces, vocabulary, printed, checkpoint, WINDOW))
    return found


def _of_mean(faces: FaceSet, vocabulary: str) -> Measured:
    """What is reached by a face that never moves: the mean of those that train."""
    rows = np.concatenate([clip.weights[vocabulary] for clip in faces.picked(False)])
    mean = rows.mean(axis=0, dtype=np.float64)
    rate = tian.RATE if vocabulary == _VOCABULARIES["audio2face"] else pham.RATE
    tests = [np.asarray(clip.at(rate.moments(clip), vocabulary), np.float64) for clip in faces.picked(True)]
    told = [
        Told(clip.actor, clip.mood, np.tile(mean, (len(wanted), 1)), wanted)
        for clip, wanted in zip(faces.picked(True), tests, strict=True)
    ]
    return Measured(_MEAN, faces, 0, told)


def _of_hmm(faces: FaceSet, vocabulary: str) -> Measured:
    trained = prepare(clips_of([faces], False), tian.RATE, vocabulary, tian.inputs_of)
    model = hmm.fit(trained)
    tests = prepare(clips_of([faces], True), tian.RATE, vocabulary, tian.inputs_of)
    return Measured(_HMM, faces, 0, [_told(one, model(one)) for one in tests])


def _of_network(
    faces: FaceSet, vocabulary: str, variant: Variant, checkpoint: Path, memory: str | None = None
) -> Measured:
    network = network_of(checkpoint)
    if memory is not None and isinstance(network, Audio2FaceTorch):
        network.shape = replace(network.shape, memory=memory)
    rate, inputs, told_of = _ways(variant, vocabulary)
    tests = prepare(clips_of([faces], True), rate, vocabulary, inputs)
    return Measured(
        variant.title, faces, int(load_checkpoint(checkpoint)["step"]),
        [_told(one, told_of(network, one)) for one in tests],
    )  # fmt: skip


def _ways(variant: Variant, vocabulary: str) -> tuple[Rate, Callable[..., Any], Callable[..., Any]]:
    if vocabulary == _VOCABULARIES["audio2face"]:
        return tian.RATE, tian.inputs_of, tian.told_of
    if variant.task.get("network") == "engineered":
        return pham.ENGINEERED_RATE, pham.engineered_inputs_of, pham.told_of
    return pham.RATE, pham.inputs_of, pham.told_of


def _told(one: Prepared, rows: Any) -> Told:
    wanted = np.asarray(one.targets, np.float64)
    return Told(one.clip.actor, one.clip.mood, np.asarray(rows, np.float64)[:, : wanted.shape[1]], wanted)


# Tables


def tian_table(found: Sequence[Measured], command: str) -> str:
    """Table 1: RMSE of the weights, an actor a column; what is real apart from what a program taught."""
    lines = [f"`{command}`", ""]
    for kind in ("real", "taught"):
        of_kind = [one for one in found if one.faces.kind == kind]
        actors = list(dict.fromkeys(clip.actor for one in of_kind for clip in one.faces.picked(True)))
        if not actors:
            continue
        lines += [f"| {kind} | {' | '.join(actors)} |", f"|---|{'---|' * len(actors)}"]
        for title in dict.fromkeys(one.title for one in found):
            cells = []
            for actor in actors:
                told = [t for one in of_kind if one.title == title for t in one.told if t.actor == actor]
                cells.append(_cell(score(told, "faceshift-51").rmse, 4) if told else "–")
            lines.append(f"| {title} | {' | '.join(cells)} |")
        lines.append("")
    lines.append(_steps(found))
    return "\n".join(lines)


def pham_table(found: Sequence[Measured], command: str) -> str:
    """Table 1: four measures and the mouth, a set a block; then Tables 2 and 3: by actor and by emotion."""
    lines = [f"`{command}`", ""]
    lines += [
        "| | | MSE x 100 | landmarks, mm | temporal smoothness x 100 | self-smoothness x 100 "
        "| gap r | width r |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in found:
        lines.append(
            f"| {one.faces.kind}: {one.faces.name} | {one.title} | {_four(score(one.told, _PHAM))} |"
        )
    for key in ("actor", "mood"):
        names = list(dict.fromkeys(name for one in found for name in by(one.told, key)))
        if len(names) < 2:
            continue
        heading = "by actor" if key == "actor" else "by emotion (taught)"
        for measure_name, factor, places in (("MSE x 100", 100.0, 3), ("landmarks, mm", 1.0, 2)):
            lines += [
                "",
                f"| {measure_name}, {heading} | {' | '.join(names)} |",
                f"|---|{'---|' * len(names)}",
            ]
            for title in dict.fromkeys(one.title for one in found):
                cells = []
                for name in names:
                    told = [
                        t
                        for one in found
                        if one.title == title and (key == "actor" or one.faces.kind == "taught")
                        for t in one.told
                        if getattr(t, key) == name
                    ]
                    value = score(told, _PHAM) if told else None
                    chosen = None if value is None else value.mse if factor == 100.0 else value.landmarks
                    cells.append("–" if chosen is None else _cell(factor * chosen, places))
                lines.append(f"| {title} | {' | '.join(cells)} |")
    lines += ["", _steps(found)]
    return "\n".join(lines)


_PHAM = _VOCABULARIES["pham"]


def _four(told: WeightScore) -> str:
    return (
        f"{100 * told.mse:.3f} | {told.landmarks:.2f} | {100 * told.changes:.4f} | {100 * told.bends:.4f} "
        f"| {_cell(told.gap_r, 2)} | {_cell(told.width_r, 2)}"
    )


def _cell(value: float, places: int) -> str:
    return "–" if math.isnan(value) else f"{value:.{places}f}"


def _steps(found: Sequence[Measured]) -> str:
    """How long each was trained, in one sentence."""
    told: dict[str, list[str]] = {}
    for one in found:
        if one.steps:
            told.setdefault(one.faces.name, []).append(f"{one.title} {one.steps}")
    return "Steps: " + "; ".join(f"{name}: {', '.join(parts)}" for name, parts in told.items()) + "."
