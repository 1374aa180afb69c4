"""A batch as shell commands, one a line: for OpenCue, and for every farm that takes a command."""

from __future__ import annotations

import shlex

from ...errors import BilabialError
from .parts import FarmJob


def commands(job: FarmJob) -> str:
    """The parts, in words that a POSIX shell reads as they are."""
    return "".join(_command(job.part(rows)) + "\n" for rows in job.parts)


def join_command(job: FarmJob) -> str:
    return _command(job.join())


def _command(words: list[str]) -> str:
    broken = next((word for word in words if len(word.splitlines()) > 1 or word.endswith("\n")), None)
    if broken is not None:
        raise BilabialError(f"{broken!r} holds the end of a line, and a command is one line: rename it")
    return shlex.join(words)
