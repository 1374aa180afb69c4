"""Films of heads that nobody is, speaking sounds through this project's own takes, with expression.

Every identity speaks one short film from a moment of its own; the last identities train nothing, and speak
longer. The same seed makes the same films, byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...audio.reading import read
from ...curves.take import Take
from ...errors import BilabialError, FormatError
from ...expression.emotion.by_hand import EmotionSpan
from ...expression.face import FaceOptions, face_options
from ...expression.names import EMOTIONS
from ...models.families.portrait.shape import FRAME_RATE, HOP
from ...pipeline import GenerateOptions, generate
from ...portrait.poses import Player
from ...portrait.warp import Pose
from ...render.demo_head import DemoHead, load_head
from ...render.rasteriser import render
from ...words.finding import NONE
from ..data.sets import Problems
from ..families.portrait.clips import TEST, FaceClip, write_clip
from .identities import Identity, identity

_SUFFIXES = (".wav", ".flac", ".opus", ".ogg", ".mp3")
_MOODS = 3  # takes of each sound: without an emotion, and with two
_KEPT = 8  # takes at once: identities that speak the same sound come one after the other


@dataclass(frozen=True, slots=True)
class HeadOptions:
    """How many heads, and how long each speaks."""

    size: tuple[int, int] = (48, 64)
    heads: int = 16
    seconds: float = 3.0
    test: int = 4  # so many of the heads train nothing
    test_seconds: float = 3.0
    seed: int = 1
    frames: int | None = None  # of a training head's film, at random moments; None: all


def filmed(
    head: DemoHead, who: Identity, take: Take, moments: NDArray[np.int32], size: tuple[int, int]
) -> NDArray[np.uint8]:
    """Some frames of a take, in their order, spoken by this head; frame k shows (k + 0.5) / 25 s."""
    names = tuple(head.shapes)
    wanted = set(moments.tolist())
    player = islice(Player(take, names, FRAME_RATE), int(moments[-1]) + 1)
    return np.array([
        _frame(head, who, pose, names, size) for number, pose in enumerate(player) if number in wanted
    ])  # fmt: skip


def _frame(
    head: DemoHead, who: Identity, pose: Pose, names: tuple[str, ...], size: tuple[int, int]
) -> NDArray[np.uint8]:
    posed = who.posed(head, dict(zip(names, pose.weights.tolist(), strict=True)))
    down, yaw, roll = np.degrees(pose.turn)
    return render(
        who.mesh, head.turned(posed, float(yaw), -float(down), float(roll)), who.camera, size, oversample=2,
        lights=who.lights, background=who.background, shadows=False,
    )  # fmt: skip


class _Speakers:
    """Takes by sound and mood, the last few kept."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Path, int], tuple[Take, NDArray[np.int16]]] = {}

    def __call__(self, sound: Path, mood: int) -> tuple[Take, NDArray[np.int16]]:
        key = sound, mood
        if key not in self._kept:
            if len(self._kept) >= _KEPT:
                del self._kept[next(iter(self._kept))]
            options = GenerateOptions(words=NONE, face=_face(sound, mood))
            samples = (np.clip(read(sound), -1, 1) * 32767).astype(np.int16)
            self._kept[key] = _shifted(generate(sound, options)), samples
        return self._kept[key]


def _face(sound: Path, mood: int) -> FaceOptions:
    """The usual face, and in most moods an emotion that depends on the sound alone."""
    usual = face_options(seed=mood)
    if not mood:
        return usual
    number = (sum(sound.stem.encode()) + mood) % len(EMOTIONS)
    span = EmotionSpan(EMOTIONS[number], 0.35 + 0.25 * mood)
    return replace(usual, layers=dict(usual.layers) | {"emotion": 1.0}, emotion=(span,))


def write_heads(places: Sequence[Path], output: Path, options: HeadOptions, problems: Problems) -> int:
    """So many heads, one film each, over the sounds in turn; the last ones are held out."""
    sounds = [sound for place in places for sound in _sounds(place)]
    if not sounds:
        raise FormatError(f"{places[0]} holds no sound: give sounds, or folders of them")
    head = load_head()
    output.mkdir(parents=True, exist_ok=True)
    training = options.heads - options.test
    names = [f"head-{options.seed}-{number:05d}" for number in range(options.heads)]
    (output / TEST).write_text("\n".join(names[training:]) + "\n", "utf-8")
    speakers = _Speakers()
    done = 0
    # The held-out ones first: the rest may be stopped at any number.
    for number in (*range(training, options.heads), *range(training)):
        name = names[number]
        if (output / f"{name}.npz").is_file():
            done += 1
            continue  # a run that was stopped goes on
        held = number >= training
        sound = sounds[number * len(sounds) // options.heads]
        seconds = options.test_seconds if held else options.seconds
        try:
            spoken = speakers(sound, number % _MOODS)
            clip = _clip(head, name, spoken, options, number, seconds, None if held else options.frames)
        except BilabialError as error:
            problems.add(sound.name, str(error))
            continue
        write_clip(output, clip)
        done += 1
    return done


def _clip(
    head: DemoHead, name: str, spoken: tuple[Take, NDArray[np.int16]], options: HeadOptions, number: int,
    seconds: float, shown: int | None,
) -> FaceClip:  # fmt: skip
    take, samples = spoken
    whole = max(1, int(take.sound.duration * FRAME_RATE))
    count = min(whole, max(1, int(seconds * FRAME_RATE)))
    random = np.random.default_rng((options.seed, number, 99))
    start = int(random.integers(0, whole - count + 1))
    at = np.arange(count, dtype=np.int32)
    if shown is not None and shown < count:
        at = np.sort(random.choice(at, shown, replace=False))
    who = identity(head, options.seed * 1_000_003 + number)
    film = filmed(head, who, take, start + at, options.size)
    sound = samples[start * HOP : (start + count) * HOP]
    return FaceClip(name, film, sound, None if len(at) == count else at)


def _shifted(take: Take) -> Take:
    """Half a frame earlier: a player shows a frame's start, these clips its middle."""
    half = -0.5 / FRAME_RATE
    tracks = {
        name: replace(track, curves={key: curve.shifted(half) for key, curve in track.curves.items()})
        for name, track in take.tracks.items()
    }
    return replace(take, tracks=tracks)


def _sounds(place: Path) -> list[Path]:
    if place.is_dir():
        return [path for path in sorted(place.rglob("*")) if path.suffix in _SUFFIXES]
    return [place]
