"""A whole batch: skip what is unchanged, work on the rest, note each take as it lands, report at the end."""

from __future__ import annotations

import glob
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ..atomic import sweep, write_atomically
from ..errors import BilabialError
from ..guard import Use, refuse_collisions
from ..locks import clear, is_held, lock_beside, locked
from ..paths import seen_from
from .journal import Entry, Journal, Past
from .lines import Line, reads_of_lines, writes_of_lines
from .report import Outcome, Status, as_csv, as_text
from .seal import seal_beside
from .workers import WorkerDied, results

_SKIPPED_AT_ONCE = 200  # lines between two words of progress


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker gets: the line, what the journal says of its take, and the options of the whole batch."""

    line: Line
    before: Past | None
    model: str | None = None
    language: str | None = None
    tolerance: float = 0.02
    style: str = ""
    overwrite: bool = False
    name: str = ""  # what the journal calls the take
    journal: Path | None = None  # where to say what is about to be written
    words: str = "auto"  # see pipeline.GenerateOptions
    words_model: str | None = None
    face: str | None = None  # layers, as --face has them
    emotion: str = ""
    seed: int = 0
    lexicon: Path | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """What a worker gives back. ``entry`` is None where the journal has nothing new to learn."""

    outcome: Outcome
    entry: Entry | None = None


Work = Callable[[Task], Finished]
Executor = Callable[[Sequence[Task], Work, int], Iterator[tuple[Task, Finished | WorkerDied]]]


@dataclass(frozen=True, slots=True)
class BatchFiles:
    """The list, and the files a batch keeps beside it."""

    list: Path
    journal: Path
    csv: Path
    text: Path
    others: tuple[Path, ...] = ()  # journals of this list's other parts, read and never written

    @classmethod
    def beside(cls, list_path: Path, rows: tuple[int, int] | None = None) -> BatchFiles:
        """Of the whole list, or of a part that one of several machines works on."""
        part = f".rows-{rows[0]}-{rows[1]}" if rows is not None else ""
        ends = (".journal.jsonl", ".report.csv", ".report.txt")
        journal, table, text = (list_path.with_suffix(part + end) for end in ends)
        parts = list_path.parent.glob(f"{glob.escape(list_path.stem)}.rows-*{ends[0]}")
        journals = [list_path.with_suffix(ends[0]), *sorted(parts)]
        others = tuple(path for path in journals if path != journal)
        return cls(list_path, journal, table, text, others)

    @property
    def is_part(self) -> bool:
        return self.journal != self.list.with_suffix(".journal.jsonl")


def run_batch(
    lines: Sequence[Line],
    files: BatchFiles,
    work: Work,
    make_task: Callable[[Line, Past | None], Task],
    jobs: int,
    progress: Callable[[float, str], None],
    skip: Callable[[Task], Finished | None] = lambda task: None,
    reads: Iterable[Use] = (),
    told: Callable[[str], None] = lambda text: None,
    executor: Executor | None = None,
) -> list[Outcome]:
    """Outcomes in the order of the list. When Ctrl-C ends the run, the report comes before it goes on.

    ``skip`` tells quickly, in this process, which lines need no work; ``reads`` are files that all read;
    ``told`` gets the report's text, even where its file cannot be written; ``executor`` brings the tasks to
    other workers than processes of this one.
    """
    refuse_harm(lines, files, reads)
    busy = f"another batch works on {files.list}: wait for it, or end it, and run the same command again"
    with locked(lock_beside(files.journal), busy):
        working = next((path for path in files.others if is_held(lock_beside(path))), None)
        if working is not None and not files.is_part:
            raise BilabialError(f"a part of {files.list} is being worked on ({working.name}): wait for it")
        run = _Run(lines, files, progress, told)
        try:
            run.go(work, make_task, jobs, skip, executor or results)
        except BaseException:
            with suppress(BilabialError, OSError):  # what ended the run is what must be told
                run.report()
            raise
        return run.report()


def refuse_harm(lines: Sequence[Line], files: BatchFiles, reads: Iterable[Use] = ()) -> None:
    """Over the whole list, before work begins: nothing that is read is written, nothing is written twice."""
    own = [
        Use(files.journal, "the journal"),
        Use(files.csv, "the report"),
        Use(files.text, "the report's text"),
        Use(seal_beside(files.list), "the list's seal"),
    ]
    refuse_collisions(
        [Use(files.list, "the list"), *reads, *reads_of_lines(lines)], [*own, *writes_of_lines(lines)]
    )


class _Names:
    """What the journal calls takes: as seen from its folder. Each folder is looked at once."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._folders: dict[Path, str] = {}

    def of(self, take: Path) -> str:
        folder = take.parent
        seen = self._folders.get(folder)
        if seen is None:
            seen = self._folders[folder] = seen_from(self._home, folder)
        return take.name if seen == "." else f"{seen}/{take.name}"


