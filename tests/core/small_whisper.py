"""A Whisper of one block and random weights, in the three ways in which others store such models."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np

from bilabial.models.families.whisper.tokens import _LETTERS, TIMES
from bilabial.models.safetensors import write_tensors

SIZE, ROWS, READ = 64, 1500, 96


def tokens(multilingual: bool = False) -> list[str]:
    """The bytes, some pairs learned from them, the tokens of tasks, the times."""
    letters = [_LETTERS[byte] for byte in range(256)]
    pairs = ["th", "the", "Ġthe", "Ġa", "nd", "Ġand", "at", "Ġc", "Ġcat"]
    codes = ["en", "de", "fr"] if multilingual else ["en"]
    before = ["endoftext", "startoftranscript", *codes]
    after = ["translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"]
    tasks = [f"<|{task}|>" for task in before + after]
    return [*letters, *pairs, *tasks, *(f"<|{index * 0.02:.2f}|>" for index in range(TIMES))]


def weights(count: int, seed: int = 5) -> dict[str, np.ndarray]:
    """Random arrays under OpenAI's names."""
    random = np.random.default_rng(seed)

    def draw(*shape: int) -> np.ndarray:
        return (random.standard_normal(shape) * 0.08).astype(np.float32)

    out = {
        "encoder.conv1.weight": draw(SIZE, 80, 3), "encoder.conv1.bias": draw(SIZE),
        "encoder.conv2.weight": draw(SIZE, SIZE, 3), "encoder.conv2.bias": draw(SIZE),
        "decoder.token_embedding.weight": draw(count, SIZE) * 4,
        "decoder.positional_embedding": draw(READ, SIZE),
    }  # fmt: skip

    def norm(name: str) -> None:
        out[f"{name}.weight"], out[f"{name}.bias"] = 1 + draw(SIZE), draw(SIZE)

    def attention(name: str) -> None:
        for part in ("query", "key", "value", "out"):
            out[f"{name}.{part}.weight"] = draw(SIZE, SIZE)
            if part != "key":
                out[f"{name}.{part}.bias"] = draw(SIZE)
        norm(f"{name}_ln")

    for side, kinds in (("encoder", ("attn",)), ("decoder", ("attn", "cross_attn"))):
        for kind in kinds:
            attention(f"{side}.blocks.0.{kind}")
        norm(f"{side}.blocks.0.mlp_ln")
        for layer, rows, columns in ((0, 4 * SIZE, SIZE), (2, SIZE, 4 * SIZE)):
            out[f"{side}.blocks.0.mlp.{layer}.weight"] = draw(rows, columns)
            out[f"{side}.blocks.0.mlp.{layer}.bias"] = draw(rows)
    norm("encoder.ln_post")
    norm("decoder.ln")
    return {name: array.astype(np.float16).astype(np.float32) for name, array in out.items()}


def write_openai(folder: Path, multilingual: bool = False) -> Path:
    folder.mkdir()
    names = tokens(multilingual)
    write_tensors(folder / "model.safetensors", weights(len(names)))
    (folder / "vocab.json").write_text(json.dumps({token: at for at, token in enumerate(names)}))
    return folder


