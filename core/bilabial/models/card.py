"""A model's card: what it is, what it was trained on, what it scored, and how its files must hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..atomic import write_atomically
from ..audio.hearings import HEARINGS
from ..controls import GROUPS, SHAPES
from ..errors import ModelError
from ..json_text import read_json
from ..timing import FRAME_RATE
from .contract import OUTPUTS, TRACK

SCHEMA = "bilabial/model-card/2"
_SCHEMA_1 = "bilabial/model-card/1"
CARD, WEIGHTS, GOLDEN = "card.json", "weights.safetensors", "golden.safetensors"


@dataclass(frozen=True, slots=True)
class DataCredit:
    """One set that the model learned from."""

    name: str
    licence: str
    credit: str
    hours: float | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """card.json as an object."""

    name: str
    version: str
    architecture: str  # one of contract.families()
    config: Mapping[str, Any]  # the architecture's own settings
    summary: str  # one sentence for lists of models
    trained: bool  # False only for the random folders that tests make
    hashes: Mapping[str, str]  # file name to sha256
    golden_tolerance: float = 1e-3  # largest allowed difference from the golden output
    licence: str = "GPL-3.0-or-later"
    teacher: str = ""  # where the curves that it learned came from
    thresholds: tuple[float, ...] | None = (
        None  # activation threshold of each of SHAPES; None without activations
    )
    data: tuple[DataCredit, ...] = ()
    scores: Mapping[str, Any] = field(default_factory=dict)
    notes: str = ""
    groups: tuple[str, ...] = GROUPS
    shapes: tuple[str, ...] = SHAPES
    hears: Mapping[str, Any] = field(default_factory=lambda: HEARINGS["features-65"].as_dict())
    says: tuple[str, ...] = ("groups",)  # of contract.OUTPUTS, and contract.TRACK with a vocabulary's name
    rate: int = FRAME_RATE  # rows a second that it says
    look_ahead_s: float | None = None  # how much sound after a row it needs; None: the whole clip

    @property
    def says_tracks(self) -> bool:
        """Whether it moves channels of its own, beyond what phones and the 31 controls say."""
        return any(output.startswith(TRACK) for output in self.says)

    @property
    def says_groups(self) -> bool:
        """Whether it hears phones. One that does not moves a face beside another one that does."""
        return "groups" in self.says

    def save(self, folder: Path) -> None:
        content = {"schema": SCHEMA} | asdict(self)
        write_atomically(folder / CARD, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def read_card(folder: Path) -> Card:
    """The folder's card, checked against what this version can run. Raises ModelError."""
    path = folder / CARD
    if not path.is_file():
        raise ModelError(f"{folder} holds no {CARD}: name the folder of a model, or one of `bilabial models`")
    content = read_json(path, "fetch the model again", ModelError)
    if not isinstance(content, dict) or not str(content.get("schema", "")).startswith("bilabial/model-card/"):
        raise ModelError(f"{path} is not a model card: fetch the model again")
    schema = content.pop("schema")
    if schema == _SCHEMA_1:
        content = _upgraded(content)
    elif schema != SCHEMA:
        raise ModelError(f"{path} was written by a newer Bilabial: update Bilabial to use this model")
    card = _parse(content, path)
    _check_fit(card, path)
    return card


def check_hash(folder: Path, card: Card, name: str) -> None:
    """Refuse a file that is not the one the card was written for."""
    path = folder / name
    wanted = card.hashes.get(name)
    if wanted is None:
        raise ModelError(
            f"the card of model {card.name!r} gives no sha256 for {name}: export the model again"
        )
    if not path.is_file():
        raise ModelError(f"model {card.name!r} lacks its file {path}: fetch the model again")
    if file_hash(path) != wanted:
        raise ModelError(
            f"{path} is not the file that its card was written for (sha256 differs): fetch it again"
        )


def file_hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _parse(content: dict[str, Any], path: Path) -> Card:
    expected: dict[str, type | tuple[type, ...]] = {
        "name": str, "version": str, "architecture": str, "config": dict, "summary": str, "trained": bool,
        "hashes": dict, "golden_tolerance": (int, float), "licence": str, "teacher": str,
        "thresholds": (list, type(None)), "data": list, "scores": dict, "notes": str, "groups": list,
        "shapes": list, "hears": dict, "says": list,
        "rate": int, "look_ahead_s": (int, float, type(None)),
    }  # fmt: skip
    for key, kind in expected.items():
        if not isinstance(content.get(key), kind):
            raise ModelError(f"{path} has no proper {key!r}: fetch the model again")
    unknown = sorted(set(content) - set(expected))
    if unknown:
        raise ModelError(f"{path} has the unknown field {unknown[0]!r}: update Bilabial, or mend the card")
    try:
        content["data"] = tuple(DataCredit(**entry) for entry in content["data"])
    except TypeError as error:
        raise ModelError(
            f"{path} credits a data set without name, licence and credit: mend the card"
        ) from error
    for key in ("groups", "shapes", "says", "thresholds"):
        content[key] = None if content.get(key) is None else tuple(content[key])
    return Card(**content)


def _upgraded(content: dict[str, Any]) -> dict[str, Any]:
    """A card of the first schema, which knew one way of hearing and two families, in today's words."""
    content = dict(content)
    config = content["config"] if isinstance(content.get("config"), dict) else {}
    heard = content.pop("features", None)
    if isinstance(heard, dict):
        content["hears"] = {"kind": "features-65", **heard}
    if content.get("architecture") == "visemenet":
        landmarks = ["landmarks"] if config.get("landmarks") else []
        says, look_ahead = ["groups", *landmarks, "activations", "values", "field"], config.get("after")
    else:
        says, look_ahead = ["groups", "sounds"], config.get("look_ahead")
    seconds = look_ahead / FRAME_RATE if isinstance(look_ahead, int) else None
    return {**content, "says": says, "rate": FRAME_RATE, "look_ahead_s": seconds}


def _check_fit(card: Card, path: Path) -> None:
    if card.groups != GROUPS or card.shapes != SHAPES:
        raise ModelError(
            f"{path} orders its groups or shapes otherwise than this version: use a model made for it"
        )
    kind = card.hears.get("kind")
    if not isinstance(kind, str) or kind not in HEARINGS:
        raise ModelError(
            f"{path} hears {kind!r}, which this version does not compute (it has {', '.join(HEARINGS)}): "
            "update Bilabial"
        )
    for key, value in HEARINGS[kind].as_dict().items():
        if card.hears.get(key) != value:
            raise ModelError(
                f"{path} asks for {kind} with {key} = {card.hears.get(key)!r} where this version "
                f"computes {value!r}: use a model made for it"
            )
    if card.rate != FRAME_RATE:
        raise ModelError(f"{path} says {card.rate} rows a second: this version takes {FRAME_RATE}")
    for output in card.says:
        if output not in OUTPUTS and not (isinstance(output, str) and output.startswith(TRACK)):
            raise ModelError(f"{path} says {output!r}, which this version does not know: update Bilabial")
    if card.thresholds is not None and (
        len(card.thresholds) != len(SHAPES)
        or not all(isinstance(value, int | float) and 0 <= value <= 1 for value in card.thresholds)
    ):
        raise ModelError(
            f"{path} needs one threshold from 0 to 1 for each of the {len(SHAPES)} shapes: mend the card"
        )
