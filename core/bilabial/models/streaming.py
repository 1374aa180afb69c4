"""A live session: sound in blocks of any size, predictions back as soon as they are final."""

from __future__ import annotations

import numpy as np

from ..audio.hearings import HEARINGS
from ..errors import ModelError
from .contract import Network
from .prediction import Floats32, Prediction


class LiveSession:
    """Feeds one clip to a network as its sound arrives.

    The row of moment t comes out with the block that holds the end of the last window it looks at: ``lag``
    rows plus half a window (12.5 ms) after t. For VisemeNet's 11 rows that is 122.5 ms.
    """

    def __init__(self, network: Network) -> None:
        if network.lag is None:
            raise ModelError("this network needs the whole clip: choose another model for live use")
        self._network = network
        self._lag = network.lag
        self._state = network.initial_state()
        self._features = HEARINGS[network.hears].stream()
        self._last_row: Floats32 | None = None
        self._finished = False

    def push(self, samples: Floats32) -> Prediction:
        """16 kHz mono samples to the rows that they make final, possibly none."""
        if self._finished:
            raise ModelError("this live session is finished: open a new one for the next sound")
        return self._step(self._features.push(np.asarray(samples, dtype=np.float32)))

    def finish(self) -> Prediction:
        """The rest of the rows; as many have come out then as the sound has."""
        self._finished = True
        rest = self._features.finish()
        last = rest[-1:] if len(rest) else self._last_row
        if last is not None:  # nothing was ever pushed otherwise
            rest = np.concatenate([rest, np.repeat(last, self._lag, axis=0)])
        return self._step(rest)

    def _step(self, rows: Floats32) -> Prediction:
        if len(rows):
            self._last_row = rows[-1:].copy()
        prediction, self._state = self._network.step(rows, self._state)
        return prediction
