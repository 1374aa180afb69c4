"""Label files, one sound a line: HTK (start and end in units of 100 ns), the same in seconds, Festival,
Audacity."""

from __future__ import annotations

from pathlib import Path

from ...phonemes.track import PhoneTrack
from .intervals import Contents, Interval, ReadOptions, fail, number, read_text
from .textgrid import marked

_HTK_SECOND = 10_000_000
_LEAST_HTK = 10_000  # 1 ms: whole numbers smaller than this throughout a file are no HTK times


def read(path: Path, options: ReadOptions) -> Contents:
    lines = [
        (index, line.split()) for index, line in enumerate(read_text(path).splitlines(), 1) if line.strip()
    ]
    fence = next((index for index, (_, words) in enumerate(lines) if words == ["#"]), None)
    if fence is not None:
        return Contents(_festival(path, lines[fence + 1 :]))
    rows = []
    for line, words in lines:
        if words[0].startswith(("#", '"')) or words in (["#!MLF!#"], ["."]):
            continue
        if len(words) < 2:
            raise fail(path, line, "a line needs a start, an end and a phone")
        rows.append((line, words[0], words[1], words[2] if len(words) > 2 else "sil"))
    decimal = any("." in text or "e" in text.lower() for _, start, end, _ in rows for text in (start, end))
    times = [(number(path, line, a, "a start"), number(path, line, b, "an end")) for line, a, b, _ in rows]
    latest = max((end for _, end in times), default=0.0)
    if rows and not decimal and latest < _LEAST_HTK:
        raise fail(
            path,
            rows[-1][0],
            "whole numbers this small are no times in units of 100 ns: write seconds as 0.25",
        )
    per_second = 1 if decimal else _HTK_SECOND
    return Contents(
        [
            Interval(start / per_second, end / per_second, label, line)
            for (line, _, _, label), (start, end) in zip(rows, times, strict=True)
        ]
    )


def _festival(path: Path, lines: list[tuple[int, list[str]]]) -> list[Interval]:
    """After a line "#": end, a colour, phone. Each sound starts where the one before ended."""
    result: list[Interval] = []
    start = 0.0
    for line, words in lines:
        if len(words) < 3:
            raise fail(path, line, "a line needs an end, a number and a phone")
        end = number(path, line, words[0], "an end")
        result.append(Interval(start, end, words[2], line))
        start = end
    return result


def written(phones: PhoneTrack) -> str:
    """HTK's form: whole units of 100 ns."""
    return "".join(
        f"{round(phone.start * _HTK_SECOND)} {round(phone.end * _HTK_SECOND)} {marked(phone)}\n"
        for phone in phones
    )
