"""Commands that train, and what follows a run: realign, export, blend, variants, folds, the decoder."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import Any

import numpy as np

from ..data.batches import Corpus, build_corpus
from ..data.sets import Problems
from ..engine.config import RunConfig, read_config
from ..families.found import Export, family
from .loading import load_corpus, load_sets, make_task, overrides, whole_task

log = logging.getLogger("bilabial.training")


def train(arguments: argparse.Namespace, problems: Problems) -> None:
    """Train, or go on training."""
    from ..engine.trainer import Trainer

    config = read_config(arguments.config, overrides(arguments.set))
    task = whole_task(config, problems)
    trainer = Trainer(task, arguments.run, config.trainer)
    trainer.begin(_folder_of(arguments.start_from))
    trainer.run()


def _folder_of(start: Path | None) -> Path | None:
    """A checkpoint or a folder as it is; the folder of a shipped model where a name is given."""
    from ... import resources

    if start is None or start.exists():
        return start
    shipped = resources.folder("trained_models") / start
    return shipped if len(start.parts) == 1 and shipped.is_dir() else start


def realign(arguments: argparse.Namespace, problems: Problems) -> None:
    """Label every clip with a text anew, by the network's own ears."""
    from ..labels.realign import listener, realign_set

    network = listener(_folder_of(arguments.checkpoint) or arguments.checkpoint)
    for folder in arguments.sets:
        sets = load_sets([folder], problems)
        corpus = build_corpus(sets, arguments.cache, problems, (1.0,), hears=network.hears)
        for name in sets:
            realign_set(name, corpus, network, arguments.languages.split(","), arguments.output, problems)


def export_model(arguments: argparse.Namespace, problems: Problems) -> None:
    """Write a model folder from a checkpoint."""
    import json

    from ...audio.hearings import rows_of
    from ...audio.reading import read
    from ..data.credits import credits_of
    from ..measure.evaluation import card_scores

    scores = card_scores(json.loads(arguments.scores.read_text(encoding="utf-8"))) if arguments.scores else {}
    config = read_config(arguments.config, overrides(arguments.set))
    chosen = family(config.architecture)
    golden = rows_of(read(arguments.golden), chosen.HEARS or "features-65")[:300]
    card = chosen.export(
        Export(
            arguments.checkpoint,
            arguments.folder,
            arguments.version,
            config,
            credits_of(config),
            golden,
            scores,
            lambda one: whole_task(one, problems),
        )
    )
    log.info("wrote %s %s", card.name, card.version)


def blend_models(arguments: argparse.Namespace, problems: Problems) -> None:
    """Mix the weights of a model and of one that was trained from it."""
    from ..make.blend import blend, blend_runs

    if Path(arguments.older).is_file() and Path(arguments.newer).is_file():
        blend_runs(Path(arguments.older), Path(arguments.newer), arguments.share, arguments.output)
        log.info("wrote %s: export it", arguments.output)
        return
    made = blend(arguments.older, arguments.newer, arguments.share, arguments.output, arguments.version)
    log.info("wrote %s %s", made.name, made.version)


def variants(arguments: argparse.Namespace, problems: Problems) -> None:
    """Train and measure every variant of VisemeNet; write the paper's tables."""
    from ..families.visemenet.variant_tables import all_variants, as_markdown, run_variants
    from ..measure.evaluation import put_between

    config = read_config(arguments.config, overrides(arguments.set))
    names = arguments.only or all_variants("recognised" in config.task)
    corpus = load_corpus(config, problems)
    rows = run_variants(config, corpus, problems, arguments.run, names, arguments.joint_steps)
    put_between(arguments.into, arguments.mark, as_markdown(rows))


def folds(arguments: argparse.Namespace, problems: Problems) -> None:
    """Measure each speaker of a set by a network that never heard that speaker."""
    from ..measure.evaluation import as_markdown, put_between
    from ..measure.folds import run_folds

    def load(config: RunConfig) -> tuple[Corpus, Any]:
        corpus = load_corpus(config, problems)
        return corpus, make_task(config, corpus, problems)

    config = read_config(arguments.config, overrides(arguments.set))
    result = run_folds(config, arguments.name, arguments.run, arguments.fold_steps, load, problems)
    command = f"python -m bilabial.training folds {arguments.config.name} {arguments.name} --run ..."
    put_between(arguments.into, arguments.mark, as_markdown([result], command))


def tune_decoder(arguments: argparse.Namespace, problems: Problems) -> None:
    """Make the decoder's tables: language from texts and labels, weights from held-out speakers."""
    from ...models.store import load_model
    from ...phonemes.track import PhoneTrack
    from ..data.batches import as_heard
    from ..labels.decoder import make_tables, save_tables, tune

    model = load_model(arguments.model)
    sets = load_sets(arguments.sets, problems, arguments.labels)
    tracks: dict[str, list[PhoneTrack]] = {}
    for clip in (clip for clips in sets.values() for clip in clips):
        if clip.split == "train" and clip.phones is not None:
            tracks.setdefault(clip.language.split("-")[0], []).append(clip.phones)
    tables = make_tables(arguments.text, tracks)
    spared = {name: [clip for clip in clips if clip.split == "tune"] for name, clips in sets.items()}
    corpus = build_corpus(
        {name: clips for name, clips in spared.items() if clips}, arguments.cache, problems, (1.0,),
        hears=model.network.hears,
    )  # fmt: skip
    heard = []
    for name, track in corpus.phones.items():
        rows = as_heard(np.asarray(corpus.compact_rows(name), dtype=np.float32), model.network.hears)
        heard.append((model.predict(rows).groups, track))
    save_tables(tune(tables, heard), arguments.output)
