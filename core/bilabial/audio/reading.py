"""Any sound file to 16 kHz mono float32 in [-1, 1], block by block.

libsndfile reads what it knows (wav in every width, flac, ogg, opus, mp3, aiff, ...), ffmpeg's libraries
through PyAV the rest (m4a, mp4, mov, webm, ...). Both are imported only here and only when a file is read,
since inside Blender neither exists. Every fault of a file is a SoundError: one sentence that names the file
and the remedy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import SoundError
from ..limits import check_duration
from ..phrases import Phrase
from ..timing import SAMPLE_RATE
from .decoders import MAY_MISS, Source, cut_short, empty, open_source
from .resampling import Resampler

Floats32 = NDArray[np.float32]

LOWEST_RATE, HIGHEST_RATE = 4_000, 768_000  # Hz; speech below the first cannot be told apart
LOUDEST = 100.0  # full scale is 1; a float file far beyond it holds integers by mistake


@dataclass(frozen=True, slots=True)
class SoundInfo:
    """What a file holds, as the file says."""

    duration: float  # seconds
    sample_rate: int  # Hz
    channels: int
    sha256: str
    doubt: str = ""  # why the file may not be whole, where nothing proves it


def probe(path: str | Path) -> SoundInfo:
    """Length, rate, channels and hash without decoding more than needed."""
    file = Path(path)
    with open_sound(file) as source:
        duration = source.duration()
        if duration <= 0:
            raise empty(file)
        return SoundInfo(duration, source.sample_rate, source.channels, sound_hash(file), source.doubt)


def sound_hash(path: str | Path) -> str:
    """sha256 of the file's bytes: what a take remembers its sound by."""
    try:
        with Path(path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        raise _missing(path) from None
    except OSError as error:
        raise SoundError(Phrase("{0} cannot be read: {1}", path, error.strerror or error)) from error


def read(path: str | Path) -> Floats32:
    """The whole sound as 16 kHz mono in [-1, 1]."""
    return np.concatenate(list(read_blocks(path)))


def read_blocks(path: str | Path, seconds: float = 30.0) -> Iterator[Floats32]:
    """The sound in blocks of ``seconds`` (the last one shorter), never more than a block or two in memory."""
    file = Path(path)
    size = max(1, round(seconds * SAMPLE_RATE))
    waiting: list[Floats32] = []
    held = 0
    for piece in _resampled(file):
        waiting.append(piece)
        held += len(piece)
        if held >= size:
            joined = np.concatenate(waiting)
            whole = held - held % size
            yield from joined[:whole].reshape(-1, size)
            waiting, held = [joined[whole:]], held - whole
    if held:
        yield np.concatenate(waiting)


def source_blocks(path: str | Path) -> Iterator[tuple[int, Floats32]]:
    """(rate in Hz, (samples, channels)) as the file holds them: resampling would round off a flat top."""
    with open_sound(Path(path)) as source:
        for block in source.blocks():
            yield source.sample_rate, block


def _resampled(file: Path) -> Iterator[Floats32]:
    with open_sound(file) as source:
        resampler = Resampler(source.sample_rate)
        count = 0
        for block in source.blocks():
            _check_samples(block, count / source.sample_rate, source.sample_rate, file)
            count += len(block)
            check_duration(count / source.sample_rate, str(file), SoundError)
            yield resampler.push(block.mean(axis=1, dtype=np.float32))
        seconds = count / source.sample_rate
        if source.promised is not None and seconds < source.promised - MAY_MISS:
            raise cut_short(file, seconds, source.promised)
        if count == 0:
            raise empty(file)
        yield resampler.push(np.zeros(0, np.float32), last=True)


def _check_samples(block: Floats32, start: float, rate: int, file: Path) -> None:
    # One pass each: NaN and infinity both spread through min and max.
    low, high = float(block.min(initial=0.0)), float(block.max(initial=0.0))
    if not (np.isfinite(low) and np.isfinite(high)):
        first = int(np.argmin(np.isfinite(block).all(axis=1)))
        raise SoundError(
            Phrase(
                "{0} has samples that are no numbers (NaN or infinite) at {1:.3f} s: "
                "render or export it again",
                file,
                start + first / rate,
            )
        )
    if max(high, -low) > LOUDEST:
        raise SoundError(
            Phrase("{0} reaches {1:.4g} where full scale is 1: export it again as PCM", file, max(high, -low))
        )


@contextmanager
def open_sound(file: Path) -> Iterator[Source]:
    """An open file at its own rate and channels; every fault of it is one sentence."""
    if not file.exists():
        raise _missing(file)
    if file.is_dir():
        raise SoundError(Phrase("{0} is a folder: name a sound file in it", file))
    if not file.is_file():
        raise SoundError(Phrase("{0} is no plain file: save the sound to a file first", file))
    if not _is_text(str(file)):
        raise SoundError(Phrase("the name {0!a} is not text in UTF-8: give the file another name", str(file)))
    try:
        with file.open("rb") as stream:
            if not stream.read(1):
                raise SoundError(Phrase("{0} is empty (0 bytes): export or copy it again", file))
            stream.seek(0)
            source = open_source(file, stream)
            if not LOWEST_RATE <= source.sample_rate <= HIGHEST_RATE:
                raise SoundError(
                    Phrase(
                        "{0} has a sample rate of {1} Hz where speech needs {2} to {3}: export it again, "
                        "at 48000 Hz for instance",
                        file,
                        source.sample_rate,
                        LOWEST_RATE,
                        HIGHEST_RATE,
                    )
                )
            try:
                yield source
            finally:
                source.close()
    except OSError as error:
        raise SoundError(Phrase("{0} cannot be read: {1}", file, error.strerror or error)) from error


def _missing(file: str | Path) -> SoundError:
    return SoundError(Phrase("there is no file {0}: check the name", file))


def _is_text(name: str) -> bool:
    """False for bytes that stand in a file's name without being UTF-8: no take could name such a file."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
