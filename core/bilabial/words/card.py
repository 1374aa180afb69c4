"""The card of a words model: what it hears, which languages it writes, whose it is, how its files hash."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from ..atomic import write_atomically
from ..errors import ModelError
from ..json_text import parse_json

SCHEMA: Final = "bilabial/words-card/1"
CARD, WEIGHTS, VOCABULARY = "card.json", "weights.safetensors", "vocabulary.txt"
HEARS: Final = "log-mel"
SAYS: Final = "words"


@dataclass(frozen=True, slots=True)
class WordsCard:
    """card.json of a folder that writes words."""

    name: str
    version: str
    summary: str  # one sentence for lists of models
    config: Mapping[str, Any]  # see models/families/whisper/shape.py
    languages: tuple[str, ...]  # codes
    hashes: Mapping[str, str]  # file name to sha256
    licence: str
    credit: str  # whose work it is
    family: str = "whisper"
    hears: str = HEARS
    says: str = SAYS
    scores: Mapping[str, Any] = field(default_factory=dict)
    notes: str = ""

    def code_of(self, language: str) -> str | None:
        """The language as the model has it; None for one that it cannot write."""
        code = language.lower().split("-")[0]
        return code if code in self.languages else None

    def check_language(self, language: str) -> str:
        """The code as the model has it. Raises ModelError for one that it cannot write."""
        code = self.code_of(language)
        if code is None:
            shown = ", ".join(self.languages[:8]) + (", ..." if len(self.languages) > 8 else "")
            raise ModelError(
                f"the words model {self.name!r} writes {shown} and not {language!r}: give the text, or "
                "install a model of more languages with `bilabial models add FOLDER`"
            )
        return code

    def save(self, folder: Path) -> None:
        content = {"schema": SCHEMA} | asdict(self)
        write_atomically(folder / CARD, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def is_words_folder(folder: Path) -> bool:
    """Whether the folder holds a card of this kind, sound or not."""
    try:
        content = parse_json((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and str(content.get("schema", "")).startswith("bilabial/words-card/")


def read_words_card(folder: Path) -> WordsCard:
    """The folder's card. Raises ModelError."""
    path = folder / CARD
    if not is_words_folder(folder):
        raise ModelError(
            f"{folder} holds no words model: name the folder of one, or make it with `bilabial models add`"
        )
    content = parse_json(path.read_text(encoding="utf-8"))
    if content.pop("schema") != SCHEMA:
        raise ModelError(f"{path} was written by a newer Bilabial: update Bilabial to use this model")
    expected: dict[str, type] = {
        "name": str, "version": str, "summary": str, "config": dict, "languages": list, "hashes": dict,
        "licence": str, "credit": str, "family": str, "hears": str, "says": str, "scores": dict, "notes": str,
    }  # fmt: skip
    for key, kind in expected.items():
        if not isinstance(content.get(key), kind):
            raise ModelError(f"{path} has no proper {key!r}: add the model again")
    if unknown := sorted(set(content) - set(expected)):
        raise ModelError(f"{path} has the unknown field {unknown[0]!r}: update Bilabial, or mend the card")
    if (content["family"], content["hears"], content["says"]) != ("whisper", HEARS, SAYS):
        raise ModelError(
            f"{path} is of the family {content['family']!r}, which this Bilabial lacks: update it"
        )
    return WordsCard(**content | {"languages": tuple(str(code) for code in content["languages"])})
