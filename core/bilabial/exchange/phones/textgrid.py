"""Praat's TextGrid, long and short, as Praat itself reads it: only free-standing numbers, texts and flags
count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...phonemes.sound import borrows_from_both
from ...phonemes.track import Phone, PhoneTrack, SaidWord
from .intervals import Contents, Interval, ReadOptions, Word, fail, in_order, number, read_text, whole

_TOKEN = re.compile(r'"(?P<text>(?:[^"]|"")*)"|(?P<flag><\w+>)|(?P<comment>![^\n]*)|(?P<word>[^\s"]+)')
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?%?$")
_PHONE_TIERS = ("phones", "phone", "phonemes", "phoneme", "segments", "segment", "mau", "phon", "ipa")
_WORD_TIERS = ("words", "word", "ort-mau", "ort", "orthography")
_STRESS_MARK = {1: "ˈ", 2: "ˌ"}


@dataclass(slots=True)
class Tier:
    name: str
    line: int
    intervals: list[Interval] = field(default_factory=list)


def read(path: Path, options: ReadOptions) -> Contents:
    tiers = read_tiers(path)
    chosen = _choose(path, tiers, options.tier)
    words_tier = _words_of(tiers, chosen)
    spoken = [one for one in words_tier.intervals if one.label.strip()] if words_tier else []
    contents = Contents(words=[Word(one.start, one.end, one.label) for one in spoken])
    if chosen is words_tier:
        return contents
    at = 0
    for one in chosen.intervals:
        if not one.label.strip():
            continue  # a gap; gaps are silence
        middle = 0.5 * (one.start + one.end)
        while at < len(spoken) and spoken[at].end <= middle:
            at += 1
        word = at if at < len(spoken) and spoken[at].start <= middle else None
        contents.intervals.append(Interval(one.start, one.end, one.label.strip(), one.line, word))
    return contents


def read_words(path: Path, wanted: str | None = None) -> list[Word]:
    """The words of the tier that is called so, or of the one that is wanted."""
    tiers = read_tiers(path)
    if wanted is not None:
        chosen: Tier | None = _choose(path, tiers, wanted)
    else:
        chosen = next((tier for tier in tiers if _is_called(tier.name, _WORD_TIERS)), None)
    intervals = in_order(path, chosen.intervals) if chosen else []
    return [Word(one.start, one.end, one.label.strip()) for one in intervals if one.label.strip()]


def read_tiers(path: Path) -> list[Tier]:
    """Every interval tier of the file. Point tiers are passed over."""
    tokens = _Tokens(path)
    kind = tokens.text("the file type")
    if kind not in ("ooTextFile", "Praat chronological TextGrid text file"):
        raise fail(path, 1, "this is no TextGrid: save it from Praat as a text file")
    if kind != "ooTextFile":
        raise fail(path, 1, "this is a chronological TextGrid: save it from Praat as an ordinary text file")
    if tokens.text("the object class") != "TextGrid":
        raise fail(path, tokens.line, "the file holds another Praat object: save the TextGrid alone")
    tokens.number("the start time")
    tokens.number("the end time")
    if tokens.flag() != "<exists>":
        return []
    tiers = []
    for _ in range(tokens.count("the number of tiers")):
        tier_class = tokens.text("the kind of a tier")
        tier = Tier(tokens.text("the name of a tier"), tokens.line)
        tokens.number("a tier's start")
        tokens.number("a tier's end")
        entries = tokens.count("the number of a tier's entries")
        if tier_class == "IntervalTier":
            for _ in range(entries):
                start, line = tokens.number("an interval's start"), tokens.line
                end = tokens.number("an interval's end")
                tier.intervals.append(Interval(start, end, tokens.text("an interval's text"), line))
            tiers.append(tier)
        elif tier_class == "TextTier":
            for _ in range(entries):
                tokens.number("a point's time")
                tokens.text("a point's mark")
        else:
            raise fail(path, tokens.line, f"{tier_class!r} is no kind of tier: use IntervalTier or TextTier")
    return tiers


class _Tokens:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.line = 1
        self._source = self._scan(read_text(path))

    def _scan(self, text: str) -> Iterator[tuple[str, str, int]]:
        position, line = 0, 1
        for found in _TOKEN.finditer(text):
            line += text.count("\n", position, found.start())
            position = found.start()
            if found["text"] is not None:
                yield "text", found["text"].replace('""', '"'), line
            elif found["flag"]:
                yield "flag", found["flag"], line
            elif found["word"] and _NUMBER.match(found["word"]):
                yield "number", found["word"].rstrip("%"), line

    def _next(self, kind: str, what: str) -> str:
        for found, value, line in self._source:
            self.line = line
            if found != kind:
                raise fail(self.path, line, f"{value!r} stands where {what} belongs")
            return value
        raise fail(self.path, self.line, f"the file ends where {what} belongs: it is cut short")

    def text(self, what: str) -> str:
        return self._next("text", what)

    def flag(self) -> str:
        return self._next("flag", "<exists>")

    def number(self, what: str) -> float:
        return number(self.path, self.line, self._next("number", what), what)

    def count(self, what: str) -> int:
        return whole(self.path, self.line, self._next("number", what), what)


def _choose(path: Path, tiers: list[Tier], wanted: str | None) -> Tier:
    names = ", ".join(repr(tier.name) for tier in tiers) or "none"
    if wanted is not None:
        named = [tier for tier in tiers if tier.name == wanted]
        if not named:
            raise fail(path, None, f"there is no interval tier {wanted!r}: the file has {names}")
        return named[0]
    by_name = [tier for tier in tiers if _is_called(tier.name, _PHONE_TIERS)]
    candidates = by_name or tiers
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise fail(path, None, "the file has no interval tier: add one with phones")
    raise fail(path, None, f"several tiers might hold the phones ({names}): name one")


def _words_of(tiers: list[Tier], phones: Tier) -> Tier | None:
    """The word tier that belongs to a phone tier: of several speakers ("Ann - words") the same one's."""
    if _is_called(phones.name, _WORD_TIERS):
        return phones
    found = [tier for tier in tiers if _is_called(tier.name, _WORD_TIERS)]
    speaker = phones.name.rpartition(" - ")[0]
    return next((tier for tier in found if tier.name.rpartition(" - ")[0] == speaker), None)


