"""Clips as they sound after a codec or at another pitch: new sets made from old ones.

What augment.py does to features costs nothing and is new at every crop; these two have to happen to samples,
so they are done once, by ffmpeg, and kept as a set of their own with the labels of the old one.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import correlate

from ...errors import BilabialError
from ...timing import SAMPLE_RATE
from ..data.batches import read_clip
from ..data.sets import Clip, Problems
from ..data.writing import SetWriter

log = logging.getLogger(__name__)

Floats32 = NDArray[np.float32]

_LARGEST_LAG = 0.15  # s that a codec may come late
_ENVELOPE = 16  # samples a step of the envelopes whose lag is sought: 1 ms


@dataclass(frozen=True, slots=True)
class Codec:
    """ffmpeg's encoder and the file it is kept in."""

    name: str
    suffix: str
    arguments: tuple[str, ...]


CODECS = (
    Codec("mp3-24", ".mp3", ("-c:a", "libmp3lame", "-b:a", "24k")),
    Codec("mp3-40", ".mp3", ("-c:a", "libmp3lame", "-b:a", "40k")),
    Codec("opus-9", ".opus", ("-c:a", "libopus", "-b:a", "9k", "-application", "voip")),
    Codec("opus-16", ".opus", ("-c:a", "libopus", "-b:a", "16k")),
    Codec("vorbis", ".ogg", ("-c:a", "libvorbis", "-q:a", "-1")),
    Codec("gsm", ".wav", ("-ar", "8000", "-c:a", "libgsm_ms")),
    Codec("mulaw", ".wav", ("-ar", "8000", "-c:a", "pcm_mulaw")),
    Codec("adpcm", ".wav", ("-c:a", "adpcm_ima_wav")),
)
PITCHES = (-5.0, 6.0)  # semitones; the formants stay where they are


def write_worn(folder: Path, clips: Sequence[Clip], share: float, seed: int, problems: Problems) -> None:
    """A set of that share of the labelled training clips, each through a codec, at another pitch, or both."""
    random = np.random.default_rng(seed)
    with SetWriter(folder) as out:
        for clip in clips:
            drawn = random.random(4)  # always as many, so that one clip does not change the next
            if clip.split != "train" or clip.phones is None or drawn[0] >= share:
                continue
            codec = CODECS[int(drawn[1] * len(CODECS))] if drawn[2] < 0.65 else None
            pitch = 0.0
            if codec is None or drawn[2] < 0.25:
                pitch = PITCHES[0] + drawn[3] * (PITCHES[1] - PITCHES[0])
            try:
                samples = worn(read_clip(clip), codec, pitch)
            except (BilabialError, OSError, RuntimeError) as error:
                problems.add(clip.name, f"cannot be worn ({error})")
                continue
            phones = [(phone.start, phone.end, phone.label) for phone in clip.phones]
            out.add(
                clip.name.split("/")[-1], samples, phones, speaker=clip.speaker, language=clip.language,
                note=" ".join(filter(None, (codec.name if codec else "", f"{pitch:+.1f}" if pitch else ""))),
                text=clip.text,
            )  # fmt: skip


def worn(samples: Floats32, codec: Codec | None, semitones: float = 0.0) -> Floats32:
    """The same sound, as long as before and in step with it, through ffmpeg."""
    import soundfile

    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise BilabialError("ffmpeg is not installed: install it to make codecs and pitches")
    quiet = [ffmpeg, "-nostdin", "-v", "error", "-y"]
    with tempfile.TemporaryDirectory() as place:
        here = Path(place) / "in.wav"
        soundfile.write(here, samples, SAMPLE_RATE)
        steps: list[list[str]] = []
        if semitones:
            shift = f"rubberband=pitch={2 ** (semitones / 12):.5f}:formant=preserved"
            steps.append(["-af", shift, "shifted.wav"])
        if codec is not None:
            steps.append([*codec.arguments, f"coded{codec.suffix}"])
        steps.append(["-ar", str(SAMPLE_RATE), "-ac", "1", "-c:a", "pcm_s16le", "out.wav"])
        for step in steps:
            target = Path(place) / step[-1]
            try:
                subprocess.run(
                    [*quiet, "-i", str(here), *step[:-1], str(target)],
                    check=True, capture_output=True, timeout=120,
                )  # fmt: skip
            except subprocess.SubprocessError as error:
                raise BilabialError(f"ffmpeg failed on {' '.join(step)} ({error})") from error
            here = target
        heard, _ = soundfile.read(here, dtype="float32")
    return _in_step(samples, heard)


def _in_step(before: Floats32, after: Floats32) -> Floats32:
    """``after`` without the delay that a codec's first frame or a pitch shifter's window adds."""
    reach = int(_LARGEST_LAG * SAMPLE_RATE / _ENVELOPE)
    one, other = _envelope(before), _envelope(after)
    scores = correlate(other, one, mode="full")
    middle = len(one) - 1
    near = scores[max(0, middle - reach) : middle + reach + 1]
    lag = (int(np.argmax(near)) - min(reach, middle)) * _ENVELOPE
    moved = after[lag:] if lag > 0 else np.concatenate([np.zeros(-lag, np.float32), after])
    moved = moved[: len(before)]
    return np.concatenate([moved, np.zeros(len(before) - len(moved), np.float32)]).astype(np.float32)


def _envelope(samples: Floats32) -> Floats32:
    whole = samples[: len(samples) // _ENVELOPE * _ENVELOPE].reshape(-1, _ENVELOPE)
    level = np.log(np.sqrt(np.mean(np.square(whole, dtype=np.float64), axis=1)) + 1e-3)
    return np.asarray(level - level.mean(), np.float32)
