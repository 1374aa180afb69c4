# SPDX-License-Identifier: GPL-3.0-or-later
"""Which stretch of which sound file a line speaks, and its samples as 16 kHz float32.

``hear`` (main thread) turns a strip, a speaker or a file into a frozen ``Hearing``; ``decode`` (any thread)
needs nothing but that.
"""

from __future__ import annotations

import hashlib
import itertools
import wave
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import bpy
import numpy as np

from ..bilabial.errors import SoundError
from ..bilabial.timing import SAMPLE_RATE
from ..host import compat
from ..host.clock import frame_rate

if TYPE_CHECKING:
    from .line import Line

_MARGIN = 0.05  # seconds read on either side of a part, for the resampler
_SHORTEST = 0.02  # seconds that still hold one analysis window


@dataclass(frozen=True, slots=True)
class Hearing:
    """A stretch of a sound as the scene plays it."""

    file: Path
    start_frame: float  # scene frame at which the stretch begins, subframes allowed
    skip: float = 0.0  # seconds of the file before the stretch, at the file's own speed
    duration: float | None = None  # seconds of scene time; None: to the sound's end
    speed: float = 1.0  # seconds of the file that pass in one second of the scene

    @property
    def name(self) -> str:
        return self.file.name


def absolute(path: str, library: bpy.types.Library | None = None) -> Path:
    return Path(bpy.path.abspath(path, library=library)).absolute()


def hear(scene: bpy.types.Scene, line: Line) -> Hearing:
    """What the line says of its sound. Raises SoundError that names what is wrong and the remedy."""
    if line.source == "STRIP":
        hearing = _hear_strip(scene, line.strip)
    elif line.source == "SPEAKER":
        hearing = _hear_speaker(line.speaker)
    else:
        hearing = _hear_file(line.file, line.start)
    if not hearing.file.is_file():
        raise SoundError(f"the sound file {hearing.file} is missing: find it again, or choose another sound")
    return _in_range(hearing, scene, line)


def _in_range(hearing: Hearing, scene: bpy.types.Scene, line: Line) -> Hearing:
    """The part of a sound that the line's range leaves."""
    if not line.use_range:
        return hearing
    rate = frame_rate(scene)
    first = max(float(line.range_first), hearing.start_frame)
    last = float(line.range_last)
    if hearing.duration is not None:
        last = min(last, hearing.start_frame + hearing.duration * rate)
    if last <= first:
        raise SoundError(
            f"the range {line.range_first}..{line.range_last} holds nothing of {hearing.name}: move it over "
            "the sound"
        )
    later = (first - hearing.start_frame) / rate
    return replace(
        hearing,
        start_frame=first,
        skip=hearing.skip + later * hearing.speed,
        duration=(last - first) / rate,
    )


def _hear_file(path: str, start: float) -> Hearing:
    if not path:
        raise SoundError("no sound is chosen: pick a sound file, a strip of the sequencer or a speaker")
    return Hearing(absolute(path), start)


def _hear_strip(scene: bpy.types.Scene, name: str) -> Hearing:
    strips = compat.sound_strips(scene)
    if not strips:
        raise SoundError("the sequencer holds no sound strip: add one, or choose a sound file instead")
    strip = next((s for s in strips if s.name == name), None)
    if strip is None:
        wanted = f"no sound strip is called {name!r}" if name else "no sound strip is chosen"
        raise SoundError(f"{wanted}: pick one of {', '.join(s.name for s in strips[:5])}")
    if strip.mute:
        raise SoundError(f"the strip {strip.name!r} is muted: unmute it, or choose another sound")
    if strip.sound is None:
        raise SoundError(f"the strip {strip.name!r} has no sound: choose a file for it in the sequencer")
    fps = frame_rate(scene)
    first, last = compat.strip_start(strip), compat.strip_end(strip)
    if last <= first:
        raise SoundError(f"the strip {strip.name!r} has no length: drag one of its ends in the sequencer")
    keys = sorted(key.timeline_frame for key in getattr(strip, "retiming_keys", ()))
    file = absolute(strip.sound.filepath, strip.sound.library)
    if strip.sound.packed_file is not None and not file.is_file():
        raise SoundError(
            f"the sound of the strip {strip.name!r} is packed into the file: unpack it (File > External "
            "Data), "
            "or choose a sound file"
        )
    delay = strip.sound_offset if hasattr(strip, "sound_offset") else 0.0
    start = compat.content_start(strip) + delay * fps  # where the file's first sample plays
    if len(keys) < 2:
        return Hearing(file, first, (first - start) / fps, (last - first) / fps)
    before, speed = _retimed(strip, keys, first, last, file_frames(file, fps) if file.is_file() else 0.0)
    return Hearing(file, first, before / fps, (last - first) / fps, speed)


