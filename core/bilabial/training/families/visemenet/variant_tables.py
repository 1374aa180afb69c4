"""The paper's Tables 1 and 2 for this project's data: every variant, trained alike and measured alike."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from ....atomic import write_atomically
from ....errors import BilabialError
from ...data.batches import Corpus
from ...data.sets import STYLES, Problems
from ...engine.config import RunConfig
from ...engine.trainer import Trainer
from ...measure.measures import spread
from .export import network_of
from .task import Heard, VisemeNetTask, fit, judge, make_visemenet_task
from .variants import VARIANTS, variant

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Row:
    """One variant and style. Shares are 0..1; deviations are over speakers."""

    variant: str
    style: str
    precision: float
    recall: float
    activation_sd: float
    motion_difference: float
    motion_sd: float


def run_variants(
    config: RunConfig,
    corpus: Corpus,
    problems: Problems,
    folder: Path,
    names: Sequence[str],
    joint_steps: int,
) -> list[Row]:
    """Train each variant (config.trainer.steps for groups, then ``joint_steps``) and measure it.

    A variant whose row is there already is not trained again, and a run that was stopped goes on.
    """
    rows: list[Row] = []
    for name in names:
        done = folder / name / "rows.json"
        if not done.is_file():
            measured = _measure(_train(config, corpus, problems, folder / name, name, joint_steps), name)
            write_atomically(done, json.dumps([asdict(row) for row in measured], indent=2) + "\n")
        rows += [Row(**row) for row in json.loads(done.read_text(encoding="utf-8"))]
    return rows


def as_markdown(rows: Sequence[Row]) -> str:
    """Tables 1 and 2, in the paper's layout."""

    def line(name: str, cells: Sequence[str]) -> str:
        return f"| {name} | {' | '.join(cells)} |"

    names = list(dict.fromkeys(row.variant for row in rows))
    styles = [style for style in STYLES if any(row.style == style for row in rows)]
    found = {(row.variant, row.style): row for row in rows}

    def table(title: str, parts: Sequence[str], cells: Callable[[Row], Sequence[float]]) -> list[str]:
        lines = [
            line(title, [f"{style}: {part}" for style in styles for part in parts]),
            line("---", ["---"] * (len(styles) * len(parts))),
        ]
        for name in names:
            shown: list[str] = []
            for style in styles:
                row = found.get((name, style))
                shown += [f"{100 * value:.1f}" for value in cells(row)] if row else ["-"] * len(parts)
            lines.append(line(name, shown))
        return lines

    lines = [
        *table(
            "activations, %",
            ("precision", "recall", "SD"),
            lambda row: (row.precision, row.recall, row.activation_sd),
        ),
        "",
        *table("motion curves, %", ("difference", "SD"), lambda row: (row.motion_difference, row.motion_sd)),
    ]
    return "\n".join(lines) + "\n"


def _train(
    config: RunConfig, corpus: Corpus, problems: Problems, folder: Path, name: str, joint_steps: int
) -> VisemeNetTask:
    """Both steps; the last task, its network holding the averaged weights."""
    network = config.network | {"variant": name}
    start: Path | None = None
    if variant(name).pretrained:
        log.info("%s: groups and landmarks", name)
        task = make_visemenet_task(
            replace(config, network=network, task=config.task | {"stage": "groups"}), corpus, problems
        )
        first = Trainer(task, folder / "groups", config.trainer)
        first.begin()
        first.run()
        start = first.checkpoint
    log.info("%s: jointly", name)
    task = make_visemenet_task(
        replace(config, network=network, task=config.task | {"stage": "joint"}), corpus, problems
    )
    second = Trainer(task, folder / "joint", replace(config.trainer, steps=joint_steps))
    second.begin(start)
    second.run()
    task.network = network_of(second.checkpoint)
    return task


def _measure(task: VisemeNetTask, name: str) -> list[Row]:
    """Thresholds from the split "tune", figures from "dev", as the paper's tables have them."""
    held_out = task.hear(task.network, "tune")
    if not held_out:
        raise BilabialError("no labelled clip is in the split 'tune': thresholds are fitted there")
    thresholds = fit(held_out)
    rows = []
    for style in STYLES:
        heard = task.hear(task.network, "dev", style=style)
        if not heard:
            log.warning("%s: no %s clip is in the split 'dev'", name, style)
            continue
        whole = judge(heard, thresholds)
        each = [judge(part, thresholds) for part in _by_speaker(heard)]
        deviations = [spread(one.precision for one in each), spread(one.recall for one in each)]
        rows.append(
            Row(
                name,
                style,
                whole.precision,
                whole.recall,
                float(np.mean(deviations)),
                whole.mean_difference,
                spread(one.mean_difference for one in each),
            )
        )
    return rows


def _by_speaker(heard: Sequence[Heard]) -> list[list[Heard]]:
    speakers = sorted({one.speaker for one in heard})
    return [[one for one in heard if one.speaker == speaker] for speaker in speakers]


def all_variants(recogniser: bool) -> tuple[str, ...]:
    """Those that can be trained: "asr" only where a recogniser's phones are at hand."""
    return tuple(name for name in VARIANTS if recogniser or not VARIANTS[name].network.outside_phones)
