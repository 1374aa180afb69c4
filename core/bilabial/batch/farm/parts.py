"""A batch cut into parts, and the command of each: what the forms of all farms have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..lines import Line

MOST_PARTS = 1024  # values that one parameter of an Open Job Description may take
LINES_A_PART = 100  # little is lost with a machine, and starting costs little beside them
_USUAL_PARTS = 256  # each starts a process and runs over the list once: 3 s where it has a million lines


@dataclass(frozen=True, slots=True)
class Option:
    """An option of ``bilabial batch`` that every part gets; a switch has no value."""

    name: str  # such as --style
    value: str | None = None

    @property
    def argument(self) -> str:
        """One word, so that a value may begin with a hyphen."""
        return self.name if self.value is None else f"{self.name}={self.value}"


@dataclass(frozen=True, slots=True)
class FarmJob:
    """What a farm has to do with a list. ``program`` starts bilabial on its machines."""

    sounds: Path  # the list; absolute, as the farm's machines reach it
    parts: tuple[str, ...]  # the rows of each, as --rows takes them
    options: tuple[Option, ...] = ()
    program: str = "bilabial"

    @property
    def arguments(self) -> tuple[str, ...]:
        return tuple(option.argument for option in self.options)

    def part(self, rows: str) -> list[str]:
        """A part is done when its lines were tried: the one that joins tries failed ones again and tells."""
        return [*self.join(), f"--rows={rows}", "--exit-zero"]

    def join(self) -> list[str]:
        return [self.program, "batch", str(self.sounds), *self.arguments]


def cut(lines: Sequence[Line], size: int | None = None) -> tuple[str, ...]:
    """The rows of each part. Parts grow where there would be too many of them for a farm."""
    size = size or max(LINES_A_PART, -(-len(lines) // _USUAL_PARTS))
    size = max(size, -(-len(lines) // MOST_PARTS))
    pieces = (lines[start : start + size] for start in range(0, len(lines), size))
    return tuple(f"{piece[0].number}-{piece[-1].number}" for piece in pieces)
