"""A whole batch: skip what is unchanged, work on the rest, note each take as it lands, report at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..atomic import write_atomically
from ..paths import seen_from
from .journal import Entry, Journal
from .lines import Line
from .report import Outcome, Status, as_csv, as_text
from .workers import WorkerDied, results


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker gets: the line, what the journal says of its take, and the options of the whole batch."""

    line: Line
    before: Entry | None
    model: str | None = None
    language: str | None = None
    tolerance: float = 0.02
    style: str = ""
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """What a worker gives back. ``entry`` is None where the line failed."""

    outcome: Outcome
    entry: Entry | None = None


Work = Callable[[Task], Finished]


@dataclass(frozen=True, slots=True)
class BatchFiles:
    """The files a batch keeps beside its list."""

    journal: Path
    csv: Path
    text: Path

    @classmethod
    def beside(cls, list_path: Path) -> BatchFiles:
        return cls(*(list_path.with_suffix(end) for end in (".journal.jsonl", ".report.csv", ".report.txt")))


def run_batch(
    lines: Sequence[Line],
    files: BatchFiles,
    work: Work,
    make_task: Callable[[Line, Entry | None], Task],
    jobs: int,
    progress: Callable[[float, str], None],
) -> list[Outcome]:
    """Outcomes in the order of the list. When Ctrl-C ends the run, the report is written and Ctrl-C goes
    on.
    """
    started = time.monotonic()
    outcomes: dict[int, Outcome] = {}

    def write_report() -> list[Outcome]:
        ordered = [outcomes.get(line.number, Outcome(line, Status.STOPPED)) for line in lines]
        write_atomically(files.csv, as_csv(ordered))
        write_atomically(files.text, as_text(ordered, time.monotonic() - started))
        return ordered

    def name(line: Line) -> str:
        return seen_from(files.journal.parent, line.take)

    with Journal(files.journal) as journal:
        tasks = [make_task(line, journal.entries.get(name(line))) for line in lines]
        progress(0.0, f"{len(lines)} lines")
        try:
            for task, finished in results(tasks, work, jobs):
                line = task.line
                if isinstance(finished, WorkerDied):
                    outcomes[line.number] = Outcome(line, Status.FAILED, str(finished))
                else:
                    outcomes[line.number] = finished.outcome
                    if finished.entry is not None:
                        journal.add(replace(finished.entry, take=name(line)))
                progress(len(outcomes) / len(lines), f"{len(outcomes)} of {len(lines)}: {line.sound.name}")
        except KeyboardInterrupt:
            write_report()
            raise
    return write_report()
