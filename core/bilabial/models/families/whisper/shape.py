"""The sizes of a Whisper that writes words, as its card gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ....errors import ModelError


@dataclass(frozen=True, slots=True)
class WhisperShape:
    """What the arrays of the encoder and of the decoder must measure."""

    bands: int  # of the log-mel spectrogram
    size: int  # channels
    heads: int
    hearing_blocks: int  # of the encoder
    writing_blocks: int  # of the decoder
    hearing_rows: int  # rows of 20 ms that the encoder reads at once
    writing_rows: int  # tokens that the decoder reads at most
    tokens: int  # in the vocabulary
    multilingual: bool

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> WhisperShape:
        """From a card's settings. Raises ModelError."""
        names = list(cls.__dataclass_fields__)
        try:
            sizes = {name: int(config[name]) for name in names[:-1]}
            shape = cls(**sizes, multilingual=bool(config["multilingual"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(
                f"the card's network settings are incomplete ({error}): add the model again"
            ) from error
        if min(sizes.values()) < 1 or shape.size % shape.heads or shape.size % 2:
            raise ModelError("the card's network settings are impossible: add the model again")
        return shape
