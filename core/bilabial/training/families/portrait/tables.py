"""The paper's tables on held-out clips: a row a run, beside the real films and the still alone.

Real faces, other real people and made heads stand in tables of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ....atomic import atomic_path
from ....errors import FormatError
from ...data.real_face import RealClip
from ...measure.likeness import Embedder, content_distance
from ...measure.pictures import fdbm, psnr, ssim
from ...measure.sharpness import cpbd
from ..lips.grammar import wrong_share
from ..lips.network import Lips
from ..lips.reading import Reading, grey, read_film
from .clips import FaceClip, read_clips
from .export import network_of
from .network import Portrait
from .task import made_frames, mouth_of

Film = NDArray[np.uint8]
Make = Callable[[FaceClip], Film]

FRAMES = 75  # of a clip that are measured
_SHOWN = 10  # frames of the picture
_EVERY = 5  # frames between those whose edges are looked at
_OTHERS = "other_"  # how the clips of other people than a set's own begin
_HEADER = (
    "", "PSNR", "SSIM", "PSNR of the mouth", "mouth r", "FDBM", "CPBD", "ACD", "words wrong", "lip gap r",
    "blinks a minute",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Instruments:
    """What costs more than arithmetic; without one its column stays empty."""

    lips: Lips | None = None
    embedder: Embedder | None = None
    said: Mapping[str, RealClip] | None = None  # words of the real clips, by name


def groups_of(folders: Sequence[Path], size: tuple[int, int], count: int) -> list[tuple[str, list[FaceClip]]]:
    """The held-out clips, each folder for itself, other people than a folder's own beside them."""
    found: list[tuple[str, list[FaceClip]]] = []
    for folder in folders:
        held = read_clips([folder], size).test
        own = [clip for clip in held if not clip.name.startswith(_OTHERS)]
        others = [clip for clip in held if clip.name.startswith(_OTHERS)]
        found += [(folder.name, own[:count])] if own else []
        found += [(f"{folder.name}, other people", others[:count])] if others else []
    if not found:
        raise FormatError(f"{folders[0]} names no clip in test.txt: nothing is held out to measure on")
    return found


def ablation_tables(
    runs: Sequence[Path], folders: Sequence[Path], count: int, instruments: Instruments | None = None
) -> tuple[str, dict[str, Film]]:
    """Markdown, a table a group; and a film of the first clip of the last group by each row's name."""
    networks = {run.name: network_of(run / "checkpoint.pt") for run in runs}
    first = next(iter(networks.values())).config
    parts = []
    films: dict[str, Film] = {}
    for title, clips in groups_of(folders, (first.width, first.height), count):
        films = {"real": _real(clips[0])} | {name: make(clips[0]) for name, make in _makers(networks).items()}
        parts.append(_table(title, clips, networks, instruments or Instruments()))
    return "\n\n".join(parts), films


def _table(
    title: str, clips: Sequence[FaceClip], networks: Mapping[str, Portrait], instruments: Instruments
) -> str:
    height, width = clips[0].frames.shape[1:3]
    lines = [
        f"{title}: {len(clips)} clips that trained nothing, {width} x {height}.", "",
        f"| {' | '.join(_HEADER)} |", "|---" * len(_HEADER) + "|",
    ]  # fmt: skip
    real = [_real(clip) for clip in clips]
    readings = _readings(real, clips, instruments)
    lines.append(_row("real", clips, real, real, readings, readings, instruments))
    for name, make in _makers(networks).items():
        made = [make(clip) for clip in clips]
        lines.append(
            _row(name, clips, real, made, readings, _readings(made, clips, instruments), instruments)
        )
    return "\n".join(lines)


def _makers(networks: Mapping[str, Portrait]) -> dict[str, Make]:
    def held(clip: FaceClip) -> Film:
        return np.repeat(clip.frames[:1], len(_real(clip)), axis=0)

    def maker(network: Portrait) -> Make:
        return lambda clip: made_frames(network, clip, len(_real(clip)))

    return {"the still, unmoved": held} | {name: maker(network) for name, network in networks.items()}


def _real(clip: FaceClip) -> Film:
    return clip.frames[:FRAMES]


