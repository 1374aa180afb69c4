"""Whisper's weights as others store them, under this package's names.

Three ways of naming: OpenAI's own, Hugging Face's, and CTranslate2's ``model.bin``, a binary file of arrays
with their names. Nothing of a foreign file is executed or trusted; every offset is checked.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ....errors import FormatError, ModelError
from ...safetensors import read_tensors

Array = NDArray[Any]
Arrays = dict[str, Array]

BINARY: Final = "model.bin"
_TYPES: Final[dict[int, np.dtype[Any]]] = {
    number: np.dtype(name) for number, name in enumerate(("<f4", "i1", "<i2", "<i4", "<f2"))
}
_MOST: Final = 1 << 16  # arrays in a binary file; the largest Whisper has some thousand

_OPENAI: Final = (
    (r"encoder\.(conv[12])\.(weight|bias)", r"encoder.\1.\2"),
    (r"encoder\.ln_post\.(weight|bias)", r"encoder.norm.\1"),
    (r"decoder\.token_embedding\.weight", "decoder.embedding.weight"),
    (r"decoder\.positional_embedding", "decoder.positions"),
    (r"decoder\.ln\.(weight|bias)", r"decoder.norm.\1"),
    (r"(encoder|decoder)\.blocks\.(\d+)\.attn_ln\.(weight|bias)", r"\1.blocks.\2.attention.norm.\3"),
    (r"(encoder|decoder)\.blocks\.(\d+)\.attn\.(\w+)\.(weight|bias)", r"\1.blocks.\2.attention.\3.\4"),
    (r"decoder\.blocks\.(\d+)\.cross_attn_ln\.(weight|bias)", r"decoder.blocks.\1.cross.norm.\2"),
    (r"decoder\.blocks\.(\d+)\.cross_attn\.(\w+)\.(weight|bias)", r"decoder.blocks.\1.cross.\2.\3"),
    (r"(encoder|decoder)\.blocks\.(\d+)\.mlp_ln\.(weight|bias)", r"\1.blocks.\2.feed.norm.\3"),
    (r"(encoder|decoder)\.blocks\.(\d+)\.mlp\.0\.(weight|bias)", r"\1.blocks.\2.feed.inner.\3"),
    (r"(encoder|decoder)\.blocks\.(\d+)\.mlp\.2\.(weight|bias)", r"\1.blocks.\2.feed.outer.\3"),
)
_PARTS: Final = {"q_proj": "query", "k_proj": "key", "v_proj": "value", "out_proj": "out"}
_HUGGING_FACE: Final = (
    (r"encoder\.(conv[12])\.(weight|bias)", r"encoder.\1.\2"),
    (r"(encoder|decoder)\.layer_norm\.(weight|bias)", r"\1.norm.\2"),
    (r"decoder\.embed_tokens\.weight", "decoder.embedding.weight"),
    (r"decoder\.embed_positions\.weight", "decoder.positions"),
    (r"(\w+)\.layers\.(\d+)\.self_attn_layer_norm\.(weight|bias)", r"\1.blocks.\2.attention.norm.\3"),
    (r"(\w+)\.layers\.(\d+)\.encoder_attn_layer_norm\.(weight|bias)", r"\1.blocks.\2.cross.norm.\3"),
    (r"(\w+)\.layers\.(\d+)\.final_layer_norm\.(weight|bias)", r"\1.blocks.\2.feed.norm.\3"),
    (r"(\w+)\.layers\.(\d+)\.fc1\.(weight|bias)", r"\1.blocks.\2.feed.inner.\3"),
    (r"(\w+)\.layers\.(\d+)\.fc2\.(weight|bias)", r"\1.blocks.\2.feed.outer.\3"),
    *(
        (rf"(\w+)\.layers\.(\d+)\.{theirs}\.{part}\.(weight|bias)", rf"\1.blocks.\2.{ours}.{name}.\3")
        for theirs, ours in (("self_attn", "attention"), ("encoder_attn", "cross"))
        for part, name in _PARTS.items()
    ),
)
_ENDS: Final = {"gamma": "weight", "beta": "bias", "weight": "weight", "bias": "bias"}
_CTRANSLATE: Final = (
    (r"encoder/(conv[12])/(weight|bias)", r"encoder.\1.\2"),
    (r"(encoder|decoder)/layer_norm/(\w+)", r"\1.norm.\2"),
    (r"decoder/embeddings/weight", "decoder.embedding.weight"),
    (r"decoder/position_encodings/encodings", "decoder.positions"),
    (r"(\w+)/layer_(\d+)/self_attention/layer_norm/(\w+)", r"\1.blocks.\2.attention.norm.\3"),
    (r"(\w+)/layer_(\d+)/attention/layer_norm/(\w+)", r"\1.blocks.\2.cross.norm.\3"),
    (r"(\w+)/layer_(\d+)/ffn/layer_norm/(\w+)", r"\1.blocks.\2.feed.norm.\3"),
    (r"(\w+)/layer_(\d+)/ffn/linear_0/(weight|bias)", r"\1.blocks.\2.feed.inner.\3"),
    (r"(\w+)/layer_(\d+)/ffn/linear_1/(weight|bias)", r"\1.blocks.\2.feed.outer.\3"),
    (
        r"(\w+)/layer_(\d+)/self_attention/linear_0/(weight|bias)",
        r"\1.blocks.\2.attention.query+key+value.\3",
    ),
    (r"(\w+)/layer_(\d+)/self_attention/linear_1/(weight|bias)", r"\1.blocks.\2.attention.out.\3"),
    (r"(\w+)/layer_(\d+)/attention/linear_0/(weight|bias)", r"\1.blocks.\2.cross.query.\3"),
    (r"(\w+)/layer_(\d+)/attention/linear_1/(weight|bias)", r"\1.blocks.\2.cross.key+value.\3"),
    (r"(\w+)/layer_(\d+)/attention/linear_2/(weight|bias)", r"\1.blocks.\2.cross.out.\3"),
)


def read_checkpoint(folder: Path) -> Arrays:
    """The arrays of any of the three, by this package's names. Raises ModelError or FormatError."""
    if (folder / BINARY).is_file():
        return _renamed(read_binary(folder / BINARY), _CTRANSLATE, folder)
    found = sorted(folder.glob("*.safetensors"))
    if not found and (pickled := sorted({*folder.glob("*.pt"), *folder.glob("pytorch_model*.bin")})):
        raise ModelError(
            f"{pickled[0]} is a pickle, which could run a stranger's code and is not read: fetch the same "
            "checkpoint as model.safetensors"
        )
    if not found:
        raise ModelError(
            f"{folder} holds neither *.safetensors nor {BINARY}: name the folder of a Whisper checkpoint "
            "(Hugging Face, OpenAI's names, or CTranslate2)"
        )
    arrays: Arrays = {}
    for file in found:  # large ones come in several
        arrays |= read_tensors(file)
    bare = {name.removeprefix("model."): array for name, array in arrays.items()}
    theirs = _HUGGING_FACE if any(".layers." in name for name in bare) else _OPENAI
    return _renamed(bare, theirs, folder)


