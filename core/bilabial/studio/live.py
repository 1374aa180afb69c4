"""A live session in a thread: sound in, the newest row of controls out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from ..audio.live_sources import microphone
from ..models.store import Model, default_live_model, load_model
from ..refusals import sentence
from ..solve.live import LiveFace

Floats32 = NDArray[np.float32]


class LiveSession:
    """``source`` gives blocks of 16 kHz mono samples; None: the microphone."""

    def __init__(
        self,
        source: Callable[[], Iterable[Floats32]] | None = None,
        model: Callable[[], Model] = lambda: load_model(default_live_model()),
    ) -> None:
        self._source = source or (lambda: microphone(None))
        self._model = model
        self._row: Floats32 | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)
        self.fault = ""  # a sentence, once it has failed
        self.rows = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def join(self, seconds: float) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def row(self) -> Floats32 | None:
        """The newest 31 controls; None before the first."""
        return self._row

    def _run(self) -> None:
        try:
            face = LiveFace(self._model())
            for block in self._source():
                if self._stop.is_set():
                    return
                rows = face.push(block)
                if len(rows):
                    self._row = rows[-1]
                    self.rows += len(rows)
        except Exception as error:  # a microphone that is unplugged must not end the Studio
            self.fault = sentence(error)
