"""LSTMs side by side: the numbers and the gradients of torch's own."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from bilabial.training.families.visemenet.recurrence import run_lstms  # noqa: E402


def outputs_and_gradients(half: bool, own: bool) -> list[torch.Tensor]:
    torch.manual_seed(4)
    memories = [torch.nn.LSTM(12, 8, 3, batch_first=True) for _ in range(2)]
    first, second = torch.randn(3, 20, 5, requires_grad=True), torch.randn(3, 20, 7)
    towards = torch.randn(2, 3, 20, 8)
    with torch.autocast("cpu", torch.bfloat16, enabled=half):
        if own:
            found = run_lstms(memories, [first, second])
        else:
            found = [memory(torch.cat([first, second], -1))[0] for memory in memories]
    torch.stack(found).float().mul(towards).sum().backward()
    gradients = [parameter.grad for memory in memories for parameter in memory.parameters()]
    return [one.detach().float() for one in [*found, first.grad, *gradients]]


def test_in_float32_they_are_torch_s() -> None:
    for wanted, found in zip(
        outputs_and_gradients(False, False), outputs_and_gradients(False, True), strict=True
    ):
        torch.testing.assert_close(found, wanted, atol=1e-5, rtol=1e-4)


def test_in_bfloat16_they_are_close() -> None:
    exact = outputs_and_gradients(False, False)
    for wanted, found in zip(exact, outputs_and_gradients(True, True), strict=True):
        assert (found - wanted).norm() < 0.02 * wanted.norm()
