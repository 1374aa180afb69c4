"""The lines of the open folder as the Studio's state: read bit by bit, filtered, marked, noted."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ..phrases import Phrase
from ..qa.remarks import FILE, NOTHING, Note, State, read_remarks, write_remarks
from ..render.speaking import Speaker
from .background import Background
from .lexicon import FolderLexicon
from .lines import Filter, Line, is_said, looked_at, order, remarks_in, with_remarks
from .score_memory import ScoreMemory
from .settings import Settings
from .stamps import Stamp, stamp_of
from .transport import Output, Transport

_MOST_AT_ONCE = 400  # and never more than these
_ARRIVE_S = 0.5  # between two looks at what a batch has brought
FIRST_LOOK = 50  # lines read before the list shows them; then four times as many, and so on


class LineList(Background):
    def __init__(self, settings: Settings, output: Output | None, clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self.settings = settings
        self.transport = Transport(output)
        self.folder: Path | None = None
        self.lexicon = FolderLexicon(lambda: self.tell("lexicon"))
        self.lines: list[Line] = []
        self.speaker: Speaker | None = None  # a head of one's own; None: the demo head
        self.filter = Filter()
        self.sorted_by = "score"
        self.current: str = ""  # name of the open line
        self.scores = ScoreMemory()
        self._arrived: queue.SimpleQueue[Line] = queue.SimpleQueue()
        self._next_arrivals = 0.0
        self._remarks_stamp: Stamp = None
        self._by_name: tuple[list[Line], dict[str, Line]] = ([], {})

    def _look_at(self, lines: Sequence[Line], count: int) -> None:
        """Read what the takes say, some at a time, so that the first ones are seen at once."""
        if not lines:
            return
        folder, now, later = self.folder, lines[:count], lines[count:]

        def work(progress: object, cancelled: Callable[[], bool]) -> list[Line]:
            return [self.scores.recalled(looked_at(line)) for line in now if not cancelled()]

        def done(looked: list[Line]) -> None:
            if self.folder == folder:
                self.update_lines(looked)
                self._look_at(later, min(4 * count, _MOST_AT_ONCE))

        self.start(Phrase("Reading the lines"), work, done, True)

    def update_lines(self, lines: Iterable[Line]) -> None:
        """New facts about lines; what people said of them in the meantime stays."""
        fresh = {line.name: line for line in lines}
        self.lines = [
            replace(fresh[old.name], state=old.state, notes=old.notes, text=old.text)
            if old.name in fresh
            else old
            for old in self.lines
        ]
        self.tell("lines")

    def hand_in(self, line: Line) -> None:
        """A line that a batch is done with, from the batch's own thread; the list shows it soon."""
        self._arrived.put(line)

    def look_at_arrivals(self, at_once: bool = False) -> list[Line]:
        """Lines that were handed in since the last look, now in the list."""
        if not at_once and self._clock() < self._next_arrivals:
            return []
        self._next_arrivals = self._clock() + _ARRIVE_S
        came: list[Line] = []
        while not self._arrived.empty():
            came.append(self._arrived.get())
        if came:
            self.update_lines(came)
        return came

    def shown(self) -> list[Line]:
        """The lines that pass the filter, in the chosen order: worst first unless asked otherwise."""
        passing = [line for line in self.lines if self.filter.shows(line)]
        return sorted(passing, key=lambda line: order(line, self.sorted_by))

    def line(self, name: str | None = None) -> Line | None:
        if self._by_name[0] is not self.lines:  # asked at every drawing: fifty thousand are not gone through
            self._by_name = (self.lines, {line.name: line for line in self.lines})
        return self._by_name[1].get(self.current if name is None else name)

    def mark(self, names: Iterable[str], state: State) -> None:
        self._remark(names, lambda line: replace(line, state=state))

    def edit_note(self, index: int, text: str, at: float | None = None) -> None:
        """Other words for a note, or another moment; no words remove it."""
        line = self.line()
        if line is None or not 0 <= index < len(line.notes):
            return
        was = line.notes[index]
        note = Note(was.at if at is None else round(at, 3), text.strip())
        kept = (*line.notes[:index], *line.notes[index + 1 :])
        notes = tuple(sorted((*kept, note))) if note.text else kept
        if notes != line.notes:
            self._remark([line.name], lambda line: replace(line, notes=notes))

    def add_note(self, text: str, at: float | None = None) -> None:
        note = Note(round(self.transport.position if at is None else at, 3), text.strip())
        if note.text:
            self._remark(
                [self.current],
                lambda line: replace(line, notes=tuple(sorted((*line.notes, note)))),
            )

    def remove_note(self, index: int) -> None:
        self._remark(
            [self.current],
            lambda line: replace(line, notes=(*line.notes[:index], *line.notes[index + 1 :])),
        )

    def _remark(self, names: Iterable[str], change: Callable[[Line], Line]) -> None:
        chosen = set(names)
        before = {line.name: remarks_in(line) for line in self.lines if line.name in chosen}
        self.lines = [change(line) if line.name in chosen else line for line in self.lines]
        if self.folder is not None:
            folder = self.folder
            after = {line.name: remarks_in(line) for line in self.lines if line.name in chosen}
            changes = {name: (before[name], after[name]) for name in after}
            self.attempt(lambda: write_remarks(folder, changes))
            self.attempt(self.look_at_remarks)
        self.tell("lines")

    def look_at_remarks(self) -> None:
        """Bring in what another Studio said of the lines."""
        if self.folder is None:
            return
        stamp = stamp_of(self.folder / FILE)
        if stamp == self._remarks_stamp:
            return
        self._remarks_stamp = stamp
        told = read_remarks(self.folder)
        fresh = [
            line if is_said(line, said := told.get(line.name, NOTHING)) else with_remarks(line, said)
            for line in self.lines
        ]
        if any(one is not other for one, other in zip(fresh, self.lines, strict=True)):
            self.lines = fresh
            self.tell("lines")
