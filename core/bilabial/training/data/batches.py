"""What a network trains on: features of every clip at several speeds, kept on disk, and batches of crops
from them.

The log mel energies and spectral centroids are kept (float16); MFCC follow from them. Speeds are made by
resampling, which moves tempo, pitch and formants together, as a shorter or longer vocal tract would.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...audio.features import features
from ...audio.logmel import BANDS, log_mel
from ...errors import BilabialError
from ...models.families.phonenet.network import LOG_FLOOR, MELS, centroid_bands, compact
from ...phonemes.inventory import UNKNOWN, fill, spans
from ...phonemes.track import PhoneTrack
from ...timing import SAMPLE_RATE
from .cache import Recipe, Shard, kept_rows
from .sets import Clip, Problems, check_length

log = logging.getLogger(__name__)

Floats32 = NDArray[np.float32]
SPEEDS = (0.8, 0.9, 1.0, 1.1, 1.22)


def full(rows: Floats32) -> Floats32:
    """(..., 52) -> (..., 65): MFCC rebuilt, centroids back in Hz. The log energy is that of all bands
    together.
    """
    middle, half = centroid_bands()
    mel = rows[..., :MELS].astype(np.float32)
    k, n = np.arange(13), np.arange(MELS)[:, None]
    basis = (
        np.sqrt(2.0 / MELS) * np.cos(np.pi * k * (2 * n + 1) / (2 * MELS)) * (1 + 11 * np.sin(np.pi * k / 22))
    )
    cepstra = mel @ basis.astype(np.float32)
    cepstra[..., 0] = np.log(np.exp(mel).sum(axis=-1))
    return np.concatenate([cepstra, mel, rows[..., MELS:] * half + middle], axis=-1).astype(np.float32)


def as_heard(rows: Floats32, hears: str) -> Floats32:
    """What is kept of a sound -> what its network listens to."""
    return full(rows) if hears == "features-65" else rows


@dataclass(frozen=True, slots=True)
class _Kept:
    """What of a sound is kept on disk for networks of one hearing."""

    mark: str  # in the file's name
    columns: int
    rows: Callable[[Floats32], Floats32]
    rules: tuple[str, ...]  # the code that makes them


_COMPACT_RULES = ("audio/features", "models/families/phonenet/network", "timing")
_KEPT: Mapping[str, _Kept] = {
    "features-65": _Kept("", 2 * MELS, lambda samples: compact(features(samples)), _COMPACT_RULES),
    "log-mel-80": _Kept("-mel", BANDS, log_mel, ("audio/logmel", "timing")),
}


@dataclass(slots=True)
class Corpus:
    """Clips with their features at every speed and, by clip name, their phones."""

    clips: dict[str, Clip]
    shards: dict[tuple[str, float], Shard]
    phones: dict[str, PhoneTrack] = field(default_factory=dict)
    _spans: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    def compact_rows(self, name: str, speed: float = 1.0) -> NDArray[np.float16]:
        """(rows, 52) of a clip, or (rows, 80) of log mel, as the corpus was built."""
        shard = self.shards[(name.split("/")[0], speed)]
        start, end = shard.spans[name]
        return shard.rows[start:end]

    def targets(self, name: str, speed: float = 1.0) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Groups and sounds of each row of a clip; UNKNOWN where nobody labelled it."""
        if name not in self.phones:
            nothing = np.full(len(self.compact_rows(name, speed)), UNKNOWN, np.int64)
            return nothing, nothing
        if name not in self._spans:
            self._spans[name] = spans(self.phones[name])
        return fill(self._spans[name], len(self.compact_rows(name, speed)), 100.0 / speed)


def build_corpus(
    sets: Mapping[str, Sequence[Clip]],
    cache: Path,
    problems: Problems,
    speeds: Sequence[float] = SPEEDS,
    progress: Callable[[str], None] = log.info,
    hears: str = "features-65",
) -> Corpus:
    """Features of all sets, computed where the cache does not hold them yet. Dev clips are kept at speed 1
    only.
    """
    clips: dict[str, Clip] = {}
    shards: dict[tuple[str, float], Shard] = {}
    for name, members in sets.items():
        for speed in speeds:
            wanted = [clip for clip in members if clip.split == "train" or speed == 1.0]
            shard = _shard(name, wanted, speed, cache, problems, progress, hears)
            shards[(name, speed)] = shard
            if speed == 1.0:
                clips.update({clip.name: clip for clip in wanted if clip.name in shard.spans})
    corpus = Corpus(clips, shards)
    for clip in list(clips.values()):
        start, end = shards[(clip.name.split("/")[0], 1.0)].spans[clip.name]
        if clip.phones is not None and check_length(clip, (end - start) / 100, problems):
            corpus.phones[clip.name] = clip.phones
    return corpus


def _shard(
    name: str,
    clips: Sequence[Clip],
    speed: float,
    cache: Path,
    problems: Problems,
    progress: Callable[[str], None],
    hears: str,
) -> Shard:
    kept = _KEPT[hears]
    recipe = Recipe(
        f"{name}{kept.mark}-{round(speed * 100)}",
        kept.columns,
        kept.rules,
        lambda clip: kept.rows(read_clip(clip, speed)),
        "cannot be read",
    )
    told = f"computing features of {name} at speed {speed:g}"
    return kept_rows(recipe, clips, cache, problems, lambda: progress(told))