def write_hugging_face(folder: Path) -> Path:
    """Two files of weights, a tokenizer that leaves out the times."""
    folder.mkdir()
    names = tokens()
    theirs = {}
    for name, array in weights(len(names)).items():
        for ours, other in (
            ("blocks.", "layers."), (".cross_attn_ln.", ".encoder_attn_layer_norm."), ("mlp.0", "fc1"),
            (".attn_ln.", ".self_attn_layer_norm."), (".mlp_ln.", ".final_layer_norm."), ("mlp.2", "fc2"),
            (".cross_attn.", ".encoder_attn."), (".attn.", ".self_attn."), (".query.", ".q_proj."),
            (".key.", ".k_proj."), (".value.", ".v_proj."), (".out.", ".out_proj."),
            ("token_embedding.weight", "embed_tokens.weight"), ("ln_post", "layer_norm"),
            ("positional_embedding", "embed_positions.weight"), ("decoder.ln.", "decoder.layer_norm."),
        ):  # fmt: skip
            name = name.replace(ours, other)
        theirs[f"model.{name}"] = array
    theirs["proj_out.weight"] = theirs["model.decoder.embed_tokens.weight"]
    halves = sorted(theirs)[::2], sorted(theirs)[1::2]
    for number, half in enumerate(halves):
        write_tensors(folder / f"model-0000{number}-of-2.safetensors", {name: theirs[name] for name in half})
    known = [token for token in names if not token.startswith("<|")]
    added = [token for token in names[len(known) :] if not token[2].isdigit()]
    content = {
        "model": {"vocab": {token: at for at, token in enumerate(known)}},
        "added_tokens": [{"id": len(known) + at, "content": token} for at, token in enumerate(added)],
    }
    (folder / "tokenizer.json").write_text(json.dumps(content))
    return folder


def write_ctranslate2(folder: Path) -> Path:
    folder.mkdir()
    names = tokens()
    arrays = weights(len(names))
    out: dict[str, np.ndarray] = {}

    def norm(theirs: str, ours: str) -> None:
        out[f"{theirs}/gamma"], out[f"{theirs}/beta"] = arrays[f"{ours}.weight"], arrays[f"{ours}.bias"]

    def joined(theirs: str, ours: str, *parts: str) -> None:
        none = np.zeros(SIZE, np.float32)
        out[f"{theirs}/weight"] = np.concatenate([arrays[f"{ours}.{part}.weight"] for part in parts])
        out[f"{theirs}/bias"] = np.concatenate([arrays.get(f"{ours}.{part}.bias", none) for part in parts])

    for side in ("encoder", "decoder"):
        block = f"{side}.blocks.0"
        norm(f"{side}/layer_0/self_attention/layer_norm", f"{block}.attn_ln")
        joined(f"{side}/layer_0/self_attention/linear_0", f"{block}.attn", "query", "key", "value")
        joined(f"{side}/layer_0/self_attention/linear_1", f"{block}.attn", "out")
        norm(f"{side}/layer_0/ffn/layer_norm", f"{block}.mlp_ln")
        joined(f"{side}/layer_0/ffn/linear_0", block, "mlp.0")
        joined(f"{side}/layer_0/ffn/linear_1", block, "mlp.2")
    norm("decoder/layer_0/attention/layer_norm", "decoder.blocks.0.cross_attn_ln")
    joined("decoder/layer_0/attention/linear_0", "decoder.blocks.0.cross_attn", "query")
    joined("decoder/layer_0/attention/linear_1", "decoder.blocks.0.cross_attn", "key", "value")
    joined("decoder/layer_0/attention/linear_2", "decoder.blocks.0.cross_attn", "out")
    norm("encoder/layer_norm", "encoder.ln_post")
    norm("decoder/layer_norm", "decoder.ln")
    for part in ("conv1", "conv2"):
        joined(f"encoder/{part}", "encoder", part)
    out["decoder/embeddings/weight"] = arrays["decoder.token_embedding.weight"]
    out["decoder/position_encodings/encodings"] = arrays["decoder.positional_embedding"]
    out["decoder/num_heads"] = np.array(1, np.int16)

    def text(value: str) -> bytes:
        return struct.pack("<H", len(value) + 1) + value.encode() + b"\0"

    content = struct.pack("<I", 6) + text("WhisperSpec") + struct.pack("<II", 3, len(out))
    for name, array in out.items():
        half = array.astype("<f2") if array.dtype.kind == "f" else array
        content += text(name) + struct.pack("<B", half.ndim) + struct.pack(f"<{half.ndim}I", *half.shape)
        content += struct.pack("<BI", 4 if half.dtype.kind == "f" else 2, half.nbytes) + half.tobytes()
    (folder / "model.bin").write_bytes(content + struct.pack("<I", 0))
    (folder / "vocabulary.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
    return folder
