"""What the commands start from: sets, a corpus, the task of a configuration."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...errors import BilabialError
from ..data.batches import Corpus, build_corpus, hold_out, split_anew
from ..data.sets import Clip, Problems, read_phones_tsv, read_set
from ..engine.config import RunConfig
from ..families.found import family


def load_sets(
    folders: Sequence[str], problems: Problems, labels: Path | None = None
) -> dict[str, list[Clip]]:
    """Sets by folder name; with labels from elsewhere where there are some."""
    named: dict[str, Path] = {}
    for folder in map(Path, folders):
        first = named.setdefault(folder.resolve().name, folder)
        if first.resolve() != folder.resolve():
            raise BilabialError(
                f"{first} and {folder} are two sets of one name: rename a folder, for clips are told by it"
            )
    sets = hold_out({name: read_set(folder, problems) for name, folder in named.items()})
    if labels is not None:
        for name, clips in sets.items():
            if (labels / f"{name}.tsv").is_file():
                better = read_phones_tsv(labels / f"{name}.tsv")
                sets[name] = [replace(clip, phones=better.get(clip.name, clip.phones)) for clip in clips]
    return sets


def load_corpus(config: RunConfig, problems: Problems) -> Corpus:
    """Everything that a run trains on."""
    sets = load_sets(config.sets, problems, Path(config.labels) if config.labels else None)
    sets = split_anew(sets, config.held_out)
    hears = family(config.architecture).HEARS
    if hears is None:
        raise BilabialError(f"{config.architecture} does not learn from sets of speech")
    return build_corpus(sets, Path(config.cache), problems, config.speeds, hears=hears)


def make_task(config: RunConfig, corpus: Corpus | None, problems: Problems) -> Any:
    """The task that the configuration names."""
    return family(config.architecture).make_task(config, corpus, problems)


def whole_task(config: RunConfig, problems: Problems) -> Any:
    """The same with everything that it trains on, read for it."""
    speech = family(config.architecture).HEARS is not None
    return make_task(config, load_corpus(config, problems) if speech else None, problems)


def overrides(pairs: Sequence[str]) -> Mapping[str, Any]:
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise BilabialError(f"--set {pair!r} lacks a value: write it as trainer.steps=100")
        try:
            found[name.strip()] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            found[name.strip()] = value
    return found
