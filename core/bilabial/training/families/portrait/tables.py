"""The paper's ablation on held-out clips: a row a run, beside real films and the still alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ....atomic import atomic_path
from ....errors import FormatError
from ...measure.pictures import fdbm, psnr, ssim
from .clips import FaceClip, read_clips
from .export import network_of
from .task import made_frames

Film = NDArray[np.uint8]
_FRAMES = 50  # of a clip that are measured
_SHOWN = 10  # frames of the picture


def ablation_table(runs: Sequence[Path], folders: Sequence[Path], count: int) -> tuple[str, dict[str, Film]]:
    """A Markdown table; and a film of the first clip by each row's name."""
    networks = {run.name: network_of(run / "checkpoint.pt") for run in runs}
    first = next(iter(networks.values())).config
    clips = read_clips(folders, (first.width, first.height)).test[:count]
    if not clips:
        raise FormatError(f"{folders[0]} names no clip in test.txt: nothing is held out to measure on")
    lines = [
        f"{len(clips)} clips that trained nothing, {first.width} x {first.height}.",
        "",
        "| | PSNR | SSIM | PSNR below | mouth r | FDBM |",
        "|---|---|---|---|---|---|",
    ]
    films: dict[str, Film] = {"real": clips[0].frames[:_FRAMES]}
    lines.append(f"| real | | | | 1.00 | {_mean([fdbm(c.frames[:_FRAMES]) for c in clips]):.3f} |")
    makers = {"the still, unmoved": _held} | {
        name: (lambda clip, network=network: made_frames(network, clip, len(clip.frames[:_FRAMES])))
        for name, network in networks.items()
    }
    for name, make in makers.items():
        made = [make(clip) for clip in clips]
        films[name] = made[0]
        lines.append(_row(name, clips, made))
    return "\n".join(lines), films


def _held(clip: FaceClip) -> Film:
    return np.repeat(clip.frames[:1], len(clip.frames[:_FRAMES]), axis=0)


def _row(name: str, clips: Sequence[FaceClip], made: Sequence[Film]) -> str:
    real = [clip.frames[:_FRAMES] for clip in clips]
    half = real[0].shape[1] // 2
    pairs = list(zip(real, made, strict=True))
    scores = (
        f"{_mean([psnr(a, b) for a, b in pairs]):.2f}", f"{_mean([ssim(a, b) for a, b in pairs]):.3f}",
        f"{_mean([psnr(a[:, half:], b[:, half:]) for a, b in pairs]):.2f}",
        f"{mouth_likeness(pairs):.2f}", f"{_mean([fdbm(b) for b in made]):.3f}",
    )  # fmt: skip
    return f"| {name} | {' | '.join(scores)} |"


def mouth_likeness(pairs: Sequence[tuple[Film, Film]]) -> float:
    """How the mouth's darkness goes with the real one's: r over all clips, each about its own mean."""
    both = [[_darkness(film) for film in pair] for pair in pairs]
    real, made = (np.concatenate([series[i] - series[i].mean() for series in both]) for i in (0, 1))
    size = float(np.linalg.norm(real) * np.linalg.norm(made))
    return float(real @ made) / size if size > 1e-9 else 0.0


def _darkness(film: Film) -> NDArray[np.float64]:
    """Of the mouth's place in an aligned face, frame by frame."""
    height, width = film.shape[1:3]
    mouth = film[:, int(0.66 * height) : int(0.86 * height), int(0.3 * width) : int(0.7 * width)]
    grey = mouth.astype(np.float64).mean(-1).reshape(len(film), -1)
    return np.asarray(-np.quantile(grey, 0.1, axis=1), np.float64)


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
