"""Any sample rate to the one rate inside, block by block."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..timing import SAMPLE_RATE

Floats32 = NDArray[np.float32]


class Resampler:
    """Mono float32 at any rate to 16 kHz in [-1, 1]; whole and in blocks of any size give the same samples.

    The filter's delay is taken out: output sample i lies at i / 16000 s of the input, and n input samples
    give round(n * 16000 / rate) of them.
    """

    def __init__(self, sample_rate: int) -> None:
        self._stream = None
        if sample_rate != SAMPLE_RATE:
            import soxr

            self._stream = soxr.ResampleStream(sample_rate, SAMPLE_RATE, 1, dtype="float32", quality="HQ")

    def push(self, samples: Floats32, last: bool = False) -> Floats32:
        """The output that these samples complete; with ``last``, all the rest."""
        if self._stream is not None:
            samples = self._stream.resample_chunk(np.ascontiguousarray(samples, dtype=np.float32), last=last)
        # A filter overshoots at steep edges, and float files may be over full scale by themselves.
        clipped: Floats32 = np.clip(samples, -1.0, 1.0).astype(np.float32, copy=False)
        return clipped
