"""Rows made from clips, kept on disk by everything that they were made from: sounds, labels and rules.

A changed clip, changed phones or a changed line of the code that makes the rows has another name here, so
nothing stale is ever served. What could not be made is kept with its reason, and told again each time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...atomic import atomic_path
from ...errors import BilabialError
from .sets import Clip, Problems

Rows = NDArray[np.float16]

_CORE = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Shard:
    """The rows of one set at one speed, end to end, and where each clip lies in them."""

    rows: Rows  # (all rows, columns), mapped from disk
    spans: dict[str, tuple[int, int]]  # clip name -> first row, row after the last


@dataclass(frozen=True, slots=True)
class Recipe:
    """How rows come from a clip."""

    title: str  # of the files: set, kind, speed
    columns: int
    rules: tuple[str, ...]  # whose code decides the rows, such as "solve/jali" of the core
    rows: Callable[[Clip], NDArray[np.float32]]  # what it raises leaves the clip out
    trouble: str  # what to say of a clip that it refuses, before the reason
    facts: Callable[[Clip], str] = lambda clip: ""  # what else the rows depend on, such as labels


def kept_rows(
    recipe: Recipe, clips: Sequence[Clip], cache: Path, problems: Problems, progress: Callable[[], None]
) -> Shard:
    """The rows of these clips, made where the cache does not hold just these; ``progress`` is told then."""
    # No dot in the stem: a suffix would be cut there.
    stem = f"{recipe.title}-{_digest(recipe, clips)}"
    index, array = cache / f"{stem}.json", cache / f"{stem}.npy"
    if not index.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        progress()
        _make(recipe, clips, index, array)
    kept = json.loads(index.read_text(encoding="utf-8"))
    for name, reason in kept["left out"].items():
        problems.add(name, reason)
    spans = {name: (start, end) for name, (start, end) in kept["spans"].items()}
    return Shard(np.load(array, mmap_mode="r"), spans)


def _make(recipe: Recipe, clips: Sequence[Clip], index: Path, array: Path) -> None:
    spans: dict[str, tuple[int, int]] = {}
    left_out: dict[str, str] = {}
    parts: list[Rows] = [np.zeros((0, recipe.columns), np.float16)]
    at = 0
    for clip in clips:
        try:
            part = recipe.rows(clip).astype(np.float16)
        except (BilabialError, OSError, RuntimeError) as error:
            left_out[clip.name] = f"{recipe.trouble} ({error})"
            continue
        spans[clip.name] = (at, at + len(part))
        at += len(part)
        parts.append(part)
    with atomic_path(array) as temporary:
        np.save(temporary, np.concatenate(parts))
    with atomic_path(index) as temporary:  # last: an index tells that the rows are whole
        temporary.write_text(json.dumps({"spans": spans, "left out": left_out}), encoding="utf-8")


def _digest(recipe: Recipe, clips: Sequence[Clip]) -> str:
    digest = hashlib.sha256(_rules(recipe.rules).encode())
    for clip in clips:
        digest.update(f"\n{clip.name} {_content(clip.path)} {recipe.facts(clip)}".encode())
    return digest.hexdigest()[:16]


def _content(path: Path) -> str:
    """A hash of the file, read again only when its size or time has changed; a missing one is told later."""
    try:
        status = path.stat()
    except OSError:
        return "missing"
    return _hash(path, status.st_size, status.st_mtime_ns)


@cache
def _hash(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def _rules(names: tuple[str, ...]) -> str:
    """A hash of the code behind these names."""
    digest = hashlib.sha256()
    for name in names:
        place = _CORE / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]:
            digest.update(path.read_bytes())
    return digest.hexdigest()
