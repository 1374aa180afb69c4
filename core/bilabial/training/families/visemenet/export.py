"""From a checkpoint of joint training to a model folder, with thresholds fitted on held-out clips."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....errors import ModelError
from ....models.card import Card, DataCredit
from ....models.contract import OUTPUTS
from ....models.families.visemenet.network import VisemeNet, VisemeNetConfig
from ....models.prediction import Prediction
from ....models.store import save_model
from ....models.windows import Windows
from ...data.batches import full
from ...engine.checkpoints import load_checkpoint
from .network import VisemeNetTorch
from .task import VisemeNetTask, fit, judge

MOST_DIFFERENT = 1e-3  # between a clip that is cut into windows and one that is not
TEACHER = (
    "The curves come from the procedural JALI model of this package, on aligned phones and sound, "
    "not from an animator; the landmarks from its demo head under those curves and from filmed mouths."
)


def network_of(checkpoint: Path) -> VisemeNetTorch:
    """The averaged weights of a checkpoint."""
    state = load_checkpoint(checkpoint)
    if state["task"] != VisemeNetTask.name:
        raise ModelError(f"{checkpoint} trains {state['task']!r}: give a checkpoint of VisemeNet")
    network = VisemeNetTorch(VisemeNetConfig.of(json.loads(state["settings"])))
    network.load_state_dict(state["average"])
    network.eval()
    return network


def scores_of(
    task: VisemeNetTask, network: VisemeNetTorch, splits: Sequence[str]
) -> tuple[tuple[float, ...], dict[str, Any]]:
    """Thresholds from the first split with clips, and the paper's measures on each, with those thresholds."""
    thresholds: tuple[float, ...] | None = None
    scores: dict[str, Any] = {}
    for split in splits:
        heard = task.hear(network, split)
        if not heard:
            continue
        thresholds = thresholds or fit(heard)
        found = judge(heard, thresholds)
        scores[split] = {
            "clips": len(heard),
            "activation_precision": round(found.precision, 4),
            "activation_recall": round(found.recall, 4),
            "motion_difference": round(found.mean_difference, 4),
        }
    if thresholds is None:
        raise ModelError(f"no labelled clip is in the splits {', '.join(splits)}: thresholds need some")
    return thresholds, scores


def warm_up_of(
    config: VisemeNetConfig, weights: Mapping[str, NDArray[Any]], rows: NDArray[np.float32]
) -> int:
    """The shortest warm-up whose windows give what running straight through gives (0: none does).

    ``rows`` (n, 65) should hold some minutes of speech: how long a memory lasts depends on what it heard.
    """
    straight = VisemeNet(config, weights, Windows(len(rows), before=0)).predict(rows)
    for warm_up in (100, 200, 400, 800):
        cut = VisemeNet(config, weights, Windows(warm_up, before=warm_up)).predict(rows)
        if largest_difference(straight, cut) < MOST_DIFFERENT:
            return warm_up
    return 0


def largest_difference(one: Prediction, other: Prediction) -> float:
    """Over all rows of all parts."""
    pairs = ((getattr(one, name), getattr(other, name)) for name in OUTPUTS if hasattr(one, name))
    return max(float(np.abs(a - b).max(initial=0.0)) for a, b in pairs if a is not None and b is not None)


def export_visemenet(
    checkpoint: Path,
    folder: Path,
    version: str,
    task: VisemeNetTask,
    data: Sequence[DataCredit],
    golden: NDArray[np.float32],
    scores: Mapping[str, Any] | None = None,
) -> Card:
    """Write the model folder; its name is the model's. ``golden``: (rows, 65) features to publish with it."""
    network = network_of(checkpoint)
    thresholds, measured = scores_of(task, network, ("tune", "dev"))
    weights = network.export()
    names = [name for name, clip in task.corpus.clips.items() if clip.split in ("tune", "dev")]
    speech = np.concatenate([full(np.asarray(task.corpus.compact_rows(name), np.float32)) for name in names])
    config = replace(network.config, warm_up=warm_up_of(network.config, weights, speech[:12_000]))
    card = Card(
        name=folder.name,
        version=version,
        architecture="visemenet",
        config=asdict(config),
        summary="The network of the VisemeNet paper: curves from sound with 120 ms of look-ahead.",
        trained=True,
        hashes={},
        golden_tolerance=2e-3,
        teacher=TEACHER,
        thresholds=thresholds,
        data=tuple(data),
        scores=measured | dict(scores or {}),
        notes="Speakers of the development split never took part in training or tuning.",
    )
    return save_model(folder, card, weights, golden)
