"""What a person does to a take, as commands: each turns one take into another, and can be undone.

Takes never change, so undoing is putting the earlier one back: no command needs to know how it is undone, and
a take shares all that a command left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..curves.take import Take


@dataclass(frozen=True, slots=True)
class Command:
    """``merges``: commands of one such name that follow one another are one step back, as while dragging."""

    label: str  # what the menu says after "Undo"
    do: Callable[[Take], Take]
    merges: str = ""


@dataclass(frozen=True, slots=True)
class _Step:
    label: str
    before: Take
    after: Take
    merges: str


class History:
    """The steps from the take that was opened to the one that is seen."""

    def __init__(self, take: Take, most: int = 500) -> None:
        self._take = take
        self._done: list[_Step] = []
        self._undone: list[_Step] = []
        self._most = most
        self._open = ""  # the name that the next command may merge with

    @property
    def take(self) -> Take:
        return self._take

    def apply(self, command: Command) -> bool:
        """Do it. False where it changed nothing: then there is nothing to undo either."""
        before = self._take
        after = command.do(before)
        if after is before:
            return False
        last = self._done[-1] if self._done else None
        if command.merges and last is not None and self._open == command.merges == last.merges:
            self._done[-1] = _Step(command.label, last.before, after, command.merges)
        else:
            self._done.append(_Step(command.label, before, after, command.merges))
            del self._done[: -self._most]
        self._undone.clear()
        self._take = after
        self._open = command.merges
        return True

    def close_step(self) -> None:
        """The mouse is up: what follows is a step of its own."""
        self._open = ""

    def undo(self) -> str:
        """Back one step. Its label; empty where there is none."""
        if not self._done:
            return ""
        step = self._done.pop()
        self._undone.append(step)
        self._take = step.before
        self._open = ""
        return step.label

    def redo(self) -> str:
        if not self._undone:
            return ""
        step = self._undone.pop()
        self._done.append(step)
        self._take = step.after
        self._open = ""
        return step.label

    @property
    def undo_label(self) -> str:
        return self._done[-1].label if self._done else ""

    @property
    def redo_label(self) -> str:
        return self._undone[-1].label if self._undone else ""
