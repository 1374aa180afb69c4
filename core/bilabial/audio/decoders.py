"""The two libraries that decode sound files, behind one face: libsndfile first, ffmpeg's for the rest.

Both are imported only when a file is read, since inside Blender neither exists.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import SoundError

Floats32 = NDArray[np.float32]

MAY_MISS = 0.1  # seconds that may be missing from what a header promises before the file counts as damaged
_READ = 1 << 20  # samples over all channels decoded at once: 4 MB however many channels there are
_UNKNOWN_SIZES = (
    0,
    0x7FFFF000,
    0x7FFFFFFF,
    0xFFFFF000,
    0xFFFFFFFF,
)  # what writers to a pipe put for "no idea"
# libsndfile knows the exact length of these beforehand; of others (mp3 without an index) it may only guess.
_EXACT = {"WAV", "WAVEX", "FLAC", "AIFF", "AU", "CAF", "W64", "RF64"}


class Source(Protocol):
    """An open file, whichever library reads it."""

    sample_rate: int
    channels: int
    promised: float | None  # seconds that the header promises; None where it only guesses

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
    def __init__(self, file: Path, handle: Any, promised: float | None) -> None:
        self._file = file
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
    promised = None
    if handle.format in _EXACT:
        promised = handle.frames / max(1, handle.samplerate)
    if handle.format in ("WAV", "WAVEX"):
        # libsndfile shortens its count to what is there, so the promise is read from the header itself.
        share = _wav_data_present(stream)
        if share < 1:
            promised = handle.frames / max(1, handle.samplerate) / max(share, 1e-9)
    return _SndFile(file, handle, promised)


def _wav_data_present(stream: BinaryIO) -> float:
    """Share of a wav's promised samples that is in the file: 1 when all are, or nothing was promised."""
    stream.seek(0, 2)
    end = stream.tell()
    stream.seek(0)
    riff = stream.read(12)
    order = ">" if riff[:4] == b"RIFX" else "<"
    while len(head := stream.read(8)) == 8:
        name, size = struct.unpack(f"{order}4sI", head)
        if name == b"data":
            present = end - stream.tell()
            return 1.0 if size in _UNKNOWN_SIZES or present >= size else present / size
        stream.seek(size + size % 2, 1)
    return 1.0


# --- ffmpeg through PyAV ---


class _AvFile:
    def __init__(self, file: Path, container: Any, stream: Any) -> None:
        self._file = file
        self._container = container
        self._stream = stream
        self.sample_rate: int = stream.codec_context.sample_rate
        self.channels: int = stream.codec_context.channels
        self.promised = self._promised()

    def _promised(self) -> float | None:
        """Only containers with an index know; of a bare stream ffmpeg guesses by the bit rate."""
        if self._stream.duration and "mp4" in self._container.format.name.split(","):
            return float(self._stream.duration * self._stream.time_base)
        return None

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
    return _AvFile(file, container, tracks[0])


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


def _damaged(file: Path, error: Exception) -> SoundError:
    return SoundError(f"{file} is damaged ({error}): export or copy it again")
