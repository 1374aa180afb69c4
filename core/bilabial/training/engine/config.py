"""A training run as a TOML file: which sets, how they are drawn and worn, the network, the schedule, the
seed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from ...errors import BilabialError
from ..data.augment import AugmentOptions
from ..data.batches import SPEEDS, SamplerOptions
from .schedule import TrainerOptions

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RunConfig:
    """The whole file. Paths are relative to the folder that the command runs in."""

    sets: tuple[str, ...]
    architecture: str = "phonenet"
    labels: str | None = None  # a folder with better labels, one SET.tsv a set, as the realign command writes
    # Sets ("emodb") or single speakers ("emodb/emodb03") that are only measured on. What else a set named
    # here holds is trained on, whatever its split column says.
    held_out: tuple[str, ...] = ()
    cache: str = "runs/cache"
    seed: int = 1
    speeds: tuple[float, ...] = SPEEDS
    network: dict[str, Any] = field(default_factory=dict)
    sampler: SamplerOptions = field(default_factory=SamplerOptions)
    augmentation: AugmentOptions = field(default_factory=AugmentOptions)
    trainer: TrainerOptions = field(default_factory=TrainerOptions)
    task: dict[str, Any] = field(default_factory=dict)


_SECTIONS: Mapping[str, type[Any]] = {
    "sampler": SamplerOptions,
    "augmentation": AugmentOptions,
    "trainer": TrainerOptions,
}


def read_config(path: Path, overrides: Mapping[str, Any] | None = None) -> RunConfig:
    """Read and check a configuration; ``overrides`` are dotted names ("trainer.steps") with values."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BilabialError(f"cannot read the configuration {path}: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise BilabialError(f"{path} is not TOML: {error}") from error
    for dotted, value in (overrides or {}).items():
        section, _, key = dotted.rpartition(".")
        (values.setdefault(section, {}) if section else values)[key] = value
    for name, kind in _SECTIONS.items():
        if name in values:
            values[name] = _make(kind, values[name], f"[{name}]", path)
    if "sets" not in values:
        raise BilabialError(f'{path} names no sets: add sets = ["folder", ...]')
    return _make(RunConfig, values, "the top level", path)


def _make(kind: type[T], values: Mapping[str, Any], where: str, path: Path) -> T:
    known = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(values) - known)
    if unknown:
        raise BilabialError(
            f"{path}: {where} has no setting {unknown[0]!r}: use one of {', '.join(sorted(known))}"
        )
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})