def read_clip(clip: Clip, speed: float = 1.0) -> Floats32:
    """The clip's samples, mono 16 kHz, played ``speed`` times as fast."""
    import soundfile
    import soxr

    samples, rate = soundfile.read(clip.path, dtype="float32", always_2d=True)
    mono = samples.mean(axis=1)
    if len(mono) < rate // 10:
        raise BilabialError(f"it lasts only {len(mono) / rate:.2f} s")
    if rate * speed != SAMPLE_RATE:
        mono = soxr.resample(mono, rate * speed, SAMPLE_RATE, quality="HQ")
    return np.ascontiguousarray(mono, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class SamplerOptions:
    """How crops are drawn."""

    rows: int = 400  # of a crop: 4 s
    batch: int = 32
    speaker_power: float = (
        0.5  # a speaker with n hours is drawn n ** power often: below 1 the short voices count more
    )
    set_weights: Mapping[str, float] = field(
        default_factory=dict
    )  # on top of that, by set name; 1 where not named
    unlabelled: bool = False  # clips without labels too, for tasks with other targets


class Sampler:
    """Endless batches of crops, the same for the same seed and step whatever ran before."""

    def __init__(self, corpus: Corpus, options: SamplerOptions, seed: int, split: str = "train") -> None:
        self.corpus = corpus
        self.options = options
        self.seed = seed
        by_speaker: dict[str, list[str]] = {}
        for name, clip in corpus.clips.items():
            if clip.split == split and (options.unlabelled or name in corpus.phones):
                by_speaker.setdefault(clip.speaker, []).append(name)
        if not by_speaker:
            raise BilabialError("no labelled clip is left to train on: check the sets and their split column")
        self.speakers = list(by_speaker.values())
        lengths = [np.array([len(corpus.compact_rows(name)) for name in names]) for names in self.speakers]
        self.within = [one / one.sum() for one in lengths]
        weights = np.array(
            [
                one.sum() ** options.speaker_power * options.set_weights.get(names[0].split("/")[0], 1.0)
                for one, names in zip(lengths, self.speakers, strict=True)
            ]
        )
        self.weights = weights / weights.sum()
        self._targets: dict[tuple[str, float], tuple[NDArray[np.int64], NDArray[np.int64]]] = {}
        self.speeds = sorted({speed for _, speed in corpus.shards})

    def batch(self, step: int) -> dict[str, Any]:
        """{"rows": (batch, rows, 52) float32, "groups": (batch, rows), "sounds": (batch, rows), "names":
        [...], "crops": [(index in the batch, first row there, clip, speed, first row in the clip, rows),
        ...]}
        """
        random = np.random.default_rng((self.seed, step))
        count, length = self.options.batch, self.options.rows
        rows = np.zeros((count, length, 2 * MELS), dtype=np.float32)
        rows[..., :MELS] = LOG_FLOOR
        groups = np.full((count, length), UNKNOWN, dtype=np.int64)
        sounds = np.full((count, length), UNKNOWN, dtype=np.int64)
        names = []
        crops = []  # where each stretch came from, for tasks with further targets
        for index, speaker in enumerate(random.choice(len(self.speakers), size=count, p=self.weights)):
            at = 0
            for attempt in range(3):  # short clips are put one behind the other
                name = self.speakers[speaker][
                    random.choice(len(self.within[speaker]), p=self.within[speaker])
                ]
                speed = float(random.choice(self.speeds))
                clip = self.corpus.compact_rows(name, speed)
                by_group, by_sound = self._of(name, speed)
                take = min(length - at, len(clip))
                start = int(random.integers(0, len(clip) - take + 1))
                rows[index, at : at + take] = clip[start : start + take]
                groups[index, at : at + take] = by_group[start : start + take]
                sounds[index, at : at + take] = by_sound[start : start + take]
                crops.append((index, at, name, speed, start, take))
                if attempt == 0:
                    names.append(name)
                at += take
                if at >= length - 20:
                    break
        return {"rows": rows, "groups": groups, "sounds": sounds, "names": names, "crops": crops}

    def _of(self, name: str, speed: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        key = (name, speed)
        if key not in self._targets:
            self._targets[key] = self.corpus.targets(name, speed)
        return self._targets[key]


def hold_out(
    sets: Mapping[str, Sequence[Clip]], share: float = 0.06, most_clips: int = 40
) -> dict[str, list[Clip]]:
    """The sets with some training speakers moved to the split "tune", for thresholds and decoding.

    They are chosen by their names, so every run keeps the same ones, and only among speakers with few
    clips: of the others there are too few to spare any.
    """
    counts = Counter(clip.speaker for clips in sets.values() for clip in clips)

    def spared(clip: Clip) -> bool:
        digest = hashlib.sha256(clip.speaker.encode()).digest()
        return (
            clip.split == "train"
            and counts[clip.speaker] <= most_clips
            and clip.language == "en"
            and int.from_bytes(digest[:4], "big") / 2**32 < share
        )

    return {
        name: [replace(clip, split="tune") if spared(clip) else clip for clip in clips]
        for name, clips in sets.items()
    }


def split_anew(sets: Mapping[str, Sequence[Clip]], held_out: Sequence[str]) -> dict[str, list[Clip]]:
    """The sets with these (SET, or SET/SPEAKER) in the split "dev"; the rest of such a set is trained on."""
    named = [entry.partition("/")[::2] for entry in held_out]
    speakers = {name: {clip.speaker for clip in clips} for name, clips in sets.items()}
    for name, speaker in named:
        if name not in sets or (speaker and speaker not in speakers[name]):
            raise BilabialError(
                f"there is no {name}{'/' + speaker if speaker else ''} to hold out: "
                "name a set of the run, or a set and one of its speakers"
            )

    def split(name: str, clip: Clip) -> str:
        mine = [speaker for one, speaker in named if one == name]
        if not mine:
            return clip.split
        return "dev" if "" in mine or clip.speaker in mine else "train"

    return {name: [replace(clip, split=split(name, clip)) for clip in clips] for name, clips in sets.items()}