class _Run:
    """One run over a list: what became of its lines so far."""

    def __init__(
        self,
        lines: Sequence[Line],
        files: BatchFiles,
        progress: Callable[[float, str], None],
        told: Callable[[str], None],
    ) -> None:
        self._lines = lines
        self._files = files
        self._progress = progress
        self._told = told
        self._started = time.monotonic()
        self._outcomes: dict[int, Outcome] = {}

    def go(
        self,
        work: Work,
        make_task: Callable[[Line, Past | None], Task],
        jobs: int,
        skip: Callable[[Task], Finished | None],
        executor: Executor,
    ) -> None:
        self._sweep()
        seen = _Names(self._files.journal.parent)
        names = [seen.of(line.take) for line in self._lines]
        only = names if self._files.is_part else None
        with Journal(self._files.journal, self._files.others, only) as journal:
            self._progress(0.0, f"{len(self._lines)} lines")
            waiting = []
            for number, (line, name) in enumerate(zip(self._lines, names, strict=True)):
                task = make_task(line, journal.past.get(name))
                task = replace(task, name=name, journal=self._files.journal)
                skipped = skip(task)
                if skipped is None:
                    waiting.append(task)
                else:
                    self._finish(journal, task, skipped)
                if number % _SKIPPED_AT_ONCE == 0:
                    self._tell(line)
            if not waiting:
                return
            for task, finished in executor(waiting, work, min(jobs, len(waiting))):
                if isinstance(finished, WorkerDied):
                    self._outcomes[task.line.number] = Outcome(task.line, Status.FAILED, str(finished))
                else:
                    self._finish(journal, task, finished)
                self._tell(task.line)

    def _finish(self, journal: Journal, task: Task, finished: Finished) -> None:
        self._outcomes[task.line.number] = finished.outcome
        if finished.entry is not None:
            journal.add(replace(finished.entry, take=task.name))

    def _tell(self, line: Line) -> None:
        done, all_of_them = len(self._outcomes), len(self._lines)
        self._progress(done / all_of_them, f"{done} of {all_of_them}: {line.sound.name}")

    def _sweep(self) -> None:
        """What killed runs left half-written beside the takes and the list."""
        homes: dict[Path, list[str]] = {self._files.journal.parent: []}
        for line in self._lines:
            homes.setdefault(line.take.parent, []).append(line.take.name)
            if line.curves is not None:
                homes.setdefault(line.curves.parent, [])
        for home, takes in homes.items():
            if home.is_dir():
                sweep(Path(os.path.realpath(home)))
                clear(home, takes)

    def report(self) -> list[Outcome]:
        ordered = [self._outcomes.get(line.number, Outcome(line, Status.STOPPED)) for line in self._lines]
        text = as_text(ordered, time.monotonic() - self._started)
        self._told(text)
        write_atomically(self._files.csv, as_csv(ordered))
        write_atomically(self._files.text, text)
        return ordered
