"""Speech by synthesisers, whose labels are exact: eSpeak NG in many languages and timbres, flite in English.

Written as sets like any other. Voices, rates and pitches are drawn from a seed; texts are files with a
sentence or paragraph a line, and what the training clips of other sets say.
"""

from __future__ import annotations

import logging
import re
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from ...errors import BilabialError, FormatError, PhoneError
from ...phonemes import groups
from ...timing import SAMPLE_RATE
from ..data.sets import Clip, voice_of
from ..data.writing import SetWriter
from .espeak_voices import Espeak

log = logging.getLogger(__name__)

Interval = tuple[float, float, str]

ESPEAK_TIMBRES = ("m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5")
FLITE_VOICES = ("awb", "rms", "slt", "kal16")
_STOPS = frozenset(["p", "b", "t", "d", "k", "ɡ", "tʃ", "dʒ", "c", "ɟ", "q", "ʈ", "ɖ"])
_CLOSURE = 0.09  # s: a shorter gap right before a stop is its closure
_AS_SPOKEN = {"en": "en-us"}
_SENTENCE = re.compile(r"(?<=[.!?;:。！？।])\s*")
# Mnemonics of eSpeak 1.51 that the table of its sources lacks.
_MORE = {
    "nl": {"A": "ɑ", "Wy": "œy", "8": "ʏ", "VU": "ʌʊ"},
    "pt": {"&": "ɐ", "&U~": "ɐʊ", "A": "ɑ", "&~": "ɐ", "s#": "s"},
    "sv": {"W": "œ", "E-": "ɛ", "sx": "ʃ", "8": "ɵ", "u-": "ʉ"},
    "tr": {"W": "œ", "&": "æ"},
}


def texts_in(folder: Path) -> dict[str, list[str]]:
    """Sentences by eSpeak's name of their language, which begins the file's name: ``de-udhr.txt``. English
    is spoken as in America, as the dictionary has it.
    """
    paths = {path.name.split("-")[0]: path for path in sorted(folder.glob("*-*.txt"), reverse=True)}
    if not paths:
        raise FormatError(f"{folder} holds no texts: put one there for each language, such as en-lines.txt")
    return {
        _AS_SPOKEN.get(name, name): _sentences(path.read_text(encoding="utf-8"))
        for name, path in paths.items()
    }


def texts_of(clips: Iterable[Clip]) -> dict[str, list[str]]:
    """What training clips say, by eSpeak's name of the language. Nobody else's words: a synthesiser that
    spoke what a measured speaker says would teach the answer.
    """
    found: dict[str, list[str]] = {}
    for clip in clips:
        if clip.split == "train" and clip.text:
            voice = voice_of(clip)
            found.setdefault(_AS_SPOKEN.get(voice, voice), []).extend(_sentences(clip.text))
    return found