def _retimed(
    strip: bpy.types.SoundStrip, keys: list[int], first: float, last: float, source_frames: float
) -> tuple[float, float]:
    """Frames of the source before ``first`` and the speed from there on.

    Blender tells where the retiming keys stand, not how fast the sound runs between them. Where the visible
    stretch lies between two of them and the rest runs at its own speed, the source's length gives the missing
    number.
    """
    inside = [(a, b) for a, b in itertools.pairwise(keys) if a <= first and last <= b]
    if not inside:
        raise SoundError(
            f"the strip {strip.name!r} changes its speed on the way: split it there, or choose a sound file"
        )
    a, b = inside[0]
    others = (keys[-1] - keys[0]) - (b - a)
    speed = (source_frames - others) / (b - a)
    if not 0.05 < speed < 20.0:
        raise SoundError(f"the speed of the strip {strip.name!r} cannot be read: reset its retiming")
    if abs(speed - 1.0) * (b - a) < 1.0:  # whole frames cannot tell it from the file's own speed
        speed = 1.0
    return (a - keys[0]) + (first - a) * speed, speed


def file_frames(file: Path, fps: float) -> float:
    """Length of a sound file in frames."""
    rate, samples = _read(file)
    return len(samples) / rate * fps


def _hear_speaker(owner: bpy.types.Object | None) -> Hearing:
    if owner is None or owner.type != "SPEAKER":
        raise SoundError("no speaker is chosen: pick a speaker object, or choose a sound file")
    speaker = owner.data
    if speaker.sound is None:
        raise SoundError(f"the speaker {owner.name!r} has no sound: open one in its properties")
    if speaker.muted:
        raise SoundError(f"the speaker {owner.name!r} is muted: unmute it, or choose another sound")
    start = None
    for track in owner.animation_data.nla_tracks if owner.animation_data else ():
        for strip in track.strips:
            if strip.type == "SOUND" and not strip.mute and not track.mute:
                content = compat.content_start(strip)
                start = content if start is None else min(start, content)
    if start is None:
        raise SoundError(
            f"the speaker {owner.name!r} plays nothing: add a sound clip for it in the NLA editor"
        )
    return Hearing(
        absolute(speaker.sound.filepath, speaker.sound.library), start, speed=max(speaker.pitch, 0.05)
    )


# Decoding


def decode(hearing: Hearing) -> np.ndarray:
    """The stretch as float32 mono 16 kHz. Raises SoundError."""
    _, samples = _read(hearing.file, resample_to=SAMPLE_RATE / hearing.speed)
    # One second of ``samples`` is now one second of the scene, whatever the speed.
    first = round(hearing.skip / hearing.speed * SAMPLE_RATE)
    count = len(samples) - first if hearing.duration is None else round(hearing.duration * SAMPLE_RATE)
    stretch = samples[max(first, 0) : max(first + count, 0)]
    if first < 0:  # the strip begins before its sound does
        stretch = np.concatenate([np.zeros(min(-first, count), np.float32), stretch])[:count]
    if len(stretch) < _SHORTEST * SAMPLE_RATE:
        raise SoundError(
            f"nothing is left of {hearing.name} in this stretch: look at the strip's trim and offset"
        )
    if not np.isfinite(stretch).all():
        raise SoundError(f"{hearing.name} holds samples that are not numbers: export it again")
    return np.clip(stretch, -1.0, 1.0).astype(np.float32, copy=False)


def decode_part(hearing: Hearing, first: int, stop: int) -> np.ndarray:
    """Samples first..stop of what ``decode`` gives, without reading much more of the file than those."""
    rate = SAMPLE_RATE / hearing.speed  # samples of ours in a second of the file
    start = first + round(hearing.skip / hearing.speed * SAMPLE_RATE)
    read_from = max(0.0, start / rate - _MARGIN)
    _, samples = _read(hearing.file, rate, (read_from, (start + stop - first) / rate + _MARGIN))
    found = np.zeros(stop - first, np.float32)
    into = max(0, -start)  # the strip begins before its sound does
    stretch = samples[max(0, start - round(read_from * rate)) :][: max(0, stop - first - into)]
    found[into : into + len(stretch)] = np.clip(np.nan_to_num(stretch), -1.0, 1.0)
    return found


def digest(file: Path) -> str:
    """sha256 of a file, by which a take knows its sound again."""
    total = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            total.update(block)
    return total.hexdigest()


