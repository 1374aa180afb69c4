"""Equations 1 to 10, term by term, against loops written as the paper prints them."""

from __future__ import annotations

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from bilabial.training.families.visemenet.losses import (  # noqa: E402
    ACTIVE,
    LossWeights,
    Targets,
    activation_loss,
    active_difference_loss,
    active_smoothness_loss,
    difference_loss,
    group_loss,
    joint_loss,
    pretraining_loss,
    smoothness_loss,
)
from bilabial.training.families.visemenet.network import Outputs  # noqa: E402

CLIPS, ROWS = 3, 9


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape))


def everything() -> torch.Tensor:
    return torch.ones(CLIPS, ROWS, dtype=torch.bool)


def test_equation_2() -> None:
    logits, groups = random(CLIPS, ROWS, 21), torch.arange(CLIPS * ROWS).reshape(CLIPS, ROWS) % 21
    wanted = 0.0
    for n in range(CLIPS):
        for t in range(ROWS):
            probability = torch.softmax(logits[n, t], 0)[groups[n, t]]
            wanted -= math.log(float(probability)) / ROWS / CLIPS
    assert float(group_loss(logits, groups, everything())) == pytest.approx(wanted, rel=1e-5)


def test_equations_3_and_9() -> None:
    a, b = random(CLIPS, ROWS, 76), random(CLIPS, ROWS, 76, seed=1)
    wanted = sum(float((a[n, t] - b[n, t]).abs().sum()) for n in range(CLIPS) for t in range(ROWS))
    assert float(difference_loss(a, b, everything())) == pytest.approx(wanted / CLIPS / ROWS / 76, rel=1e-5)


def test_equations_4_and_10() -> None:
    a = random(CLIPS, ROWS, 5)
    wanted = sum(
        float(((a[n, t + 1] - a[n, t - 1]) / 2).abs().mean())
        for n in range(CLIPS)
        for t in range(1, ROWS - 1)
    )
    assert float(smoothness_loss(a, everything())) == pytest.approx(wanted / CLIPS / (ROWS - 2), rel=1e-5)


def test_equation_6_is_a_cross_entropy_that_is_least_at_the_truth() -> None:
    logits, active = random(CLIPS, ROWS, 29), random(CLIPS, ROWS, 29, seed=1) > 0
    wanted = 0.0
    for n in range(CLIPS):
        for a in range(29):
            for t in range(ROWS):
                p = 1 / (1 + math.exp(-float(logits[n, t, a])))
                wanted -= math.log(p if active[n, t, a] else 1 - p) / (CLIPS * 29 * ROWS)
    assert float(activation_loss(logits, active, everything())) == pytest.approx(wanted, rel=1e-5)
    truth = torch.where(active, 30.0, -30.0)
    assert float(activation_loss(truth, active, everything())) < 1e-6


def test_equations_7_and_8_count_active_rows_only() -> None:
    v, truth, active = (
        random(CLIPS, ROWS, 4),
        random(CLIPS, ROWS, 4, seed=1),
        random(CLIPS, ROWS, 4, seed=2) > 0,
    )
    active[0, :, 2] = False  # never active in this clip: the term is nought, not a division by nought
    difference = motion = 0.0
    for n in range(CLIPS):
        for a in range(4):
            rows = [t for t in range(ROWS) if active[n, t, a]]
            inner = [t for t in rows if 0 < t < ROWS - 1]
            if rows:
                difference += sum(float((v[n, t, a] - truth[n, t, a]).abs()) for t in rows) / len(rows)
            if inner:
                motion += sum(float((v[n, t + 1, a] - v[n, t - 1, a]).abs()) / 2 for t in inner) / len(inner)
    mask = everything()
    assert float(active_difference_loss(v, truth, active, mask)) == pytest.approx(difference / 12, rel=1e-5)
    assert float(active_smoothness_loss(v, active, mask)) == pytest.approx(motion / 12, rel=1e-5)


def test_masked_rows_count_for_nothing() -> None:
    """Whatever stands in padding, the losses are those of the clip without it."""
    mask = everything()
    mask[:, 6:] = False
    groups = torch.zeros(CLIPS, ROWS, dtype=torch.long)
    outputs, targets = some_outputs(), some_targets()
    noisy = Outputs(
        *(torch.where(mask[..., None], part, 1e3 * torch.ones_like(part)) for part in parts(outputs))
    )
    groups[:, 6:] = -100
    shown = Targets(groups, mask, targets.landmarks, targets.shapes, targets.field)
    cut = Outputs(*(part[:, :6] for part in parts(outputs)))
    short = Targets(groups[:, :6], mask[:, :6], *(part[:, :6] for part in curves(targets)))
    one, other = joint_loss(noisy, shown, LossWeights()), joint_loss(cut, short, LossWeights())
    for name, value in one.items():
        assert float(value) == pytest.approx(float(other[name]), rel=1e-5), name


def parts(outputs: Outputs) -> tuple[torch.Tensor, ...]:
    return (outputs.groups, outputs.landmarks, outputs.activations, outputs.values, outputs.field)


def curves(targets: Targets) -> tuple[torch.Tensor, ...]:
    return (targets.landmarks, targets.shapes, targets.field)


def some_outputs() -> Outputs:
    return Outputs(*(random(CLIPS, ROWS, size, seed=size) for size in (21, 76, 29, 29, 2)))


def some_targets() -> Targets:
    groups = torch.arange(CLIPS * ROWS).reshape(CLIPS, ROWS) % 21
    shapes = random(CLIPS, ROWS, 29, seed=5).clamp(0, 1)
    return Targets(groups, everything(), random(CLIPS, ROWS, 76), shapes, random(CLIPS, ROWS, 2).sigmoid())


def test_equations_1_and_5_weigh_the_parts_as_printed() -> None:
    outputs, targets = some_outputs(), some_targets()
    first, joint = (loss(outputs, targets, LossWeights()) for loss in (pretraining_loss, joint_loss))
    equation_1 = 0.75 * first["groups"] + 0.25 * first["landmarks"] + 0.1 * first["smooth_landmarks"]
    assert float(first["loss"]) == pytest.approx(float(equation_1))
    rest = 0.1 * joint["activations"] + 0.2 * joint["values"] + 0.2 * joint["field"]
    rest = rest + 0.15 * joint["smooth_values"] + 0.15 * joint["smooth_field"]
    assert float(joint["loss"]) == pytest.approx(float(equation_1 + rest))
    # Equation 9 sums over Jaw and Lip.
    difference = (outputs.field - targets.field).abs().sum(-1).mean()
    assert float(joint["field"]) == pytest.approx(float(difference), rel=1e-5)
    active = targets.shapes > ACTIVE
    assert float(joint["activations"]) == pytest.approx(
        float(activation_loss(outputs.activations, active, everything()))
    )


def test_a_variant_without_a_stage_has_no_loss_for_it() -> None:
    outputs, targets = some_outputs(), some_targets()
    without = Outputs(None, None, outputs.activations, outputs.values, outputs.field)
    loss = joint_loss(without, targets, LossWeights())
    assert not {"groups", "landmarks", "smooth_landmarks"} & set(loss)
    assert math.isfinite(float(loss["loss"]))


def test_joint_training_without_curves_is_refused() -> None:
    targets = Targets(torch.zeros(CLIPS, ROWS, dtype=torch.long), everything())
    with pytest.raises(ValueError, match="teacher"):
        joint_loss(some_outputs(), targets, LossWeights())
    with pytest.raises(ValueError, match="branches"):
        joint_loss(Outputs(random(1, 9, 21), None, None, None, None), targets, LossWeights())
