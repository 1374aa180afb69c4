"""Frames and sound into a film file: the one writer of films."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..audio.decoders import Source
from ..audio.reading import open_sound
from ..errors import BilabialError
from ..phrases import Phrase

Picture = NDArray[np.uint8]

# By suffix: container, the picture's codec, its pixels without and with transparency, the sound's codec.
_KINDS = {
    ".mp4": ("mp4", "libx264", "yuv420p", None, "aac"),
    ".mov": ("mov", "libx264", "yuv420p", None, "aac"),
    ".mkv": ("matroska", "libx264", "yuv420p", None, "aac"),
    ".webm": ("webm", "libvpx-vp9", "yuv420p", "yuva420p", "libopus"),
}
_OPTIONS = {
    "libx264": {"crf": "17", "preset": "veryfast"},
    "libvpx-vp9": {"crf": "24", "b": "0", "deadline": "realtime", "cpu-used": "6", "row-mt": "1"},
}
_SOUND_RATE = 48_000  # Hz: AAC and Opus both know it
SUFFIXES = tuple(_KINDS)


class FilmError(BilabialError):
    """A film that cannot be written so."""


def check_name(path: Path) -> None:
    if path.suffix.lower() not in _KINDS:
        raise FilmError(f"{path.name} has no suffix of a film: use {', '.join(SUFFIXES)}")


def keeps_transparency(path: Path) -> bool:
    return _KINDS[path.suffix.lower()][3] is not None


class Film:
    """A film being written, a context. ``size``: even width and height; ``fps`` frames a second; ``clear``:
    with transparency, where the kind of file has it; ``note`` is kept in the file.
    """

    def __init__(
        self, path: Path, suffix: str, size: tuple[int, int], fps: Fraction, sound: Path | None,
        clear: bool = False, note: str = "",
    ) -> None:  # fmt: skip
        try:
            import av
        except ImportError:
            raise FilmError(
                Phrase("PyAV is not installed, so there is no film: run `pip install av`")
            ) from None
        form, codec, opaque, transparent, voice = _KINDS[suffix.lower()]
        self._fps = fps
        self._clear = clear and transparent is not None
        flags = {"movflags": "+faststart"} if form in ("mp4", "mov") else {}
        self._container: Any = av.open(str(path), "w", format=form, options=flags)
        if note:
            self._container.metadata.update({"comment": note, "description": note, "synopsis": note})
        self._picture: Any = self._container.add_stream(codec, rate=fps, options=_OPTIONS[codec])
        self._picture.width, self._picture.height = size
        self._picture.pix_fmt = transparent if self._clear else opaque
        self._picture.codec_context.time_base = 1 / fps
        self._voice = None if sound is None else _Voice(self._container, voice, sound)
        self._count = 0

    def __enter__(self) -> Film:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            if self._voice is not None:
                self._voice.close()
            self._container.close()

    def add(self, picture: Picture) -> None:
        """One more frame, RGB or RGBA."""
        import av

        shown = picture if self._clear else np.ascontiguousarray(picture[..., :3])
        frame = av.VideoFrame.from_ndarray(shown, format="rgba" if self._clear else "rgb24")
        frame.pts, frame.time_base = self._count, 1 / self._fps
        self._container.mux(self._picture.encode(frame))
        self._count += 1
        if self._voice is not None:
            self._voice.up_to(float(self._count / self._fps))

    def _finish(self) -> None:
        self._container.mux(self._picture.encode(None))
        if self._voice is not None:
            self._voice.up_to(float(self._count / self._fps), last=True)


class _Voice:
    """The sound, encoded along with the frames so that the file plays from its start."""

    def __init__(self, container: Any, codec: str, sound: Path) -> None:
        import av

        self._container = container
        self._opened = open_sound(sound)
        self._source: Source = self._opened.__enter__()
        self._blocks: Iterator[NDArray[np.float32]] = iter(self._source.blocks())
        self._channels = 1 if self._source.channels == 1 else 2
        layout = "mono" if self._channels == 1 else "stereo"
        self._stream: Any = container.add_stream(codec, rate=_SOUND_RATE, layout=layout)
        form = self._stream.codec_context.format.name
        self._resampler = av.AudioResampler(format=form, layout=layout, rate=_SOUND_RATE)
        self._layout = layout
        self._given = 0  # samples at the sound's own rate
        self._waiting: NDArray[np.float32] = np.zeros((0, self._channels), np.float32)

    def up_to(self, seconds: float, last: bool = False) -> None:
        """Encode what sounds before a moment; with ``last`` also what the encoder still holds."""
        wanted = round(seconds * self._source.sample_rate) - self._given
        while len(self._waiting) < wanted:
            block = next(self._blocks, None)
            if block is None:
                break
            self._waiting = np.concatenate((self._waiting, self._in_channels(block)))
        now, self._waiting = self._waiting[: max(wanted, 0)], self._waiting[max(wanted, 0) :]
        if len(now):
            self._encode(now)
        if last:
            for frame in self._resampler.resample(None):
                self._container.mux(self._stream.encode(frame))
            self._container.mux(self._stream.encode(None))

    def _in_channels(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.clip(block if block.shape[1] == 1 else block[:, :2], -1.0, 1.0)

    def _encode(self, samples: NDArray[np.float32]) -> None:
        import av

        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.reshape(1, -1)), format="flt", layout=self._layout
        )
        frame.sample_rate = self._source.sample_rate
        frame.pts, frame.time_base = self._given, Fraction(1, self._source.sample_rate)
        self._given += len(samples)
        for resampled in self._resampler.resample(frame):
            self._container.mux(self._stream.encode(resampled))

    def close(self) -> None:
        self._opened.__exit__(None, None, None)