def _read(
    file: Path, resample_to: float | None = None, between: tuple[float, float] | None = None
) -> tuple[float, np.ndarray]:
    """(rate, mono float32), of the whole file or of what lies between two of its seconds."""
    try:
        import aud
    except ImportError:  # some distributions build Blender without its audio library
        rate, samples = _read_wav(file, between)
        if resample_to is not None:
            samples, rate = _resample(samples, rate, resample_to), resample_to
        return rate, samples
    try:
        rate, samples = _part_of_wav(file, between) or _read_by_aud(file, between)
        if resample_to is not None and abs(rate - resample_to) > 1e-6:
            # The resampler appends some silence of its own: cut to the sound's length.
            length = max(1, round(len(samples) * resample_to / rate))
            mono = aud.Sound.buffer(np.ascontiguousarray(samples).reshape(-1, 1), rate)
            samples, rate = mono.resample(resample_to, True).data()[:length, 0], resample_to
    except (aud.error, RuntimeError) as error:
        raise SoundError(
            f"{file.name} cannot be read as sound{_because(error)}: convert it to wav or flac"
        ) from error
    return float(rate), samples


def _read_by_aud(file: Path, between: tuple[float, float] | None) -> tuple[float, np.ndarray]:
    import aud

    sound = aud.Sound(str(file))
    if between is not None:
        sound = sound.limit(*between)
    (rate, channels), samples = sound.specs, sound.data()
    if samples.size == 0:
        raise SoundError(f"{file.name} holds no sound: choose another file")
    return rate, _mixed(samples.reshape(-1, channels))


def _part_of_wav(file: Path, between: tuple[float, float] | None) -> tuple[float, np.ndarray] | None:
    """A part of a plain 16-bit wav, to the bit as Blender decodes it, which would open and probe the file
    twice; None for all else.
    """
    if between is None or file.suffix.lower() != ".wav":
        return None
    try:
        rate, width, numbers = _numbers_of_wav(file, between)
    except SoundError:
        return None
    return (rate, _mixed((numbers >> 16).astype(np.float32) / np.float32(32767.0))) if width == 2 else None


def _mixed(samples: np.ndarray) -> np.ndarray:
    """One channel of several. Column by column: rows of two are slow to average."""
    mono = samples[:, 0]
    for channel in range(1, samples.shape[1]):
        mono = mono + samples[:, channel]
    return mono if samples.shape[1] == 1 else mono / np.float32(samples.shape[1])


def _because(error: Exception) -> str:
    """What the decoder says, which may be nothing."""
    return f" ({error})" if str(error) else ""


def _read_wav(file: Path, between: tuple[float, float] | None = None) -> tuple[float, np.ndarray]:
    rate, _, numbers = _numbers_of_wav(file, between)
    if not len(numbers):
        raise SoundError(f"{file.name} holds no sound: choose another file")
    return rate, _mixed((numbers / 2.0**31).astype(np.float32))


def _numbers_of_wav(file: Path, between: tuple[float, float] | None) -> tuple[float, int, np.ndarray]:
    """(rate, bytes a sample, samples of each channel as 32-bit numbers)."""
    try:
        with wave.open(str(file), "rb") as stream:
            width, channels, rate = stream.getsampwidth(), stream.getnchannels(), stream.getframerate()
            first, stop = (0, stream.getnframes()) if between is None else (round(s * rate) for s in between)
            stream.setpos(min(first, stream.getnframes()))
            raw = stream.readframes(stop - first)
    except (wave.Error, EOFError) as error:
        raise SoundError(
            f"{file.name} cannot be read as sound{_because(error)}: this Blender was built without its audio "
            "library, so convert it to PCM wav"
        ) from error
    data = np.frombuffer(raw, np.uint8)
    data = data[: len(data) // width * width].reshape(-1, width)
    padded = np.zeros((len(data), 4), np.uint8)
    padded[:, 4 - width :] = data
    if width == 1:
        padded[:, 3] ^= 0x80  # of one byte 128 is silence
    numbers = padded.view("<i4")[:, 0]
    return float(rate), width, numbers[: len(numbers) // channels * channels].reshape(-1, channels)


def _resample(samples: np.ndarray, rate: float, to: float) -> np.ndarray:
    """Band-limited, by the whole clip's spectrum."""
    if abs(rate - to) < 1e-6:
        return samples
    count = max(1, round(len(samples) * to / rate))
    spectrum = np.fft.rfft(samples)
    kept = np.zeros(count // 2 + 1, spectrum.dtype)
    n = min(len(kept), len(spectrum))
    kept[:n] = spectrum[:n]
    return (np.fft.irfft(kept, count) * (count / len(samples))).astype(np.float32)
