"""Playing: the sound's own clock where there is a device, a silent clock where there is none."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..phrases import Phrase
from .waveform import Wave, slower

SPEEDS = (0.25, 0.5, 0.75, 1.0)


class Output(Protocol):
    """Something that a sound comes out of, or that only counts the time."""

    def start(self, samples: NDArray[np.int16], rate: int) -> None:
        """Begin to play; what played before ends."""

    def stop(self) -> None: ...

    def played(self) -> float:
        """Seconds of what was started that have been heard."""

    def finished(self) -> bool: ...


class SilentOutput:
    """Time without sound."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: float | None = None
        self._length = 0.0

    def start(self, samples: NDArray[np.int16], rate: int) -> None:
        self._length = len(samples) / rate
        self._since = self._clock()

    def stop(self) -> None:
        self._since = None

    def played(self) -> float:
        return 0.0 if self._since is None else min(self._clock() - self._since, self._length)

    def finished(self) -> bool:
        return self._since is None or self._clock() - self._since >= self._length


class DeviceOutput:
    """The system's sound device, by sounddevice. Raises OSError or its own error where there is none."""

    def __init__(self) -> None:
        import sounddevice

        self._device: Any = sounddevice
        sounddevice.query_devices(kind="output")
        self._stream: Any = None
        self._lock = threading.Lock()
        self._samples = np.zeros(0, np.int16)
        self._rate = 1
        self._at = 0

    def start(self, samples: NDArray[np.int16], rate: int) -> None:
        self.stop()
        self._samples, self._rate, self._at = samples, rate, 0
        self._stream = self._device.OutputStream(
            samplerate=rate, channels=1, dtype="int16", callback=self._fill, latency="low"
        )
        self._stream.start()

    def _fill(self, out: NDArray[np.int16], frames: int, moment: Any, status: Any) -> None:
        with self._lock:
            part = self._samples[self._at : self._at + frames]
            self._at += frames
        out[: len(part), 0] = part
        out[len(part) :] = 0

    def stop(self) -> None:
        if self._stream is not None:
            self._stream.abort()
            self._stream.close()
            self._stream = None

    def played(self) -> float:
        if self._stream is None:
            return 0.0
        with self._lock:
            at = self._at
        heard = at / self._rate - float(self._stream.latency)
        return float(min(max(heard, 0.0), len(self._samples) / self._rate))

    def finished(self) -> bool:
        if self._stream is None:
            return True
        return self.played() >= len(self._samples) / self._rate - 1e-3


def best_output() -> tuple[Output, str]:
    """A device where there is one; else a silent clock and the sentence that says why."""
    try:
        return DeviceOutput(), ""
    except ImportError:
        return (
            SilentOutput(),
            Phrase("sounddevice is not installed, so lines play silently: install bilabial[studio]"),
        )
    except Exception as error:  # whatever a sound system says of itself: the Studio works without
        return SilentOutput(), Phrase("no sound device can be used ({0}), so lines play silently", error)


class Transport:
    """Where the line is, and whether it plays. ``position`` is right at any moment without being told."""

    def __init__(self, output: Output | None = None) -> None:
        self.output: Output = output or SilentOutput()
        self.duration = 0.0
        self.speed = 1.0
        self.loop: tuple[float, float] | None = None
        self._wave: Wave | None = None
        self._position = 0.0
        self._from = 0.0
        self._to = 0.0
        self.playing = False

    def open(self, duration: float, wave: Wave | None = None) -> None:
        """Another line. Its sound may come later, by ``give``."""
        self.stop()
        self.duration, self._wave, self._position, self.loop = duration, wave, 0.0, None

    def give(self, wave: Wave | None) -> None:
        self._wave = wave

    @property
    def position(self) -> float:
        if self.playing:
            return min(self._from + self.output.played() * self.speed, self._to)
        return self._position

    def seek(self, seconds: float) -> None:
        self._position = min(max(seconds, 0.0), self.duration)
        if self.playing:
            self._start()

    def step(self, frames: int, fps: float) -> None:
        """To the next frame, or back; the frame grid starts at 0."""
        self.pause()
        self.seek((round(self.position * fps) + frames) / fps)

    def play(self, start: float | None = None, end: float | None = None) -> None:
        """From where it is, or a stretch only."""
        if start is not None:
            self._position = start
        elif self.loop is not None and not self.loop[0] <= self._position < self.loop[1]:
            self._position = self.loop[0]
        elif self._position >= self.duration - 0.01:
            self._position = 0.0
        self._start(end)

    def _start(self, end: float | None = None) -> None:
        self._from = self._position
        self._to = self.loop[1] if self.loop is not None and end is None else (end or self.duration)
        self._to = min(self._to, self.duration)
        if self._to <= self._from:
            self.playing = False
            return
        self.output.start(*self._stretch())
        self.playing = True

    def _stretch(self) -> tuple[NDArray[np.int16], int]:
        if self._wave is None:
            rate = 1000
            return np.zeros(max(int((self._to - self._from) / self.speed * rate), 1), np.int16), rate
        rate = self._wave.rate
        part = self._wave.samples[int(self._from * rate) : int(self._to * rate)]
        lacking = int((self._to - self._from) * rate) - len(part)
        if lacking > 0:
            part = np.concatenate([part, np.zeros(lacking, np.int16)])
        return slower(part, rate, self.speed), rate

    def pause(self) -> None:
        if self.playing:
            self._position = self.position
            self.playing = False
            self.output.stop()

    def stop(self) -> None:
        self.pause()

    def toggle(self) -> None:
        if self.playing:
            self.pause()
        else:
            self.play()

    def set_speed(self, speed: float) -> None:
        here, was = self.position, self.playing
        self.pause()
        self.speed = speed
        self._position = here
        if was:
            self._start()

    def tick(self) -> bool:
        """Called by the host now and then: goes round a loop, ends at the end. True while it plays."""
        if self.playing and self.output.finished():
            if self.loop is not None:
                self._position = self.loop[0]
                self._start()
            else:
                self._position = self._to
                self.playing = False
                self.output.stop()
        return self.playing