def _readings(
    films: Sequence[Film], clips: Sequence[FaceClip], instruments: Instruments
) -> list[Reading] | None:
    """What the lip-reader says; it knows the lips of the people whose words are known."""
    said = instruments.said
    if instruments.lips is None or said is None or any(clip.name not in said for clip in clips):
        return None
    return [read_film(instruments.lips, grey(film)) for film in films]


def _row(
    name: str, clips: Sequence[FaceClip], real: Sequence[Film], made: Sequence[Film],
    truth: list[Reading] | None, readings: list[Reading] | None, instruments: Instruments,
) -> str:  # fmt: skip
    # The first frame is the still itself: one that never moves would be right there, by 99 decibels.
    pairs = [(a[1:], b[1:]) for a, b in zip(real, made, strict=True)]
    itself = made is real
    cells = [
        "" if itself else f"{_mean([psnr(a, b) for a, b in pairs]):.2f}",
        "" if itself else f"{_mean([ssim(a, b) for a, b in pairs]):.3f}",
        "" if itself else f"{_mean([psnr(mouth_of(a), mouth_of(b)) for a, b in pairs]):.2f}",
        "" if itself else f"{mouth_likeness(pairs):.2f}",
        f"{_mean([fdbm(film) for film in made]):.3f}",
        f"{cpbd(np.concatenate([film[::_EVERY] for film in made])):.3f}",
        _distance(clips, made, instruments.embedder),
        *_of_lips(clips, made, truth, readings, instruments.said),
    ]
    return f"| {name} | {' | '.join(cells)} |"


def _distance(clips: Sequence[FaceClip], made: Sequence[Film], embedder: Embedder | None) -> str:
    if embedder is None:
        return ""
    return f"{content_distance(embedder, [clip.frames[0] for clip in clips], made):.3f}"


def _of_lips(
    clips: Sequence[FaceClip], made: Sequence[Film], truth: list[Reading] | None,
    readings: list[Reading] | None, said: Mapping[str, RealClip] | None,
) -> list[str]:  # fmt: skip
    if truth is None or readings is None or said is None:
        return ["", "", ""]
    wrong = [
        wrong_share(tuple(word.text for word in said[clip.name].words), reading.words)
        for clip, reading in zip(clips, readings, strict=True)
        if said[clip.name].words
    ]
    gaps = [(a.of("gap"), b.of("gap")) for a, b in zip(truth, readings, strict=True)]
    minutes = sum(map(len, made)) / 25 / 60
    return [
        f"{100 * _mean(wrong):.1f} %" if wrong else "",
        "" if readings is truth else f"{_together(gaps):.2f}",
        f"{sum(reading.blinks() for reading in readings) / minutes:.0f}",
    ]


def mouth_likeness(pairs: Sequence[tuple[Film, Film]]) -> float:
    """How the mouth's darkness goes with the real one's: r over all clips, each about its own mean."""
    return _together([(_darkness(real), _darkness(made)) for real, made in pairs])


def _together(pairs: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]]) -> float:
    """r of two series over all clips, each about its clip's own mean; 0 where one never moves."""
    real, made = (np.concatenate([pair[i] - pair[i].mean() for pair in pairs]) for i in (0, 1))
    size = float(np.linalg.norm(real) * np.linalg.norm(made))
    return float(real @ made) / size if size > 1e-9 else 0.0


def _darkness(film: Film) -> NDArray[np.float64]:
    """Of the mouth's place in an aligned face, frame by frame."""
    height, width = film.shape[1:3]
    mouth = film[:, int(0.66 * height) : int(0.86 * height), int(0.3 * width) : int(0.7 * width)]
    dark = mouth.astype(np.float64).mean(-1).reshape(len(film), -1)
    return np.asarray(-np.quantile(dark, 0.1, axis=1), np.float64)


def frames_side_by_side(films: dict[str, Film], path: Path) -> None:
    """A PNG: a row of frames for each film."""
    from PIL import Image

    rows = []
    for film in films.values():
        chosen = film[np.linspace(0, len(film) - 1, _SHOWN).astype(int)]
        rows.append(np.concatenate(list(chosen), axis=1))
    picture = Image.fromarray(np.concatenate(rows))
    with atomic_path(path) as temporary:
        picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.NEAREST).save(temporary)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))
