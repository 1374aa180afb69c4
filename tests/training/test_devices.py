"""Networks and losses work where their input lies. torch's device without data stands for a GPU: what is made
on another device is refused there as well.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")

from bilabial.training.families.phonenet.network import PhoneNet, PhoneNetConfig  # noqa: E402
from bilabial.training.families.visemenet.losses import LossWeights, Targets, joint_loss  # noqa: E402
from bilabial.training.families.visemenet.network import VisemeNetTorch  # noqa: E402
from bilabial.training.families.visemenet.variants import VARIANTS  # noqa: E402

ELSEWHERE = "meta"


def zeros(*shape: int, kind: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.zeros(shape, dtype=kind, device=ELSEWHERE)


def test_the_stand_in_refuses_what_a_gpu_refuses() -> None:
    with pytest.raises(RuntimeError, match="device"):
        zeros(2, 3) * torch.ones(3)


@pytest.mark.parametrize("look_ahead", [None, 10])
def test_phonenet(look_ahead: int | None) -> None:
    config = PhoneNetConfig(channels=8, dilations=(1, 2), look_ahead=look_ahead)
    groups, sounds = PhoneNet(config).to(ELSEWHERE)(zeros(2, 80, 52))
    assert groups.device.type == sounds.device.type == ELSEWHERE


@pytest.mark.parametrize("name", VARIANTS)
def test_visemenet(name: str) -> None:
    network = VisemeNetTorch(replace(VARIANTS[name].network, units=8)).to(ELSEWHERE)
    rows, phones = zeros(2, 30, 65), zeros(2, 30, 21)
    network.wake(rows, phones)
    targets = Targets(
        zeros(2, 30, kind=torch.long),
        zeros(2, 30, kind=torch.bool),
        zeros(2, 30, 76),
        zeros(2, 30, 29),
        zeros(2, 30, 2),
    )
    losses = joint_loss(network(rows, phones), targets, LossWeights())
    losses["loss"].backward()
    assert {part.device.type for part in losses.values()} == {ELSEWHERE}
    assert all(p.grad is None or p.grad.device.type == ELSEWHERE for p in network.parameters())
