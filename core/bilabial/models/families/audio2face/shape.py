"""The network's settings, as its card gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ....errors import BilabialError, ModelError
from ....vocabulary import find

FRAMES: Final = 64  # of a window: 2.13 s
BEFORE: Final = 32  # of them before the frame that is told, which is the next one
LAYERS: Final = 2
CLIP, WINDOW = "clip", "window"


@dataclass(frozen=True, slots=True)
class Audio2FaceShape:
    nodes: int = 128
    # Where the memories run: along the clip, once (CLIP), or anew in each frame's window (WINDOW): as
    # printed, and 64 times the work.
    memory: str = CLIP
    vocabulary: str = "faceshift-51"

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Audio2FaceShape:
        """From a card. Raises ModelError."""
        try:
            shape = cls(int(config["nodes"]), str(config["memory"]), str(config["vocabulary"]))
            find(shape.vocabulary)
        except (KeyError, TypeError, ValueError, BilabialError) as error:
            raise ModelError(
                f"the card's network settings are incomplete ({error}): export the model again"
            ) from error
        if not 1 <= shape.nodes <= 4096 or shape.memory not in (CLIP, WINDOW):
            raise ModelError("the card's network settings are impossible: export the model again")
        return shape

    @property
    def channels(self) -> int:
        return len(find(self.vocabulary).names)
