"""Films of heads that nobody is, speaking sounds through this project's own takes, with expression.

Every identity speaks one short film from a moment of its own; the last identities train nothing, and speak
longer, with other voices. The same seed makes the same films, byte for byte.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from ...pipeline import GenerateOptions, generate_from_samples
from ...portrait.poses import Player
from ...portrait.warp import Pose
from ...render.demo_head import DemoHead, load_head
from ...render.rasteriser import render
from ...words.finding import NONE
from ..data.sets import MANIFEST_FILE, SOUNDS, Clip, Problems, read_set
from ..families.portrait.clips import TEST, FaceClip, write_clip
from .identities import Identity, identity

_MOODS = 3  # one head in three has no emotion, one a little of one, one more
_BEFORE, _AFTER = 20, 10  # frames of sound that are heard besides those that are shown


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


def filmed(head: DemoHead, who: Identity, poses: Sequence[Pose], size: tuple[int, int]) -> NDArray[np.uint8]:
    """A frame for each pose of a take's player, worn by this head."""
    names = tuple(head.shapes)
    return np.array([_frame(head, who, pose, names, size) for pose in poses])


def _frame(
    head: DemoHead, who: Identity, pose: Pose, names: tuple[str, ...], size: tuple[int, int]
) -> NDArray[np.uint8]:
    posed = who.posed(head, dict(zip(names, pose.weights.tolist(), strict=True)))
    down, yaw, roll = np.degrees(pose.turn)
    return render(
        who.mesh, head.turned(posed, float(yaw), -float(down), float(roll)), who.camera, size, oversample=2,
        lights=who.lights, background=who.background, shadows=False,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Voices:
    """Sounds that heads speak with; those of the heads that train nothing are of other people."""

    train: tuple[Path, ...]
    held: tuple[Path, ...]


def voices_in(places: Sequence[Path], options: HeadOptions, problems: Problems) -> Voices:
    """Sounds as they are given, the last ones for the heads that train nothing. Of a set with a manifest one
    sound of every speaker, and the speakers that its column ``split`` calls dev are kept for those heads.
    """
    train: list[Path] = []
    held: list[Path] = []
    loose: list[Path] = []
    for number, place in enumerate(places):
        if (place / MANIFEST_FILE).is_file():
            for clip in _one_of_each(
                read_set(place, problems), np.random.default_rng((options.seed, number))
            ):
                (held if clip.split == "dev" else train).append(clip.path)
        else:
            loose += _sounds(place)
    if not held and (sounds := train + loose):
        first = (options.heads - options.test) * len(sounds) // max(options.heads, 1)
        return Voices(tuple(sounds[:first] or sounds), tuple(sounds[first:]))
    order = np.random.default_rng(options.seed).permutation(len(train))  # few heads have voices of every set
    return Voices(tuple([train[i] for i in order] + loose), tuple(held))


def _one_of_each(clips: Sequence[Clip], random: np.random.Generator) -> list[Clip]:
    """A clip of every speaker, and the speakers in any order."""
    spoken: dict[str, list[Clip]] = defaultdict(list)
    for clip in clips:
        spoken[clip.speaker].append(clip)
    chosen = [own[int(random.integers(len(own)))] for own in spoken.values()]
    return [chosen[i] for i in random.permutation(len(chosen))]


def _face(number: int) -> FaceOptions:
    """The usual face, and on two heads of three an emotion."""
    usual = face_options(seed=number)
    mood = number % _MOODS
    if not mood:
        return usual
    span = EmotionSpan(EMOTIONS[number // _MOODS % len(EMOTIONS)], 0.35 + 0.25 * mood)
    return replace(usual, layers=dict(usual.layers) | {"emotion": 1.0}, emotion=(span,))


def write_heads(places: Sequence[Path], output: Path, options: HeadOptions, problems: Problems) -> int:
    """So many heads, one film each, over the sounds in turn; the last ones are held out."""
    voices = voices_in(places, options, problems)
    if not voices.train or not voices.held:
        raise FormatError(f"{places[0]} holds no sound: give sounds, or folders of them")
    head = load_head()
    output.mkdir(parents=True, exist_ok=True)
    training = options.heads - options.test
    names = [f"head-{options.seed}-{number:05d}" for number in range(options.heads)]
    (output / TEST).write_text("\n".join(names[training:]) + "\n", "utf-8")
    done = 0
    # The held-out ones first: the rest may be stopped at any number.
    for number in (*range(training, options.heads), *range(training)):
        name = names[number]
        if (output / f"{name}.npz").is_file():
            done += 1
            continue  # a run that was stopped goes on
        try:
            clip = _clip(head, name, number, _sound_of(number, training, voices, options), options)
        except BilabialError as error:
            problems.add(name, str(error))
            continue
        write_clip(output, clip)
        done += 1
    return done


def _sound_of(number: int, training: int, voices: Voices, options: HeadOptions) -> Path:
    """Each voice equally often; a folder that was left half-made has them all."""
    if number >= training:
        return voices.held[(number - training) * len(voices.held) // options.test]
    return voices.train[number % len(voices.train)]


def _clip(head: DemoHead, name: str, number: int, sound: Path, options: HeadOptions) -> FaceClip:
    held = number >= options.heads - options.test
    samples = read(sound)
    whole = max(1, len(samples) // HOP)
    count = min(whole, max(1, int((options.test_seconds if held else options.seconds) * FRAME_RATE)))
    random = np.random.default_rng((options.seed, number, 99))
    start = int(random.integers(0, whole - count + 1))
    before = min(start, _BEFORE)
    heard = samples[(start - before) * HOP : (start + count + _AFTER) * HOP]
    take = generate_from_samples(heard, sound.name, GenerateOptions(words=NONE, face=_face(number)))
    poses = list(Player(_shifted(take), tuple(head.shapes), FRAME_RATE))[before : before + count]
    count = len(poses)
    shown = count if held or options.frames is None else min(options.frames, count)
    at = _over_the_mouth(_openings(poses, tuple(head.shapes)), shown, random)
    film = filmed(
        head, identity(head, options.seed * 1_000_003 + number), [poses[i] for i in at], options.size
    )
    spoken = samples[start * HOP : (start + count) * HOP]
    told = (np.clip(spoken, -1, 1) * 32767).astype(np.int16)
    return FaceClip(name, film, told, None if shown == count else at)


def _openings(poses: Sequence[Pose], names: tuple[str, ...]) -> NDArray[np.float64]:
    """How far the mouth stands open in each pose."""
    weights = np.array([pose.weights for pose in poses])
    return np.asarray(weights[:, names.index("jawOpen")] - weights[:, names.index("mouthClose")], np.float64)


def _over_the_mouth(
    openings: NDArray[np.float64], count: int, random: np.random.Generator
) -> NDArray[np.int32]:
    """So many moments, in their order, as many of each opening: by chance a mouth is mostly half shut."""
    left = openings + random.uniform(0, 1e-3, len(openings))  # equal ones in any order
    chosen: list[int] = []
    for wanted in np.linspace(left.max(), left.min(), count):
        chosen.append(int(np.nanargmin(np.abs(left - wanted))))
        left[chosen[-1]] = np.nan
    return np.sort(np.array(chosen, np.int32))


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
        return [path for path in sorted(place.rglob("*")) if path.suffix in SOUNDS]
    return [place]
