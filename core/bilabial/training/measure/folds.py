"""Leave one speaker out: every speaker of a set as one that the network never heard.

A base run hears nothing of the set, and is measured on all of it. From its weights one short run a speaker
hears all the others, and that speaker is measured with it; the tables are over all speakers together. Where
the speakers of a set say the same sentences, only the base run's are unheard words too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...audio.features import features
from ...errors import BilabialError
from ...models.store import load_model
from ..data.batches import Corpus, read_clip
from ..data.sets import Clip, Problems, style_of
from ..engine.config import RunConfig
from ..engine.trainer import Trainer
from ..families.phonenet.export import export
from ..families.phonenet.task import PhoneNetTask
from .evaluation import SpeechScore, score_clip

log = logging.getLogger(__name__)

_GOLDEN_ROWS = 100  # of the export's sample; nothing is published here


def run_folds(
    config: RunConfig,
    name: str,
    folder: Path,
    steps: int,
    load: Callable[[RunConfig], tuple[Corpus, PhoneNetTask]],
    problems: Problems,
) -> dict[str, Any]:
    """All scores of a leave-one-speaker-out as evaluation.as_markdown takes them.

    ``config.trainer.steps`` are the base run's, ``steps`` each fold's. Stopped, it goes on where it was.
    """
    others = tuple(one for one in config.held_out if one.partition("/")[0] != name)
    base = replace(config, held_out=(*others, name))
    corpus, task = load(base)
    clips = [clip for clip in corpus.clips.values() if clip.name.partition("/")[0] == name]
    speakers = sorted({clip.speaker for clip in clips if clip.name in corpus.phones})
    if len(speakers) < 2:
        raise BilabialError(
            f"{name} has {len(speakers)} labelled speakers: to leave one out takes two at least"
        )
    first = Trainer(task, folder / "base", base.trainer)
    first.begin()
    first.run()
    scores: dict[str, SpeechScore] = {}
    _measure(first.checkpoint, folder / "base" / "model", clips, "set unheard", scores, problems)
    for speaker in speakers:
        log.info("%s: without %s", name, speaker)
        left_out = replace(base, held_out=(*others, f"{name}/{speaker}"))
        _, task = load(left_out)
        trainer = Trainer(task, folder / speaker, replace(base.trainer, steps=steps))
        trainer.begin(first.checkpoint)
        trainer.run()
        mine = [clip for clip in clips if clip.speaker == speaker]
        _measure(trainer.checkpoint, folder / speaker / "model", mine, "speaker unheard", scores, problems)
    return {
        "model": f"{name}, each speaker left out",
        "version": f"(base {base.trainer.steps} steps, each fold {steps})",
        "speech": {
            row: scores[row].summary() for row in sorted(scores, key=lambda row: row.split(", ")[::-1])
        },
    }


def _measure(
    checkpoint: Path,
    folder: Path,
    clips: Sequence[Clip],
    unheard: str,
    scores: dict[str, SpeechScore],
    problems: Problems,
) -> None:
    export(checkpoint, folder, "1", (), features(read_clip(clips[0]))[:_GOLDEN_ROWS])
    model = load_model(folder)
    for clip in clips:
        if clip.phones is None:
            problems.add(clip.name, "it has no labels to measure against")
            continue
        row = f"{style_of(clip)}, {unheard}"
        score_clip(model, clip, clip.phones, scores.setdefault(row, SpeechScore()))