def together(*texts: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Each language's sentences from all of these, each once."""
    found: dict[str, dict[str, None]] = {}
    for one in texts:
        for language, sentences in one.items():
            found.setdefault(language, {}).update(dict.fromkeys(sentences))
    return {language: list(sentences) for language, sentences in found.items()}


def espeak_labels(phones: Sequence[Interval], language: str) -> list[Interval]:
    """eSpeak's mnemonics as IPA; palatalisation marks and short gaps join the sound they belong to.
    PhoneError.
    """
    out: list[Interval] = []
    for start, end, label in phones:
        if label == ";" and out:
            out[-1] = (out[-1][0], end, out[-1][2])
            continue
        if label.startswith("(") or label == "!":
            continue
        ipa = _MORE.get(language, {}).get(label)
        if ipa is None:
            sound = groups.lookup(label, "espeak", language)
            ipa = "SIL" if sound.is_silence else sound.ipa.rstrip("-")
        if ipa in _STOPS and out and out[-1][2] == "SIL" and out[-1][1] - out[-1][0] < _CLOSURE:
            start = out.pop()[0]
        out.append((start, end, ipa))
    return out


def write_espeak(
    folder: Path,
    texts: Mapping[str, Sequence[str]],
    minutes: float,
    seed: int,
    split: str = "train",
    timbres: Sequence[str] = ESPEAK_TIMBRES,
) -> None:
    """So many minutes of each language of ``texts``, in these of eSpeak's voices. Languages that it does not
    speak are named and left out.
    """
    import soxr

    if unknown := sorted(set(timbres) - set(ESPEAK_TIMBRES)):
        raise BilabialError(f"eSpeak has no voice {unknown[0]!r}: use some of {', '.join(ESPEAK_TIMBRES)}")
    random = np.random.default_rng(seed)
    engine = Espeak()
    with SetWriter(folder) as out:
        for language, sentences in sorted(texts.items()):
            if not engine.speaks(language):
                log.warning("left out %s: eSpeak NG does not speak it", language)
                continue
            order = random.permutation(len(sentences))
            spoken, number = 0.0, 0
            while spoken < minutes * 60 and number < 20 * len(sentences):
                text = sentences[order[number % len(order)]]
                number += 1
                timbre = str(random.choice(timbres))
                result = engine.speak(
                    text, f"{language}+{timbre}", int(random.integers(120, 220)), int(random.integers(15,
                    85)),
                    int(random.integers(20, 90)),
                )  # fmt: skip
                try:
                    phones = espeak_labels(result.phones, language)
                except PhoneError as error:
                    log.info("left out a sentence of %s: %s", language, error)
                    continue
                samples = soxr.resample(result.samples, result.rate, SAMPLE_RATE).astype(np.float32)
                out.add(
                    f"{language}-{number:04d}", samples, phones, speaker=f"espeak-{language}-{timbre}",
                    language=language, split=split, text=text,
                )  # fmt: skip
                spoken += len(samples) / SAMPLE_RATE


def write_flite(folder: Path, english: Sequence[str], clips_of_each: int, seed: int) -> None:
    """English sentences by flite's voices at different rates and pitches; labels from its own durations."""
    import soundfile

    random = np.random.default_rng(seed)
    sentences = [one.capitalize() for one in english]
    with SetWriter(folder) as out, tempfile.TemporaryDirectory() as place:
        wave = Path(place) / "clip.wav"
        for voice in FLITE_VOICES:
            for number, index in enumerate(random.choice(len(sentences), size=clips_of_each, replace=False)):
                command = [
                    "flite", "-voice", voice, "-psdur", "--setf",
                    f"duration_stretch={random.uniform(0.75, 1.3):.3f}",
                    "--setf", f"int_f0_target_mean={random.uniform(80, 230):.0f}", "-t", sentences[index],
                    "-o", str(wave),
                ]  # fmt: skip
                try:
                    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
                except (OSError, subprocess.SubprocessError) as error:
                    raise BilabialError(f"flite failed ({error}): install the package flite") from error
                samples, rate = soundfile.read(wave, dtype="float32")
                if rate != SAMPLE_RATE:
                    raise BilabialError(f"flite's voice {voice} speaks at {rate} Hz: leave it out")
                phones = _flite_labels(done.stdout, len(samples) / rate)
                out.add(
                    f"{voice}-{number:04d}",
                    samples,
                    phones,
                    speaker=f"flite-{voice}",
                    language="en",
                    text=sentences[index],
                )


def _flite_labels(printed: str, seconds: float) -> list[Interval]:
    """ "pau:0.195 b:0.235 ..." with end times. ARPAbet has no ə of its own, flite does: ax."""
    out: list[Interval] = []
    start = 0.0
    for token in printed.split():
        label, _, time = token.rpartition(":")
        end = min(float(time), seconds)
        sound = groups.lookup(
            {"ax": "ax", "pau": "sil", "ah": "ah1", "er": "er1"}.get(label, label), "arpabet"
        )
        if end > start:
            out.append((start, end, "SIL" if sound.is_silence else sound.ipa))
        start = end
    return out


def _sentences(text: str) -> list[str]:
    """Sentences of 15 to 160 characters."""
    lines = [line.strip() for line in text.splitlines()]
    parts = [part.strip() for line in lines for part in _SENTENCE.split(line)]
    found = [part for part in parts if 15 <= len(part) <= 160 and any(c.isalpha() for c in part)]
    return found or [line[:160] for line in lines if line]
