"""What the families share that learn groups and sounds of each row: the loss, and the share of right rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, no_grad
from torch.nn import functional

from ...controls import GROUPS, SILENCE
from ...phonemes.inventory import UNKNOWN
from ..data.batches import Corpus

SILENT = GROUPS.index(SILENCE)


def loss_of_rows(
    groups: Tensor, sounds: Tensor, batch: dict[str, Any], sound_weight: float, smoothing: float
) -> dict[str, Tensor]:
    """Cross entropy of groups (batch, rows, 21), and of sounds as a help; the share of spoken rows right."""
    by_group, by_sound = (
        functional.cross_entropy(
            logits.flatten(0, 1),
            batch[name].flatten(),
            ignore_index=UNKNOWN,
            label_smoothing=smoothing,
        )
        for logits, name in ((groups, "groups"), (sounds, "sounds"))
    )
    with no_grad():
        spoken = (batch["groups"] != UNKNOWN) & (batch["groups"] != SILENT)
        right = (groups[..., :SILENT].argmax(-1) == batch["groups"])[spoken].float().mean()
    return {
        "loss": by_group + sound_weight * by_sound,
        "groups": by_group,
        "sounds": by_sound,
        "train_accuracy": right,
    }


def loss_of_heard(groups: Tensor, sounds: Tensor, batch: dict[str, Any], sound_weight: float) -> Tensor:
    """Cross entropy of what a teacher heard, where it is told (see teach/listening)."""
    told = batch["told"].flatten()
    if not bool(told.any()):
        return groups.sum() * 0.0
    heard = batch["heard"].flatten(0, 1)[told]
    by_group, by_sound = (
        -(wanted * functional.log_softmax(logits.flatten(0, 1)[told], -1)).sum(-1).mean()
        for logits, wanted in ((groups, heard[:, : len(GROUPS)]), (sounds, heard[:, len(GROUPS) :]))
    )
    return by_group + sound_weight * by_sound


def measured_clips(corpus: Corpus, splits: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Names of the labelled clips of these splits, and the row of the scores that each counts for."""
    for name, clip in corpus.clips.items():
        if clip.split in splits and name in corpus.phones:
            yield name, f"{clip.split}/{name.split('/')[0]}"


class RowsRight:
    """Counts of right rows: of those spoken without silence as a choice, of those quiet with it."""

    def __init__(self) -> None:
        self._counts: dict[str, list[int]] = {}

    def add(self, key: str, groups: NDArray[np.float32], truth: NDArray[np.int64]) -> None:
        spoken = truth != SILENT
        self._count(key, (groups[:, :SILENT].argmax(-1) == truth)[spoken])
        self._count(f"{key}/quiet", (groups.argmax(-1) == SILENT)[~spoken])

    def _count(self, key: str, right: NDArray[np.bool_]) -> None:
        total = self._counts.setdefault(key, [0, 0])
        total[0] += int(right.sum())
        total[1] += len(right)

    def shares(self) -> dict[str, float]:
        return {key: right / max(1, count) for key, (right, count) in self._counts.items()}
