"""The ear as it is trained; models/families/whisper/network.py runs it.

Everything is (batch, rows, channels), and convolutions are matrix products over rows laid side by side: all
of the time then goes into products of large matrices.
"""

from __future__ import annotations

import types
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ....audio.logmel import BANDS
from ....controls import GROUPS
from ....errors import ModelError
from ....models.families.whisper.blocks import sinusoids
from ....models.safetensors import read_tensors
from ....phonemes.inventory import INVENTORY

ENCODER = ("conv1", "conv2", "blocks", "norm")  # parts that begin as Whisper's
_POSITIONS = 1500  # steps of 20 ms that Whisper's encoder reads at most


@dataclass(frozen=True, slots=True)
class EarConfig:
    """What the network is made of. The defaults are Whisper tiny's encoder and a small head."""

    size: int = 384
    heads: int = 6
    blocks: int = 4
    head_channels: int = 256
    dropout: float = 0.1
    window: int = 1000  # rows that are read at once when it runs


class Conv(nn.Module):
    """A convolution over rows: (batch, rows, inputs) -> (batch, rows // stride, outputs)."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        self.kernel, self.stride = kernel, stride
        self.left = (kernel - stride) // 2 if kernel % 2 == 0 else (kernel - 1) // 2
        self.linear = nn.Linear(kernel * inputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        count = x.shape[1] // self.stride
        last = (count - 1) * self.stride
        x = functional.pad(x, (0, 0, self.left, max(0, last + self.kernel - self.left - x.shape[1])))
        taps = [x[:, tap : tap + last + 1 : self.stride] for tap in range(self.kernel)]
        out: Tensor = self.linear(torch.cat(taps, -1))
        return out

    def exported(self) -> Tensor:
        """(outputs, inputs, kernel), torch's own order."""
        weight = self.linear.weight
        return weight.view(len(weight), self.kernel, -1).permute(0, 2, 1)


class Block(nn.Module):
    """Attention over all rows, then two dense layers; each adds to what came in."""

    def __init__(self, size: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.attention_norm, self.feed_norm = nn.LayerNorm(size), nn.LayerNorm(size)
        self.query_key_value, self.out = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.inner, self.outer = nn.Linear(size, 4 * size), nn.Linear(4 * size, size)

    def forward(self, x: Tensor) -> Tensor:
        batch, rows, size = x.shape
        parts = self.query_key_value(self.attention_norm(x)).view(batch, rows, 3, self.heads, -1)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value)
        x = x + self.out(mixed.transpose(1, 2).reshape(batch, rows, size))
        out: Tensor = x + self.outer(_gelu(self.inner(self.feed_norm(x))))
        return out


