"""The network's settings, as its card gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ....errors import BilabialError, ModelError
from ....vocabulary import find

BINS: Final = 128
COLUMNS: Final = 32  # of the spectrogram that a frame is told from
KERNELS: Final = (5, 3, 3, 3, 3)  # along frequency; each halves it
TIME_LAYERS: Final = 3  # each halves time
STEP: Final = 2**TIME_LAYERS  # columns from a frame to the next
# A convolution at a window's start sees the columns before it instead of zeros, so that frames share their
# work: 7 columns, 21 ms, more than 32.
AROUND: Final = COLUMNS + (STEP - 1) - STEP
HEAD: Final = ("yaw", "pitch", "roll")
CELLS: Final = ("gru", "lstm", "static")


@dataclass(frozen=True, slots=True)
class PhamShape:
    filters: tuple[int, ...] = (32, 64, 128, 256, 512)  # of the convolutions along frequency, as printed
    time_filters: int = 512
    cell: str = "gru"
    units: int = 256  # of the recurrent layer; the static one has 1,024
    head: bool = True  # tells the head's turn too, as in 2017
    vocabulary: str = "facewarehouse-46"

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> PhamShape:
        """From a card. Raises ModelError."""
        try:
            shape = cls(
                tuple(int(count) for count in config["filters"]), int(config["time_filters"]),
                str(config["cell"]), int(config["units"]), bool(config["head"]), str(config["vocabulary"]),
            )  # fmt: skip
            find(shape.vocabulary)
        except (KeyError, TypeError, ValueError, BilabialError) as error:
            raise ModelError(
                f"the card's network settings are incomplete ({error}): export the model again"
            ) from error
        sizes = (*shape.filters, shape.time_filters, shape.units)
        if len(shape.filters) != len(KERNELS) or not 1 <= min(sizes) <= max(sizes) <= 8192:
            raise ModelError("the card's network settings are impossible: export the model again")
        if shape.cell not in CELLS:
            raise ModelError(f"the card's network has no layer {shape.cell!r}: export the model again")
        return shape

    @property
    def channels(self) -> int:
        return len(find(self.vocabulary).names)

    @property
    def flat(self) -> int:
        """Numbers that a frame's last convolutions make: 4 moments of 4 bands."""
        return self.time_filters * (COLUMNS // STEP) * (BINS >> len(KERNELS))
