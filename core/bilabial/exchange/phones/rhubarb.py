"""Rhubarb's mouth cues as TSV, XML and JSON: nine shapes, each of which stands for a group."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from ...controls import SILENCE
from ...json_field import Field
from ...json_text import parse_json
from ...phonemes.groups import expand
from ...phonemes.shapes import GROUP_TO_BLAIR, GROUP_TO_RHUBARB
from ...phonemes.track import Phone, PhoneTrack
from .intervals import Contents, Interval, ReadOptions, fail, number, read_text

Cue = tuple[float, float, str]
_LAST_CUE_S = 0.1  # TSV does not say when its last shape ends


def read_tsv(path: Path, options: ReadOptions) -> Contents:
    rows = []
    for line, text in enumerate(read_text(path).splitlines(), 1):
        if not text.strip():
            continue
        fields = text.split()
        if len(fields) != 2:
            raise fail(path, line, "a line needs a time and a shape, with a tab between them")
        rows.append((line, number(path, line, fields[0], "a time"), fields[1]))
    ends = [start for _, start, _ in rows[1:]] + ([rows[-1][1] + _LAST_CUE_S] if rows else [])
    if rows and rows[-1][2] == "X":
        rows, ends = rows[:-1], ends[:-1]
    intervals = [
        Interval(start, end, shape, line)
        for (line, start, shape), end in zip(rows, ends, strict=True)
        if end != start
    ]
    return Contents(intervals, alphabet="rhubarb")


def read_xml(path: Path, options: ReadOptions) -> Contents:
    text = read_text(path)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise fail(path, None, "the XML declares entities, which Rhubarb never does: export it again")
    text = text.removeprefix("\ufeff")
    if text.startswith("<?xml"):
        text = (
            text[text.find("?>") + 2 :] if "?>" in text else text
        )  # the declaration's encoding is dealt with
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise fail(path, error.position[0], "the XML is broken: export it again from Rhubarb") from error
    cues = root.findall("mouthCues/mouthCue")
    if root.tag != "rhubarbResult" or root.find("mouthCues") is None:
        raise fail(path, None, "there are no mouth cues in it: export it from Rhubarb with -f xml")
    intervals = []
    lines = _lines_of(text, "<mouthCue ")
    for cue in cues:
        line = next(lines, 1)
        start = number(path, line, cue.get("start", ""), "a start")
        end = number(path, line, cue.get("end", ""), "an end")
        intervals.append(Interval(start, end, (cue.text or "").strip(), line))
    return Contents(intervals, alphabet="rhubarb")


def read_json(path: Path, options: ReadOptions) -> Contents:
    text = read_text(path)
    try:
        whole = parse_json(text)
    except json.JSONDecodeError as error:
        raise fail(
            path, error.lineno, f"the JSON is broken ({error.msg}): export it again from Rhubarb"
        ) from error
    cues = whole.get("mouthCues") if isinstance(whole, dict) else None
    if not isinstance(cues, list):
        raise fail(path, None, "there are no mouthCues in it: export it from Rhubarb with -f json")
    lines = _lines_of(text, '"start"')
    intervals = []
    for cue in Field(cues, "mouthCues", path.name).list():
        line = next(lines, 1)
        if not {"start", "end", "value"} <= (cue.value.keys() if isinstance(cue.value, dict) else set()):
            raise fail(path, line, f"the cue {cue.path} lacks its start, end or value")
        intervals.append(
            Interval(cue.get("start").number(), cue.get("end").number(), cue.get("value").text(), line)
        )
    return Contents(intervals, alphabet="rhubarb")


def cues(phones: PhoneTrack, names: dict[str, str], rest: str, duration: float) -> list[Cue]:
    """The track as shapes without a gap: equal neighbours are one, silence is rest."""
    result: list[Cue] = []

    def add(start: float, end: float, shape: str) -> None:
        if end <= start:
            return
        if result and result[-1][2] == shape:
            result[-1] = (result[-1][0], end, shape)
        else:
            result.append((start, end, shape))

    at = 0.0
    for phone in expand(phones):
        add(at, phone.start, rest)
        add(max(at, phone.start), phone.end, _shape(phone, names))
        at = phone.end
    add(at, duration, rest)
    return result


def _shape(phone: Phone, names: dict[str, str]) -> str:
    if phone.group != SILENCE and phone.label.startswith(("l", "ɫ", "ʎ", "ɭ")):
        return "H" if names is GROUP_TO_RHUBARB else "L" if names is GROUP_TO_BLAIR else names[phone.group]
    return names[phone.group]


def written(phones: PhoneTrack, duration: float, kind: str, sound: str = "") -> str:
    """The text of a ``tsv``, ``xml`` or ``json`` file as Rhubarb writes it, times to a hundredth of a
    second."""
    shapes = []
    for start, end, shape in cues(phones, GROUP_TO_RHUBARB, "X", duration):
        begin, stop = round(start, 2), round(end, 2)
        if stop > begin:
            shapes.append((begin, stop, shape))
    if kind == "tsv":
        closing = f"{shapes[-1][1]:.2f}\tX\n" if shapes and shapes[-1][2] != "X" else ""
        if shapes and shapes[-1][2] == "X":
            closing = f"{shapes[-1][1]:.2f}\tX\n"
        return "".join(f"{start:.2f}\t{shape}\n" for start, _, shape in shapes) + closing
    if kind == "json":
        return json.dumps(
            {
                "metadata": {"soundFile": sound, "duration": round(duration, 2)},
                "mouthCues": [{"start": a, "end": b, "value": shape} for a, b, shape in shapes],
            },
            indent=2,
            ensure_ascii=False,
        )  # fmt: skip
    body = "".join(
        f'    <mouthCue start="{a:.2f}" end="{b:.2f}">{shape}</mouthCue>\n' for a, b, shape in shapes
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rhubarbResult>\n  <metadata>\n'
        f"    <soundFile>{escape(sound)}</soundFile>\n    <duration>{duration:.2f}</duration>\n"
        "  </metadata>\n"
        f"  <mouthCues>\n{body}  </mouthCues>\n</rhubarbResult>\n"
    )


def _lines_of(text: str, mark: str) -> Iterator[int]:
    """The line of each place at which a mark stands, in order and in one pass."""
    at, line = -1, 1
    while (found := text.find(mark, at + 1)) >= 0:
        line += text.count("\n", max(at, 0), found)
        at = found
        yield line
