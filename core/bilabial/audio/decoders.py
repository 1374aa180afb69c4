"""The two libraries that decode sound files, behind one face: libsndfile first, ffmpeg's for the rest.

Both are imported only when a file is read, since inside Blender neither exists.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import SoundError
from .integrity import Finding, examine

Floats32 = NDArray[np.float32]

MAY_MISS = 0.1  # seconds that may be missing from what a header promises before the file counts as damaged
_PADDING = 0.15  # seconds that an mp3 encoder adds at both ends and a decoder may take off again
_READ = 1 << 20  # samples over all channels decoded at once: 4 MB however many channels there are
# libsndfile knows the exact length of these beforehand; of others (mp3 without an index) it may only guess.
_EXACT = {"WAV", "WAVEX", "FLAC", "AIFF", "AU", "CAF", "W64", "RF64"}


class Source(Protocol):
    """An open file, whichever library reads it."""

    sample_rate: int
    channels: int
    promised: float | None  # seconds that the header promises; None where it only guesses
    doubt: str  # what cannot be proven: a sentence's end, such as "it may be cut"

    def duration(self) -> float:
        """Seconds of sound, by counting where the header says nothing."""

    def blocks(self) -> Iterator[Floats32]:
        """(samples, channels) float32 blocks at the file's own rate."""

    def close(self) -> None:
        """Let go of the file."""


def open_source(file: Path, stream: BinaryIO) -> Source:
    """Whichever library knows the format of this open file. Raises SoundError when none does."""
    return _open_sndfile(file, stream) or _open_av(file, stream)


# --- libsndfile ---


class _SndFile:
    def __init__(self, file: Path, handle: Any, promised: float | None, doubt: str) -> None:
        self._file = file
        self.doubt = doubt
        self._handle = handle
        self.sample_rate: int = handle.samplerate
        self.channels: int = handle.channels
        self.promised = promised

    def duration(self) -> float:
        if self.promised is not None and self._seconds() < self.promised - MAY_MISS:
            raise cut_short(self._file, self._seconds(), self.promised)
        return self._seconds()

    def _seconds(self) -> float:
        return float(self._handle.frames / self.sample_rate)

    def blocks(self) -> Iterator[Floats32]:
        import soundfile

        rows = max(1, _READ // self.channels)
        while True:
            try:
                block: Floats32 = self._handle.read(rows, dtype="float32", always_2d=True)
            except soundfile.SoundFileError as error:
                raise _damaged(self._file, error) from error
            if not len(block):
                return
            yield block

    def close(self) -> None:
        self._handle.close()


def _open_sndfile(file: Path, stream: BinaryIO) -> _SndFile | None:
    """None when libsndfile does not know the format (or is not there): PyAV has its turn then."""
    try:
        import soundfile
    except (ImportError, OSError):
        return None
    if file.suffix.lower() == ".raw":
        return None  # soundfile would ask for the format of headerless samples
    try:
        handle = soundfile.SoundFile(str(file))
    except soundfile.SoundFileError:
        return None
    found = examine(stream)
    if found.damaged_at is not None:
        handle.close()
        raise damaged_at(file, found.damaged_at)
    promised = found.seconds
    if promised is not None:
        promised -= _PADDING
    if handle.format in _EXACT:
        promised = handle.frames / max(1, handle.samplerate)
        if found.share < 1:  # libsndfile shortens its count to what is there
            promised /= max(found.share, 1e-9)
    return _SndFile(file, handle, promised, found.doubt)


# --- ffmpeg through PyAV ---


class _AvFile:
    doubt = ""

    def __init__(self, file: Path, container: Any, stream: Any, found: Finding) -> None:
        self._file = file
        self._found = found
        self._container = container
        self._stream = stream
        self.sample_rate: int = stream.codec_context.sample_rate
        self.channels: int = stream.codec_context.channels
        self.promised = self._promised()

    def _promised(self) -> float | None:
        """Only containers with an index know; of a bare stream ffmpeg guesses by the bit rate."""
        if self._stream.duration and "mp4" in self._container.format.name.split(","):
            return float(self._stream.duration * self._stream.time_base)
        if self._found.share < 1 and "matroska" in self._container.format.name and self._container.duration:
            return float(self._container.duration) / 1e6
        # An mp3 that counts its frames, and of which too little is there for libsndfile to know it.
        return None if self._found.seconds is None else self._found.seconds - _PADDING

    def duration(self) -> float:
        if self.promised is not None:
            return self.promised
        return sum(len(block) for block in self.blocks()) / self.sample_rate

    def blocks(self) -> Iterator[Floats32]:
        import av

        try:
            for frame in self._container.decode(self._stream):
                if frame.sample_rate != self.sample_rate:
                    raise SoundError(
                        f"{self._file} changes its rate from {self.sample_rate} to {frame.sample_rate} Hz "
                        "on the way: export it again at one rate"
                    )
                yield _frame_samples(frame)
        except av.error.FFmpegError as error:
            raise _damaged(self._file, error) from error

    def close(self) -> None:
        self._container.close()


def _open_av(file: Path, stream: BinaryIO) -> _AvFile:
    try:
        import av
    except ImportError as error:
        raise SoundError(
            f"{file} cannot be read without the packages soundfile and av: install them with pip"
        ) from error
    told = examine(stream)
    stream.seek(0)
    try:
        # An open stream and no protocols: a playlist in disguise reaches no other file and no host.
        container = av.open(
            stream, mode="r", options={"protocol_whitelist": "none"}, metadata_errors="ignore"
        )
    except (av.error.FFmpegError, ValueError) as error:
        raise SoundError(
            f"{file} is no sound file that can be read, or a damaged one: export it again as wav or flac"
        ) from error
    tracks = [track for track in container.streams.audio if track.codec_context is not None]
    if not tracks:
        container.close()
        raise SoundError(f"{file} has no sound in it (no audio stream): name a file that has")
    if not tracks[0].codec_context.sample_rate or not tracks[0].codec_context.channels:
        container.close()
        raise SoundError(f"{file} does not say its sample rate and channels, so it is damaged: copy it again")
    found = _AvFile(file, container, tracks[0], told)
    if told.share < 1 and found.promised is None:
        container.close()
        raise SoundError(f"{file} is cut short: {told.share:.0%} of its samples are there; copy it again")
    return found


def _frame_samples(frame: Any) -> Floats32:
    """One decoded frame as (samples, channels) float32."""
    array: NDArray[Any] = frame.to_ndarray()
    channels = len(frame.layout.channels)
    array = array.T if frame.format.is_planar else array.reshape(-1, channels)
    if array.dtype.kind == "f":
        return np.asarray(array, dtype=np.float32)
    if array.dtype.kind == "u":
        return np.asarray(array / np.float32(128) - np.float32(1), dtype=np.float32)
    return np.asarray(array / np.float32(1 << (8 * array.dtype.itemsize - 1)), dtype=np.float32)


# --- messages used in several places ---


def empty(file: Path) -> SoundError:
    return SoundError(f"{file} holds no samples: export it again")


def cut_short(file: Path, seconds: float, promised: float) -> SoundError:
    return SoundError(
        f"{file} is cut short: {seconds:.2f} s of its {promised:.2f} s are there; copy it again"
    )


def damaged_at(file: Path, seconds: float) -> SoundError:
    return SoundError(f"{file} is damaged from {seconds:.2f} s on: copy or export it again")


def _damaged(file: Path, error: Exception) -> SoundError:
    return SoundError(f"{file} is damaged ({error}): export or copy it again")
