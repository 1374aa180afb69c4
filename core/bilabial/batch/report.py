"""The one report of a batch: every line of the list with what became of it, as csv and as text."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from .lines import Line


class Status(StrEnum):
    DONE = "done"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    STOPPED = "not reached"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line. A failed one has a message, and a made one that a person should look at."""

    line: Line
    status: Status
    message: str = ""
    duration: float = 0.0  # seconds of sound
    keys: int = 0
    seconds: float = 0.0  # time that the work took


COLUMNS = ("line", "sound", "take", "status", "message", "duration_s", "keys", "keys_per_s", "work_s")


def as_csv(outcomes: Sequence[Outcome]) -> str:
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(COLUMNS)
    for outcome in outcomes:
        line = outcome.line
        rate = outcome.keys / outcome.duration if outcome.duration else 0.0
        writer.writerow(
            (line.number, line.sound, line.take, outcome.status.value, outcome.message,
             f"{outcome.duration:.2f}", outcome.keys, f"{rate:.1f}", f"{outcome.seconds:.2f}")
        )  # fmt: skip
    return sheet.getvalue()


def as_text(outcomes: Sequence[Outcome], elapsed: float) -> str:
    """Totals first, then every line that needs a person, each with its sentence."""
    counts = Counter(outcome.status for outcome in outcomes)
    made = [outcome for outcome in outcomes if outcome.status is Status.DONE]
    sound = sum(outcome.duration for outcome in made)
    parts = [f"{counts[status]} {status.value}" for status in Status if counts[status]]
    lines = "line" if len(outcomes) == 1 else "lines"
    text = [f"{len(outcomes)} {lines}: {', '.join(parts)}."]
    if made:
        keys = sum(outcome.keys for outcome in made)
        rate = f"{keys / sound:.1f} keys a second" if sound else "no sound"
        speed = f", {sound / elapsed:.0f} times real time" if elapsed > 0 else ""
        text.append(f"{_clock(sound)} of sound in {_clock(elapsed)}{speed}; {keys} keys, {rate}.")
    failed = [outcome for outcome in outcomes if outcome.status is Status.FAILED]
    if failed:
        text.append("")
        text.append("Failed:")
        text.extend(_told(o, o.line.sound) for o in failed)
    noted = [outcome for outcome in outcomes if outcome.status is Status.DONE and outcome.message]
    if noted:
        text.append("")
        text.append("Made, with a note:")
        text.extend(_told(o, o.line.take) for o in noted)
    if counts[Status.STOPPED]:
        text.append("")
        text.append("Stopped before the end: run the same command again to go on where it ended.")
    return "\n".join(text) + "\n"


def _told(outcome: Outcome, file: Path) -> str:
    """In one line, whatever the file is called."""
    return f"  line {outcome.line.number}, {file}: {outcome.message}".replace("\n", "\\n")


def _clock(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s"
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02} min"