class Ear(nn.Module):
    """Scaled log mel (batch, rows, 80), an even number of rows, to logits of groups and sounds."""

    positions: Tensor

    def __init__(self, config: EarConfig) -> None:
        super().__init__()
        self.config = config
        size, channels = config.size, config.head_channels
        self.conv1, self.conv2 = Conv(BANDS, size, 3), Conv(size, size, 3, stride=2)
        self.register_buffer("positions", torch.from_numpy(sinusoids(_POSITIONS, size)), persistent=False)
        self.blocks = nn.ModuleList(Block(size, config.heads) for _ in range(config.blocks))
        # What later blocks say counts more at first.
        self.mix = nn.Parameter(torch.linspace(-1.0, 1.0, config.blocks))
        self.norm = nn.LayerNorm(size)
        self.coarse, self.fine = Conv(size, channels, 3), Conv(size, channels, 6, stride=2)
        self.first, self.second = Conv(channels, channels, 5), Conv(channels, channels, 5)
        self.groups = nn.Linear(channels, 2 * len(GROUPS))
        self.sounds = nn.Linear(channels, 2 * len(INVENTORY))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, mel: Tensor, begin: int = 0) -> tuple[Tensor, Tensor]:
        """``begin``: the position of the first step of 20 ms, as if the crop lay later in a window."""
        batch, rows, _ = mel.shape
        fine = _gelu(self.conv1(mel))
        x = _gelu(self.conv2(fine)) + self.positions[begin : begin + rows // 2]
        mixed = torch.zeros_like(x)
        for share, block in zip(self.mix.softmax(0), self.blocks, strict=True):
            x = block(x)
            mixed = mixed + share * x
        x = _gelu(self.coarse(self.dropout(self.norm(mixed))) + self.fine(fine))
        x = x + _gelu(self.first(x))
        x = x + _gelu(self.second(self.dropout(x)))
        return self.groups(x).view(batch, rows, -1), self.sounds(x).view(batch, rows, -1)

    def card_settings(self) -> dict[str, Any]:
        return asdict(self.config)


def load_encoder(network: Ear, path: Path) -> None:
    """Begin from the encoder of a Whisper: safetensors under the names of CTranslate2's layout."""
    stored = {name: torch.from_numpy(array.astype(np.float32)) for name, array in read_tensors(path).items()}
    try:
        with torch.no_grad():
            for name in ("conv1", "conv2"):
                linear = getattr(network, name).linear
                linear.weight.copy_(stored[f"{name}.weight"].permute(0, 2, 1).flatten(1))
                linear.bias.copy_(stored[f"{name}.bias"])
            for index, block in enumerate(network.blocks):
                for mine, theirs in (
                    ("query_key_value", "self_attention.linear_0"), ("out", "self_attention.linear_1"),
                    ("inner", "ffn.linear_0"), ("outer", "ffn.linear_1"),
                ):  # fmt: skip
                    getattr(block, mine).weight.copy_(stored[f"layer_{index}.{theirs}.weight"])
                    getattr(block, mine).bias.copy_(stored[f"layer_{index}.{theirs}.bias"])
                _copy_norm(block.attention_norm, stored, f"layer_{index}.self_attention.layer_norm")
                _copy_norm(block.feed_norm, stored, f"layer_{index}.ffn.layer_norm")
            _copy_norm(network.norm, stored, "layer_norm")
    except (KeyError, RuntimeError) as error:
        raise ModelError(
            f"{path} is no Whisper encoder of this size ({error}): name the file of another"
        ) from error


def _copy_norm(norm: nn.LayerNorm, stored: dict[str, Tensor], name: str) -> None:
    norm.weight.copy_(stored[f"{name}.gamma"])
    norm.bias.copy_(stored[f"{name}.beta"])


def _gelu(x: Tensor) -> Tensor:
    return functional.gelu(x, approximate="tanh")


class _Product(torch.autograd.Function):
    """x W' + b by numpy's library."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        flat = x.detach().reshape(-1, x.shape[-1])
        out = torch.empty(len(flat), len(weight))
        np.matmul(flat.numpy(), weight.detach().numpy().T, out=out.numpy())
        out += bias
        ctx.save_for_backward(flat, weight)
        ctx.shape, ctx.wanted = x.shape, x.requires_grad
        return out.view(*x.shape[:-1], -1)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, Tensor, Tensor]:
        flat, weight = ctx.saved_tensors
        gradient = gradients[0].reshape(-1, len(weight))
        back = None
        if ctx.wanted:
            back = torch.empty_like(flat)
            np.matmul(gradient.numpy(), weight.detach().numpy(), out=back.numpy())
            back = back.view(ctx.shape)
        by_weight = torch.empty_like(weight)
        np.matmul(gradient.numpy().T, flat.numpy(), out=by_weight.numpy())
        return back, by_weight, gradient.sum(0)


def use_numpy_products(network: nn.Module) -> None:
    """Dense layers by numpy's OpenBLAS: on AMD's processors 78 GFLOP/s a core where torch's MKL does 57."""

    def forward(self: nn.Linear, x: Tensor) -> Tensor:
        out: Tensor = _Product.apply(x, self.weight, self.bias)
        return out

    for module in network.modules():
        if isinstance(module, nn.Linear):
            module.forward = types.MethodType(forward, module)
