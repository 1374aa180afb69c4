"""Sound while it sounds: stdin (wav or bare samples) and the microphone, as 16 kHz mono blocks."""

from __future__ import annotations

import queue
import struct
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ..errors import BilabialError, SoundError
from ..limits import MOST_SOUND_CHANNELS

Floats32 = NDArray[np.float32]

_BLOCK = 4096  # bytes asked from a pipe at once; fewer come when fewer are there
_LONGEST_FORMAT = 1024  # bytes of a wav's own description; 40 are usual
_WAV = {(1, 16): ("<i2", 2.0**15), (1, 32): ("<i4", 2.0**31), (3, 32): ("<f4", 1.0), (3, 64): ("<f8", 1.0)}
_RAW: dict[str, tuple[np.dtype[Any], float]] = {
    "s16le": (np.dtype("<i2"), 32768.0),
    "f32le": (np.dtype("<f4"), 1.0),
}


def standard_input(
    raw: str | None, rate: int, channels: int, stream: BinaryIO | None = None
) -> Iterator[Floats32]:
    """``raw`` names the format of bare samples; without it the stream starts with a wav header."""
    if stream is None:
        if sys.stdin is None:  # the caller closed it
            raise SoundError("stdin is closed: send a wav into it, or samples with --raw")
        stream = sys.stdin.buffer
    if raw is None:
        sample, scale, rate, channels = _wav_header(stream)
    else:
        sample, scale = _RAW[raw]
    if not 1 <= channels <= MOST_SOUND_CHANNELS or not 4000 <= rate <= 768_000:
        raise SoundError(
            f"stdin has {channels} channels at {rate} Hz: give 1 to {MOST_SOUND_CHANNELS} at "
            "4000 to 768000 Hz"
        )
    from .resampling import Resampler

    resampler = Resampler(rate)
    size = sample.itemsize * channels
    kept = b""
    read = getattr(stream, "read1", stream.read)
    while data := read(_BLOCK):
        kept += data
        whole = len(kept) - len(kept) % size
        frames = np.frombuffer(kept[:whole], sample).reshape(-1, channels)
        kept = kept[whole:]
        yield resampler.push(_mono(frames, scale))
    yield resampler.push(np.zeros(0, np.float32), last=True)


def _mono(frames: NDArray[Any], scale: float) -> Floats32:
    mono = (frames.astype(np.float32) / np.float32(scale)).mean(axis=1, dtype=np.float32)
    if not np.isfinite(mono).all():
        raise SoundError("stdin has samples that are no numbers (NaN or infinite): check what sends them")
    return np.asarray(mono, np.float32)


def _wav_header(stream: BinaryIO) -> tuple[np.dtype[Any], float, int, int]:
    """Read up to the first sample. A pipe's wav often promises no or a wrong length, so none is asked for."""
    if stream.read(4) != b"RIFF" or len(stream.read(4)) != 4 or stream.read(4) != b"WAVE":
        raise SoundError("stdin is no wav: send a wav, or bare samples with --raw s16le or --raw f32le")
    found: tuple[np.dtype[Any], float, int, int] | None = None
    while len(head := stream.read(8)) == 8:
        name, size = struct.unpack("<4sI", head)
        if name == b"data":
            if found is None:
                raise SoundError("stdin's wav has no format before its samples: send it again")
            return found
        if name != b"fmt ":
            _pass_over(stream, size + size % 2)  # a chunk of notes may say that it is 4 GB long
            continue
        body = stream.read(min(size + size % 2, _LONGEST_FORMAT))
        _pass_over(stream, size + size % 2 - len(body))
        if len(body) >= 16:
            kind, channels, rate, _, _, bits = struct.unpack("<HHIIHH", body[:16])
            if kind == 0xFFFE and len(body) >= 26:  # the extensible header names the real kind further on
                kind = struct.unpack("<H", body[24:26])[0]
            if (kind, bits) not in _WAV:
                raise SoundError(f"stdin's wav has {bits}-bit samples of kind {kind}: send 16-bit or float")
            text, scale = _WAV[kind, bits]
            found = np.dtype(text), scale, rate, channels
    raise SoundError("stdin ended before any sample: check what sends it")


def _pass_over(stream: BinaryIO, count: int) -> None:
    while count > 0 and (data := stream.read(min(count, 1 << 16))):
        count -= len(data)


def microphone(device: str | None) -> Iterator[Floats32]:
    """Blocks from the sound card until the caller stops asking."""
    try:
        import sounddevice
    except (ImportError, OSError):
        raise BilabialError(
            "the microphone needs the package sounddevice and PortAudio: run `pip install 'bilabial[live]'`, "
            "or send sound to `bilabial live -`"
        ) from None
    from .resampling import Resampler

    blocks: queue.SimpleQueue[Floats32] = queue.SimpleQueue()

    def arrive(data: Any, frames: int, time: Any, status: Any) -> None:
        blocks.put(np.array(data[:, 0], np.float32))

    name: str | int | None = int(device) if device is not None and device.isdigit() else device
    try:
        stream = sounddevice.InputStream(
            device=name, channels=1, dtype="float32", latency="low", callback=arrive
        )
    except (sounddevice.PortAudioError, ValueError) as error:
        raise SoundError(
            f"no microphone can be opened ({error}): plug one in, or name one with --device"
        ) from None
    with stream:
        resampler = Resampler(int(stream.samplerate))
        while True:
            yield resampler.push(blocks.get())
