"""Any Whisper checkpoint, tiny to small, to a words model's folder: int8 weights, vocabulary, card."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from ..errors import BilabialError, FormatError, ModelError
from ..json_text import parse_json
from ..models.card import file_hash
from ..models.families.whisper.blocks import SCALE, quantised
from ..models.families.whisper.checkpoints import Arrays, read_checkpoint
from ..models.families.whisper.decoder import Decoder
from ..models.families.whisper.encoder import Encoder
from ..models.families.whisper.shape import WhisperShape
from ..models.families.whisper.tokens import TIME_STEP, TIMES, Vocabulary
from ..models.safetensors import read_tensors, write_tensors
from .card import VOCABULARY, WEIGHTS, WordsCard
from .store import check_fit

LARGEST: Final = 768  # channels of Whisper small; larger ones would take minutes for a sentence in numpy
HEAD: Final = 64  # channels of a head, in every Whisper
_MULTILINGUAL: Final = 51_865  # tokens of the smallest vocabulary of many languages
_LICENCE, _CREDIT = "MIT", "OpenAI, Whisper (Radford et al. 2022)"


def add_words_model(source: Path, target: Path, name: str | None = None) -> WordsCard:
    """Make the folder ``target`` of a words model from a checkpoint's folder; whole, or not at all."""
    if not source.is_dir():
        raise ModelError(f"{source} is no folder: name the folder of a Whisper checkpoint")
    if target.exists():
        raise ModelError(f"{target} is there already: name another folder, or remove it")
    if not target.parent.is_dir():
        raise ModelError(f"cannot write {target}: make the folder {target.parent} first")
    try:
        arrays = read_checkpoint(source)
    except (FormatError, OSError) as error:
        raise ModelError(str(error)) from error
    vocabulary = find_vocabulary(source, len(arrays["decoder.embedding.weight"]))
    shape = shape_of(arrays)
    check_fit(vocabulary, shape)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".words-") as temporary:
        folder = Path(temporary) / "model"
        folder.mkdir()
        write_tensors(folder / WEIGHTS, compact(arrays))
        _check_runs(folder / WEIGHTS, shape)
        (folder / VOCABULARY).write_text(vocabulary.text(), encoding="utf-8", newline="\n")
        card = _card(name or target.name, shape, vocabulary, folder)
        card.save(folder)
        shutil.move(folder, target)
    return card


def shape_of(arrays: Mapping[str, Any]) -> WhisperShape:
    """The sizes that the arrays have. Raises ModelError for what no Whisper has."""
    conv = arrays["encoder.conv1.weight"]
    positions = arrays.get("decoder.positions")
    if conv.ndim != 3 or positions is None or positions.ndim != 2:
        raise ModelError("the checkpoint's arrays are not those of a Whisper: name another folder")
    size, bands = int(conv.shape[0]), int(conv.shape[1])
    if size > LARGEST or bands != 80:
        raise ModelError(
            f"this Whisper has {size} channels and {bands} bands, more than numpy can run in reasonable "
            "time: take tiny, base or small"
        )
    tokens = len(arrays["decoder.embedding.weight"])
    return WhisperShape(
        bands=bands, size=size, heads=max(1, size // HEAD), hearing_blocks=_blocks(arrays, "encoder"),
        writing_blocks=_blocks(arrays, "decoder"), hearing_rows=1500, writing_rows=len(positions),
        tokens=tokens, multilingual=tokens >= _MULTILINGUAL,
    )  # fmt: skip


def compact(arrays: Arrays) -> Arrays:
    """Matrices as int8 with a scale an output, the rest as fp16."""
    out: Arrays = {}
    for name, stored in arrays.items():
        if stored.dtype.kind != "f" or not np.isfinite(stored).all():
            raise ModelError(f"the checkpoint's array {name!r} holds no proper numbers: fetch it again")
        if stored.ndim > 1 and name != "decoder.positions":
            out[name], out[name + SCALE] = quantised(stored)
        else:
            out[name] = stored.astype(np.float16)
    return out


def find_vocabulary(folder: Path, tokens: int) -> Vocabulary:
    """The vocabulary that lies beside a checkpoint, in any of the forms in use."""
    for file, read in (
        ("tokenizer.json", _of_tokenizer), ("vocab.json", _of_vocab), ("vocabulary.json", _of_list),
        ("vocabulary.txt", _of_lines),
    ):  # fmt: skip
        path = folder / file
        if path.is_file():
            try:
                found = read(path)
            except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
                raise ModelError(f"the vocabulary {path} cannot be read ({error}): fetch it again") from error
            return Vocabulary(tuple(_with_times(found, tokens)), str(path))
    raise ModelError(
        f"{folder} holds no vocabulary (tokenizer.json, vocab.json, vocabulary.json or vocabulary.txt): "
        "put the one that came with the model beside it"
    )


def _of_tokenizer(path: Path) -> list[str]:
    content = parse_json(path.read_text(encoding="utf-8"))
    numbers = dict(content["model"]["vocab"])
    numbers |= {entry["content"]: entry["id"] for entry in content.get("added_tokens", [])}
    return _in_order(numbers)


def _of_vocab(path: Path) -> list[str]:
    numbers = dict(parse_json(path.read_text(encoding="utf-8")))
    added = path.with_name("added_tokens.json")
    if added.is_file():
        numbers |= parse_json(added.read_text(encoding="utf-8"))
    return _in_order(numbers)


def _of_list(path: Path) -> list[str]:
    return [str(token) for token in parse_json(path.read_text(encoding="utf-8"))]


def _of_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")


def _in_order(numbers: dict[str, int]) -> list[str]:
    tokens = sorted(numbers, key=numbers.__getitem__)
    if [numbers[token] for token in tokens] != list(range(len(tokens))):
        raise ValueError("its numbers have gaps")
    return tokens


def _with_times(tokens: list[str], wanted: int) -> list[str]:
    """Some vocabularies leave out the times, which are always the last."""
    if len(tokens) + TIMES == wanted and not re.fullmatch(r"<\|\d+\.\d\d\|>", tokens[-1]):
        tokens = tokens + [f"<|{index * TIME_STEP:.2f}|>" for index in range(TIMES)]
    return tokens


def _blocks(arrays: Mapping[str, Any], part: str) -> int:
    numbers = {int(found[1]) for name in arrays if (found := re.match(rf"{part}\.blocks\.(\d+)\.", name))}
    if numbers != set(range(len(numbers))) or not numbers:
        raise ModelError(f"the checkpoint's {part} lacks a block: fetch the checkpoint again")
    return len(numbers)


def _check_runs(path: Path, shape: WhisperShape) -> None:
    """Every array that will be asked for is there, in its size."""
    weights = read_tensors(path)
    Encoder.load(weights, shape)
    Decoder.load(weights, shape)


def _card(name: str, shape: WhisperShape, vocabulary: Vocabulary, folder: Path) -> WordsCard:
    if not re.fullmatch(r"[\w.-]+", name):
        raise BilabialError(f"{name!r} cannot name a model: use letters, digits, points and dashes")
    languages = tuple(vocabulary.languages) if shape.multilingual else ("en",)
    what = f"{len(languages)} languages" if shape.multilingual else "English"
    return WordsCard(
        name=name,
        version="1.0",
        summary=f"Writes down what is said in {what}; a Whisper of {shape.size} channels, int8.",
        config={name: getattr(shape, name) for name in WhisperShape.__dataclass_fields__},
        languages=languages,
        hashes={file: file_hash(folder / file) for file in (WEIGHTS, VOCABULARY)},
        licence=_LICENCE,
        credit=_CREDIT,
    )