def _is_called(name: str, names: tuple[str, ...]) -> bool:
    return name.rpartition(" - ")[2].strip().lower() in names


def written(phones: PhoneTrack, duration: float, words: Sequence[SaidWord] = ()) -> str:
    """A long TextGrid: a tier "words" if there are any, a tier "phones" with stress as IPA marks."""
    tiers = [("phones", [(phone.start, phone.end, marked(phone)) for phone in phones])]
    heard = [(word.start, word.end, word.text) for word in words if word.heard and word.end > word.start]
    if heard:
        tiers.insert(0, ("words", heard))
    return written_tiers(tiers, duration)


def written_tiers(tiers: Sequence[tuple[str, Sequence[tuple[float, float, str]]]], duration: float) -> str:
    """A long TextGrid of interval tiers (start, end, label), each filled up with empty intervals."""
    duration = max([duration, 1e-3, *(end for _, rows in tiers for _, end, _ in rows)])
    lines = [
        'File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0", f"xmax = {duration!r}",
        "tiers? <exists>", f"size = {len(tiers)}", "item []:",
    ]  # fmt: skip
    for place, (name, rows) in enumerate(tiers, 1):
        filled = _filled(rows, duration)
        lines += [
            f"    item [{place}]:", '        class = "IntervalTier"', f'        name = "{name}"',
            "        xmin = 0", f"        xmax = {duration!r}", f"        intervals: size = {len(filled)}",
        ]  # fmt: skip
        for index, (start, end, label) in enumerate(filled, 1):
            quoted = label.replace('"', '""')
            lines += [
                f"        intervals [{index}]:", f"            xmin = {start!r}",
                f"            xmax = {end!r}", f'            text = "{quoted}"',
            ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _filled(rows: Sequence[tuple[float, float, str]], duration: float) -> list[tuple[float, float, str]]:
    """Rows in time order with empty ones where nothing is."""
    out: list[tuple[float, float, str]] = []
    at = 0.0
    for start, end, label in rows:
        if start > at + 1e-9:
            out.append((at, start, ""))
        out.append((max(start, at), end, label))
        at = end
    if duration > at + 1e-9 or not out:
        out.append((at, max(duration, at + 1e-3), ""))
    return out


def marked(phone: Phone) -> str:
    """The label with its stress, where the label is IPA and the sound can bear one."""
    if phone.stress in _STRESS_MARK and phone.label != phone.group and not borrows_from_both(phone.label):
        return _STRESS_MARK[phone.stress] + phone.label
    return phone.label
