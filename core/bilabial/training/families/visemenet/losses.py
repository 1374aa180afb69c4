"""The losses of the paper, equations 1 to 10, with its weights.

Every loss is a mean over clips of a mean over the clip's rows, as printed. Rows outside ``mask`` (padding,
rows nobody labelled) count for nothing. Two things the paper leaves open: a derivative is a central
difference per row of 10 ms, and equation 6, whose printed second term has the wrong sign and the wrong
probability, is the binary cross entropy that its text describes.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ...measure.measures import ACTIVE
from .network import Outputs


@dataclass(frozen=True, slots=True)
class LossWeights:
    """w of equations 1 and 5; ``smooth`` ones are the primed."""

    groups: float = 0.75  # w_c
    landmarks: float = 0.25  # w_q
    smooth_landmarks: float = 0.1  # w'_q
    activations: float = 0.1  # w_a
    values: float = 0.2  # w_v
    field: float = 0.2  # w_j
    smooth_values: float = 0.15  # w'_v
    smooth_field: float = 0.15  # w'_j


@dataclass(frozen=True, slots=True)
class Targets:
    """What the network should say about (batch, rows)."""

    groups: Tensor  # (batch, rows) index of the group; anything outside the mask
    mask: Tensor  # (batch, rows) True where the row counts
    landmarks: Tensor | None = None  # (batch, rows, 76)
    shapes: Tensor | None = None  # (batch, rows, 29) teacher's values of SHAPES
    field: Tensor | None = None  # (batch, rows, 2) of Jaw and Lip
    seen: Tensor | None = None  # (batch, rows) True where landmarks count; None: where the row does


def pretraining_loss(outputs: Outputs, targets: Targets, weights: LossWeights) -> dict[str, Tensor]:
    """Equation 1. Parts that a variant has no output for are left out."""
    parts: dict[str, Tensor] = {}
    total = torch.zeros((), device=targets.mask.device)
    if outputs.groups is not None:
        parts["groups"] = group_loss(outputs.groups, targets.groups, targets.mask)
        total = total + weights.groups * parts["groups"]
    if outputs.landmarks is not None and targets.landmarks is not None:
        seen = targets.mask if targets.seen is None else targets.seen
        parts["landmarks"] = difference_loss(outputs.landmarks, targets.landmarks, seen)
        parts["smooth_landmarks"] = smoothness_loss(outputs.landmarks, seen)
        total = total + weights.landmarks * parts["landmarks"]
        total = total + weights.smooth_landmarks * parts["smooth_landmarks"]
    return parts | {"loss": total}


def joint_loss(outputs: Outputs, targets: Targets, weights: LossWeights) -> dict[str, Tensor]:
    """Equation 5."""
    if outputs.activations is None or outputs.values is None or outputs.field is None:
        raise ValueError("joint training needs the outputs of all three branches")
    if targets.shapes is None or targets.field is None:
        raise ValueError("joint training needs the teacher's curves")
    parts = pretraining_loss(outputs, targets, weights)
    total = parts.pop("loss")
    active = targets.shapes > ACTIVE
    coordinates = outputs.field.shape[-1]
    branch = {
        "activations": activation_loss(outputs.activations, active, targets.mask),
        "values": active_difference_loss(outputs.values, targets.shapes, active, targets.mask),
        # Equations 9 and 10 sum over the field's two coordinates where 3 and 4 take a mean.
        "field": difference_loss(outputs.field, targets.field, targets.mask) * coordinates,
        "smooth_values": active_smoothness_loss(outputs.values, active, targets.mask),
        "smooth_field": smoothness_loss(outputs.field, targets.mask) * coordinates,
    }
    for name, part in branch.items():
        total = total + getattr(weights, name) * part
    return parts | branch | {"loss": total}


def group_loss(logits: Tensor, groups: Tensor, mask: Tensor) -> Tensor:
    """Equation 2: cross entropy."""
    safe = torch.where(mask, groups, torch.zeros_like(groups))
    each = functional.cross_entropy(logits.flatten(0, 1).float(), safe.flatten(), reduction="none")
    return _clip_mean(each.view_as(groups), mask)


def difference_loss(predicted: Tensor, wanted: Tensor, mask: Tensor) -> Tensor:
    """Equations 3 and 9: mean absolute difference over coordinates."""
    return _clip_mean((predicted.float() - wanted).abs().mean(dim=-1), mask)


def smoothness_loss(predicted: Tensor, mask: Tensor) -> Tensor:
    """Equations 4 and 10: mean absolute derivative, a central difference, over coordinates."""
    return _clip_mean(_derivative(predicted).abs().mean(dim=-1), _inner(mask))


def activation_loss(logits: Tensor, active: Tensor, mask: Tensor) -> Tensor:
    """Equation 6: binary cross entropy, averaged over controls."""
    each = functional.binary_cross_entropy_with_logits(logits.float(), active.float(), reduction="none")
    return _clip_mean(each.mean(dim=-1), mask)


def active_difference_loss(predicted: Tensor, wanted: Tensor, active: Tensor, mask: Tensor) -> Tensor:
    """Equation 7: absolute difference over the rows in which a control is active, by clip and control."""
    return _active_mean((predicted.float() - wanted).abs(), active & mask.unsqueeze(-1))


def active_smoothness_loss(predicted: Tensor, active: Tensor, mask: Tensor) -> Tensor:
    """Equation 8: absolute derivative over the rows in which a control is active."""
    return _active_mean(_derivative(predicted).abs(), active[:, 1:-1] & _inner(mask).unsqueeze(-1))


def _derivative(rows: Tensor) -> Tensor:
    """(batch, rows - 2, n) per row: the first and last row have no central difference."""
    rows = rows.float()
    return (rows[:, 2:] - rows[:, :-2]) / 2


def _inner(mask: Tensor) -> Tensor:
    """Rows whose both neighbours count too."""
    return mask[:, 1:-1] & mask[:, 2:] & mask[:, :-2]


def _clip_mean(each: Tensor, mask: Tensor) -> Tensor:
    """Mean over clips of the mean over their rows; a clip without rows counts as nothing."""
    counts = mask.sum(dim=1)
    sums = torch.where(mask, each, torch.zeros_like(each)).sum(dim=1)
    return (sums / counts.clamp(min=1)).sum() / (counts > 0).sum().clamp(min=1)


def _active_mean(each: Tensor, active: Tensor) -> Tensor:
    """1 / (N A) of the sum over clips and controls of each one's mean over its active rows."""
    sums = torch.where(active, each, torch.zeros_like(each)).sum(dim=1)
    return (sums / active.sum(dim=1).clamp(min=1)).mean()
