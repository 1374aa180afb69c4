"""The open folder as other programs change it: takes that a batch makes, sounds that come, go or change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..phrases import Phrase
from .background import Running
from .line_list import LineList
from .lines import Line, rescanned, scan
from .settings import Settings
from .stamps import Stamp, stamp_of
from .transport import Output

_EVERY_S = 2.0  # between two looks
_PATIENCE = 20.0  # times as long as the last look through the folder took until the next one
_MOST_FOLDERS = 500  # below the open one, that are looked at


class FolderWatch(LineList):
    def __init__(self, settings: Settings, output: Output | None, clock: Callable[[], float]) -> None:
        super().__init__(settings, output, clock)
        self.lone = False  # one file was opened, and not its folder
        self._next_look = 0.0
        self._folders: dict[Path, Stamp] = {}  # as they were when they were looked through
        self._looking: Running | None = None

    def look_at_folder(self) -> None:
        """Called now and then: looks through the folder where something came to it or left it."""
        if self.folder is None or self.lone or self._clock() < self._next_look:
            return
        self._next_look = self._clock() + _EVERY_S
        stamps = self._stamps_of_folders()
        if stamps != self._folders:
            self.rescan(stamps)

    def folder_is_known(self) -> None:
        """Its lines were just read."""
        self._folders = self._stamps_of_folders()

    def rescan(self, stamps: dict[Path, Stamp] | None = None) -> None:
        """Look through the folder again; what is known of lines that did not change stays."""
        folder, old, began = self.folder, self.lines, self._clock()
        if folder is None or self._looking in self.running:
            return
        if stamps is not None:
            self._folders = stamps

        def done(found: list[Line]) -> None:
            now = self._clock()
            self._next_look = now + max(_EVERY_S, _PATIENCE * (now - began))
            if self.folder == folder:
                self._take_in(old, found)

        current = self.current
        self._looking = self.start(
            Phrase("Reading the lines"), lambda p, c: rescanned(old, scan(folder), current), done, True
        )

    def _take_in(self, old: list[Line], found: list[Line]) -> None:
        """What was found; newer facts of lines that arrived meanwhile are not thrown away."""
        before, now = ({line.name: line for line in lines} for lines in (old, self.lines))
        fresh = []
        for line in found:
            mine = now.get(line.name)
            if mine is not None and mine is not before.get(line.name):
                fresh.append(mine)
            elif mine is not None and mine is not line:
                fresh.append(replace(line, state=mine.state, notes=mine.notes, text=mine.text or line.text))
            else:
                fresh.append(line)
        if len(fresh) != len(self.lines) or any(a is not b for a, b in zip(fresh, self.lines, strict=True)):
            self.lines = fresh
            self.tell("lines")

    def _stamps_of_folders(self) -> dict[Path, Stamp]:
        places = {path.parent for line in self.lines for path in (line.take, line.sound) if path is not None}
        if self.folder is None or len(places) > _MOST_FOLDERS:
            return self._folders
        return {place: stamp_of(place) for place in {self.folder, *places}}
