"""Scores and findings of a folder between two days: a take that has not changed is not checked again.

Kept where the Studio remembers things, never in the folder; lost or damaged, it costs a check.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..atomic import write_atomically
from ..errors import BilabialError
from ..models.store import default_model
from ..phrases import Phrase
from ..qa.finding import WEIGHTS, Finding
from .lines import Line
from .settings import state_folder
from .stamps import stamp_of

_SCHEMA = "bilabial/scores/1"
_MOST_FINDINGS = 12  # of a line: more than the list shows


class ScoreMemory:
    def __init__(self) -> None:
        self._file: Path | None = None
        self._kept: dict[str, Any] = {}

    def open(self, folder: Path) -> None:
        name = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:24]
        self._file = state_folder() / "scores" / f"{name}.json"
        self._kept = {}
        try:
            data = json.loads(self._file.read_text("utf-8"))
            if data["schema"] == _SCHEMA and data["judge"] == _judge():
                self._kept = dict(data["lines"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return

    def recalled(self, line: Line) -> Line:
        """The line with the score that this very take and sound had."""
        told = self._kept.get(line.name)
        if line.score is not None or told is None or told.get("stamps") != _stamps(line):
            return line
        try:
            findings = tuple(_finding(one) for one in told["findings"])
            return replace(line, score=float(told["score"]), findings=findings)
        except (ValueError, KeyError, TypeError, IndexError, RecursionError):
            return line

    def keep(self, lines: Iterable[Line]) -> None:
        if self._file is None:
            return
        told = {line.name: _data(line) for line in lines if line.score is not None and line.stamp is not None}
        if told == self._kept:
            return
        self._kept = told
        data = {"schema": _SCHEMA, "judge": _judge(), "lines": told}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self._file, json.dumps(data, ensure_ascii=False) + "\n")


def _judge() -> list[str]:
    """What the scores depend on beside take and sound."""
    from .. import __version__

    try:
        return [__version__, str(default_model())]
    except BilabialError:
        return [__version__, ""]


def _stamps(line: Line) -> list[list[int] | None]:
    sound = None if line.sound is None else stamp_of(line.sound)
    return [list(stamp) if stamp is not None else None for stamp in (line.stamp, sound)]


def _data(line: Line) -> dict[str, Any]:
    return {
        "stamps": _stamps(line),
        "score": line.score,
        "findings": [
            [one.kind, one.start, one.end, one.severity, _packed(one.reason)]
            for one in line.findings[:_MOST_FINDINGS]
        ],
    }


def _finding(told: list[Any]) -> Finding:
    kind, start, end, severity, reason = told
    if kind not in WEIGHTS:
        raise ValueError(kind)
    said = _phrase(reason) if isinstance(reason, list) else str(reason)
    return Finding(kind, float(start), float(end), float(severity), said)


def _packed(value: object) -> Any:
    """A phrase as its pattern and values, so that another day may say it in another language."""
    if isinstance(value, Phrase):
        return [value.pattern, *(_packed(one) for one in value.values)]
    return value if isinstance(value, str | int) else float(value)  # type: ignore[arg-type]


def _unpacked(told: Any) -> object:
    return _phrase(told) if isinstance(told, list) else told


def _phrase(told: list[Any]) -> Phrase:
    return Phrase(str(told[0]), *(_unpacked(one) for one in told[1:]))