def _renamed(arrays: Mapping[str, Array], table: tuple[tuple[str, str], ...], folder: Path) -> Arrays:
    """Known names in ours; arrays of other purposes go. What stands side by side is cut apart."""
    out: Arrays = {}
    for name, array in arrays.items():
        for pattern, ours in table:
            found = re.fullmatch(pattern, name)
            if found:
                told = found.expand(ours)
                head, _, end = told.rpartition(".")
                told = f"{head}.{_ENDS[end]}" if end in _ENDS else told
                out |= _cut_apart(told, array)
                break
    if "decoder.embedding.weight" not in out or "encoder.conv1.weight" not in out:
        raise ModelError(
            f"{folder} holds no Whisper: it lacks the encoder's first convolution or the decoder's words, "
            "so name the folder of a Whisper checkpoint"
        )
    return out


def _cut_apart(name: str, array: Array) -> Arrays:
    """``query+key+value`` as three arrays. Keys have no bias: theirs is nothing."""
    head, _, rest = name.rpartition(".")
    before, _, parts = head.rpartition(".")
    names = parts.split("+")
    if not array.ndim or len(array) % len(names):
        raise ModelError(f"the array of {head} cannot be cut into {len(names)}: fetch the checkpoint again")
    pieces = zip(names, np.split(array, len(names)), strict=True)
    cut = {f"{before}.{part}.{rest}" if before else f"{part}.{rest}": piece for part, piece in pieces}
    return {told: piece for told, piece in cut.items() if not told.endswith(".key.bias")}


def read_binary(path: Path) -> Arrays:
    """The arrays of a CTranslate2 ``model.bin`` of a Whisper. Raises FormatError."""
    content = path.read_bytes()
    reader = _Reader(content, path)
    reader.integer("<I")
    if reader.text() != "WhisperSpec":
        raise FormatError(f"{path} is a model of CTranslate2 but no Whisper: name the folder of a Whisper")
    reader.integer("<I")
    count = reader.integer("<I")
    if count > _MOST:
        raise reader.broken()
    arrays: Arrays = {}
    for _ in range(count):
        name = reader.text()
        sizes = [reader.integer("<I") for _ in range(reader.integer("<B"))]
        dtype = _TYPES.get(reader.integer("<B"))
        length = reader.integer("<I")
        if dtype is None or math.prod(sizes) * dtype.itemsize != length:
            raise reader.broken()
        try:
            arrays[name] = np.frombuffer(reader.take(length), dtype).reshape(sizes)
        except ValueError:  # more dimensions, or larger empty ones, than an array may have
            raise reader.broken() from None
    try:
        return _unscaled(arrays)
    except ValueError:
        raise reader.broken() from None


def _unscaled(arrays: Arrays) -> Arrays:
    """CTranslate2's own int8 as floats: one scale an output, by which it was multiplied."""
    out = {}
    for name, array in arrays.items():
        scale = arrays.get(f"{name}_scale")
        if scale is None:
            out[name] = array
        else:
            if not array.ndim or scale.size != len(array) or not (np.abs(scale) > 0).all():
                raise ValueError(f"the scale of {name} does not fit it")
            per_output = scale.astype(np.float32).reshape(-1, *[1] * (array.ndim - 1))
            with np.errstate(all="ignore"):
                out[name] = array.astype(np.float32) / per_output
            if not np.isfinite(out[name]).all():
                raise ValueError(f"the scale of {name} does not fit it")
    return out


class _Reader:
    """Bytes taken one after the other, never past the end."""

    def __init__(self, content: bytes, path: Path) -> None:
        self._content = memoryview(content)
        self._at = 0
        self._path = path

    def take(self, count: int) -> memoryview:
        piece = self._content[self._at : self._at + count]
        if len(piece) < count:
            raise self.broken()
        self._at += count
        return piece

    def integer(self, kind: str) -> int:
        (value,) = struct.unpack(kind, self.take(struct.calcsize(kind)))
        return int(value)

    def text(self) -> str:
        return bytes(self.take(self.integer("<H"))).rstrip(b"\0").decode("utf-8", errors="replace")

    def broken(self) -> FormatError:
        return FormatError(f"{self._path} is cut short or damaged: fetch it again")
