"""Words models: those installed, and one loaded."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from .. import resources
from ..errors import BilabialError, FormatError, ModelError
from ..models.asked import Asked
from ..models.card import file_hash
from ..models.families.whisper.decoder import Decoder
from ..models.families.whisper.encoder import Encoder
from ..models.families.whisper.shape import WhisperShape
from ..models.families.whisper.tokens import Vocabulary
from ..models.safetensors import read_tensors
from .card import CARD, VOCABULARY, WEIGHTS, WordsCard, is_words_folder, read_words_card

DEFAULT_WORDS_MODEL: Final = "words-1"
VARIABLE: Final = "BILABIAL_WORDS_MODEL"


@dataclass(frozen=True, slots=True, eq=False)
class WordsModel:
    """A loaded words model. Nothing that it does changes it."""

    card: WordsCard
    shape: WhisperShape
    encoder: Encoder
    decoder: Decoder
    vocabulary: Vocabulary
    folder: Path

    @property
    def files(self) -> list[Path]:
        """Everything that was read to load it."""
        return [self.folder / name for name in (CARD, WEIGHTS, VOCABULARY)]


def available_words_models() -> list[str]:
    """Names of the words models that came with this installation."""
    try:
        home = resources.folder("trained_models")
    except BilabialError:
        return []
    return sorted(path.parent.name for path in home.glob(f"*/{CARD}") if is_words_folder(path.parent))


def default_words_model() -> str | None:
    """The words model that is used where none is named; None where there is none.

    The environment's BILABIAL_WORDS_MODEL names another (its name or folder), or ``none``.
    """
    if chosen := os.environ.get(VARIABLE):
        return None if chosen == "none" else chosen
    names = available_words_models()
    return DEFAULT_WORDS_MODEL if DEFAULT_WORDS_MODEL in names else (names[0] if names else None)


def chosen_words_model(name_or_folder: str | None) -> WordsModel:
    """The named words model, or the one that is used where none is named. Raises ModelError."""
    name = name_or_folder or default_words_model()
    if name is None:
        raise ModelError(
            "no words model is installed: name the folder of one, or make one with "
            "`bilabial models add FOLDER`"
        )
    return cached_words_model(name)


@lru_cache(maxsize=1)
def cached_words_model(name: str) -> WordsModel:
    """A model loaded once a process: a batch asks for it with every line."""
    return load_words_model(name)


def load_words_model(name_or_folder: str | Path) -> WordsModel:
    """A shipped words model by its name, or any by its folder. Raises ModelError for every mismatch."""
    folder = _find(name_or_folder)
    card = read_words_card(folder)
    for file in (WEIGHTS, VOCABULARY):
        _check_hash(folder, card, file)
    shape = WhisperShape.of(card.config)
    vocabulary = Vocabulary.read(folder / VOCABULARY)
    check_fit(vocabulary, shape)
    try:
        weights = read_tensors(folder / WEIGHTS)
    except FormatError as error:
        raise ModelError(str(error)) from error
    asked = Asked(weights)
    encoder, decoder = Encoder.load(asked, shape), Decoder.load(asked, shape)
    asked.refuse_idle(folder / CARD)
    return WordsModel(card, shape, encoder, decoder, vocabulary, folder)


@lru_cache(maxsize=16)
def words_files(name_or_folder: str | None) -> tuple[Path, ...]:
    """Where the files of a words model lie, by name or folder; of None those of every installed one."""
    names = [name_or_folder] if name_or_folder else available_words_models()
    return tuple(_find(name) / file for name in names for file in (CARD, WEIGHTS, VOCABULARY))


def words_card(name_or_folder: str | Path) -> WordsCard:
    """A words model's card without its weights."""
    return read_words_card(_find(name_or_folder))


def check_fit(vocabulary: Vocabulary, shape: WhisperShape) -> None:
    """Refuse a vocabulary of another model."""
    if len(vocabulary.tokens) != shape.tokens:
        raise ModelError(
            f"{vocabulary.name} has {len(vocabulary.tokens)} tokens where the model has {shape.tokens}: "
            "put the vocabulary that came with the model beside it"
        )


def _check_hash(folder: Path, card: WordsCard, name: str) -> None:
    path = folder / name
    if not path.is_file():
        raise ModelError(f"the words model {card.name!r} lacks its file {path}: add or fetch it again")
    if card.hashes.get(name) != file_hash(path):
        raise ModelError(
            f"{path} is not the file that its card was written for (sha256 differs): add or fetch it again"
        )


def _find(name_or_folder: str | Path) -> Path:
    folder = Path(name_or_folder)
    if (folder / CARD).is_file() or folder.is_dir():
        return folder  # the card says what is missing
    name = str(name_or_folder)
    known = available_words_models()
    if name in known:
        return resources.folder("trained_models") / name
    choice = f"use {' or '.join(known)}, or" if known else "give"
    raise ModelError(f"there is no words model {name!r}: {choice} the path of a model's folder")
