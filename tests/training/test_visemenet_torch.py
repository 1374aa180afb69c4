"""The network to be trained: the same numbers as the numpy one, every variant, and that it learns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from bilabial.audio.features import features  # noqa: E402
from bilabial.errors import BilabialError, ModelError  # noqa: E402
from bilabial.models.families.visemenet.network import VisemeNet, VisemeNetConfig  # noqa: E402
from bilabial.training.families.visemenet.losses import (  # noqa: E402
    ACTIVE,
    LossWeights,
    Targets,
    joint_loss,
    pretraining_loss,
)
from bilabial.training.families.visemenet.network import VisemeNetTorch  # noqa: E402
from bilabial.training.families.visemenet.variants import VARIANTS, variant  # noqa: E402
from make_untrained_model import babble  # noqa: E402


def trained_by(config: VisemeNetConfig, seed: int = 0) -> VisemeNetTorch:
    torch.manual_seed(seed)
    network = VisemeNetTorch(config)
    network.features.fit(features(babble(4.0)))
    return network.eval()


@pytest.mark.parametrize("name", [name for name, one in VARIANTS.items() if one.network.groups])
def test_numpy_agrees(name: str) -> None:
    """The issue asks for 1e-3; weights as torch starts with them leave far less."""
    config = VARIANTS[name].network
    if name != "full":  # the full size once; the rest small, so that the test is quick
        config = replace(config, units=32)
    network = trained_by(config)
    rows = features(babble(1.5, seed=3))
    with torch.no_grad():
        wanted = network(torch.from_numpy(rows)[None])
    got = VisemeNet(config, network.export()).predict(rows)
    pairs = {
        "groups": (got.groups, wanted.groups.softmax(-1)),
        "activations": (got.activations, wanted.activations.sigmoid()),
        "values": (got.values, wanted.values),
        "field": (got.field, wanted.field),
    }
    if config.landmarks:
        pairs["landmarks"] = (got.landmarks, wanted.landmarks)
    for part, (a, b) in pairs.items():
        assert np.abs(a - b[0].numpy()).max() < 2e-5, part


def test_every_variant_of_the_tables_runs_and_has_the_parts_it_should() -> None:
    rows = torch.from_numpy(features(babble(0.3)))[None]
    phones = torch.zeros(1, rows.shape[1], 21)
    for name, one in VARIANTS.items():
        network = trained_by(replace(one.network, units=8))
        outputs = network(rows, phones if one.network.outside_phones else None)
        assert (outputs.groups is None) == (name in ("landmark-based", "audio-based", "asr")), name
        assert (outputs.landmarks is None) == (name in ("phoneme-based", "audio-based")), name
        assert outputs.values.shape == (1, 31, 29)
    with pytest.raises(ModelError, match="recogniser"):
        trained_by(replace(VARIANTS["asr"].network, units=8))(rows)
    with pytest.raises(BilabialError, match="no variant 'best'"):
        variant("best")


def test_sizes_are_those_of_the_tables() -> None:
    sizes = {
        name: sum(parameter.numel() for parameter in VisemeNetTorch(one.network).parameters())
        for name, one in VARIANTS.items()
    }
    assert sizes["full"] == sizes["no-transfer"] == 12_324_509
    assert sizes["shared-v"] < sizes["gru"] < sizes["full"] < sizes["no-shared-lp"]
    assert abs(sizes["sliding-window"] / sizes["full"] - 1) < 0.01


def test_weights_that_are_shared_are_the_same_ones() -> None:
    rows = torch.from_numpy(features(babble(0.3)))[None]

    def moved(config: VisemeNetConfig, part: str) -> set[str]:
        network = trained_by(config)
        getattr(network(rows), part).sum().backward()
        return {
            name.split(".")[0]
            for name, p in network.named_parameters()
            if p.grad is not None and p.grad.any()
        }

    small = VisemeNetConfig(units=8)
    assert moved(small, "groups") == {"shared", "groups"}
    assert moved(small, "landmarks") == {"shared", "landmarks"}
    assert moved(replace(small, shared_stages=False), "landmarks") == {"landmarks_memory", "landmarks"}
    joint = moved(small, "values")  # joint training reaches the first stages through z and q
    assert joint == {"shared", "groups", "landmarks", "values_memory", "values"}
    assert "branches" in moved(replace(small, shared_branches=True), "field")


def test_it_learns_what_a_sound_is() -> None:
    """Two kinds of sound, groups and curves that follow from them: both steps must find that out."""
    torch.manual_seed(1)
    random = np.random.default_rng(1)
    clips, count = 8, 60
    kind = np.repeat(random.integers(0, 2, (clips, count // 10)), 10, axis=1)
    rows = random.standard_normal((clips, count, 65)).astype(np.float32) * 0.3
    rows[..., :20] += np.where(kind[..., None] == 1, 1.0, -1.0).astype(np.float32)
    shapes = np.zeros((clips, count, 29), np.float32)
    shapes[..., 3] = np.where(kind == 1, 0.8, 0.0)
    shapes[..., 9] = np.where(kind == 0, 0.4, 0.0)
    landmarks = np.where(kind[..., None] == 1, 0.5, -0.5).astype(np.float32) * np.ones(76, np.float32)
    field = np.stack([np.where(kind == 1, 0.9, 0.3), np.full(kind.shape, 0.6)], axis=-1).astype(np.float32)
    targets = Targets(
        torch.from_numpy(kind.astype(np.int64)),
        torch.ones(kind.shape, dtype=torch.bool),
        *(torch.from_numpy(array) for array in (landmarks, shapes, field)),
    )
    network = VisemeNetTorch(VisemeNetConfig(units=24, layers=2, before=2, after=2))
    network.features.fit(rows.reshape(-1, 65))
    inputs = torch.from_numpy(rows)
    optimiser = torch.optim.Adam(network.parameters(), 1e-2)

    def train(steps: int, joint: bool) -> dict[str, float]:
        for _ in range(steps):
            outputs = network(inputs, branches=joint)
            parts = (joint_loss if joint else pretraining_loss)(outputs, targets, LossWeights())
            optimiser.zero_grad()
            parts["loss"].backward()
            optimiser.step()
        return {name: part.item() for name, part in parts.items()}

    first = train(60, joint=False)
    assert first["groups"] < 0.15
    assert first["landmarks"] < 0.2
    joint = train(120, joint=True)
    assert joint["values"] < 0.1
    assert joint["field"] < 0.2
    with torch.no_grad():
        outputs = network(inputs)
    assert ((outputs.groups.argmax(-1) == targets.groups).float().mean()) > 0.97
    on = outputs.activations.sigmoid() > 0.5
    assert ((on == (targets.shapes > ACTIVE)).float().mean()) > 0.97


def test_waking_lets_activations_say_what_is_heard() -> None:
    """As torch starts them three layers say nearly the same of every row; nothing else is changed."""
    network = trained_by(VisemeNetConfig(units=32))
    rows = torch.from_numpy(features(babble(2.0)))[None]
    phones = torch.zeros(1, rows.shape[1], 21)
    with torch.no_grad():
        asleep = network(rows)
        network.wake(rows, phones)
        awake = network(rows)

    def movement(logits: torch.Tensor) -> float:
        return logits.std(dim=1).mean().item()

    assert movement(awake.activations) > 20 * movement(asleep.activations)
    for part in ("groups", "landmarks", "values", "field"):
        assert torch.equal(getattr(awake, part), getattr(asleep, part)), part


@pytest.mark.parametrize("name", ["audio-based", "sliding-window"])
def test_what_has_nothing_to_wake_for_starts_as_torch_starts_it(name: str) -> None:
    network = trained_by(replace(VARIANTS[name].network, units=8))
    before = network.export()
    rows = torch.from_numpy(features(babble(0.3)))[None]
    network.wake(rows, torch.zeros(1, rows.shape[1], 21))
    assert all(np.array_equal(before[key], value) for key, value in network.export().items())
