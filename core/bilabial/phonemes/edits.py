"""Edits of a phone track, each giving a new one. Borders stay in order and phones keep a least length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..controls import GROUPS, SILENCE
from ..errors import PhoneError
from ..phrases import Phrase
from . import groups
from .sound import Sound
from .track import Phone, PhoneTrack

SHORTEST = 0.01  # seconds that a phone lasts at least: one row
TOUCH = 1e-4  # seconds between phones that touch
_USUAL = 0.08  # seconds of a phone that is put into a gap


def at(track: PhoneTrack, time: float) -> int | None:
    """Index of the phone at a moment."""
    return next((index for index, phone in enumerate(track) if phone.start <= time < phone.end), None)


def border_near(track: PhoneTrack, time: float, reach: float) -> tuple[int, str] | None:
    """The nearest border within ``reach`` seconds: a phone's index and "start" or "end".

    Where two phones touch it is the earlier one's end: moving it moves both.
    """
    best: tuple[float, int, str] | None = None
    for index, phone in enumerate(track):
        for side, moment in (("end", phone.end), ("start", phone.start)):
            distance = abs(moment - time)
            if distance <= reach and (best is None or distance < best[0] - TOUCH):
                best = (distance, index, side)
    if best is None:
        return None
    _, index, side = best
    if side == "start" and index and touches(track, index - 1):
        return index - 1, "end"
    return index, side


def move_border(track: PhoneTrack, index: int, side: str, time: float) -> PhoneTrack:
    """A border at another moment, its neighbour's with it where they touch; held between its neighbours."""
    phones = list(track)
    phone = phones[index]
    before = phones[index - 1] if index else None
    after = phones[index + 1] if index + 1 < len(phones) else None
    if side == "end":
        joined = after is not None and touches(track, index)
        low = phone.start + SHORTEST
        high = float("inf") if after is None else (after.end - SHORTEST if joined else after.start)
        time = _held(time, low, high)
        phones[index] = replace(phone, end=time)
        if joined and after is not None:
            phones[index + 1] = replace(after, start=time)
    else:
        joined = before is not None and touches(track, index - 1)
        low = 0.0 if before is None else (before.start + SHORTEST if joined else before.end)
        time = _held(time, low, phone.end - SHORTEST)
        phones[index] = replace(phone, start=time)
        if joined and before is not None:
            phones[index - 1] = replace(before, end=time)
    return _as_of(track, phones)


def place(track: PhoneTrack, first: int, last: int, start: float, end: float) -> PhoneTrack:
    """The phones ``first`` to ``last`` (a word, say) from ``start`` to ``end``, each in its old proportion.

    A neighbour that touches gives way or follows, with the word that it is of; others are a wall.
    """
    phones = list(track)
    before, after = range(0), range(0)
    low, high = 0.0, float("inf")
    if first:
        if touches(track, first - 1):
            before = range(_word_from(phones, first - 1, -1), first)
            low = phones[before[0]].start + SHORTEST * len(before)
        else:
            low = phones[first - 1].end
    if last + 1 < len(phones):
        if touches(track, last):
            after = range(last + 1, _word_from(phones, last + 1, 1) + 1)
            high = phones[after[-1]].end - SHORTEST * len(after)
        else:
            high = phones[last + 1].start
    least = SHORTEST * (last - first + 1)
    was_start, was_end = phones[first].start, phones[last].end
    start = start if start == was_start else _held(start, low, high - least)
    end = end if end == was_end and end - start >= least else _held(end, start + least, high)
    if before and start != was_start:
        _lay(phones, before, phones[before[0]].start, start)
    if after and end != was_end:
        _lay(phones, after, end, phones[after[-1]].end)
    _lay(phones, range(first, last + 1), start, end)
    return _as_of(track, phones)


def put(track: PhoneTrack, places: Mapping[int, tuple[float, float]]) -> PhoneTrack:
    """Several phones at other times (start, end) at once, by index. They have their way: neighbours that
    touch, or that they run into, make room. Raises PhoneError where one would vanish.
    """
    phones = list(track)
    for index, (start, end) in places.items():
        if end - start < SHORTEST:
            label = phones[index].label
            raise PhoneError(f"{label!r} would end before it begins: move its start and its end the same way")
        phones[index] = replace(phones[index], start=start, end=end, confidence=1.0)
    for index in sorted(places):
        here = phones[index]
        if index and (touches(track, index - 1) or phones[index - 1].end > here.start):
            before = phones[index - 1]
            _keep_room(here, before, here.start - before.start)
            phones[index - 1] = replace(before, end=here.start)
        if index + 1 < len(phones) and (touches(track, index) or phones[index + 1].start < here.end):
            after = phones[index + 1]
            _keep_room(here, after, after.end - here.end)
            phones[index + 1] = replace(after, start=here.end)
    return _as_of(track, phones)


def _keep_room(moved: Phone, beside: Phone, left: float) -> None:
    if left < SHORTEST:
        raise PhoneError(f"{moved.label!r} would swallow {beside.label!r}: delete that one first")


def _word_from(phones: Sequence[Phone], index: int, step: int) -> int:
    """The last phone in one direction that touches and is of the same word; itself where it is of none."""
    word = phones[index].word
    while word is not None and 0 <= index + step < len(phones):
        one, other = sorted((index, index + step))
        if phones[index + step].word != word or phones[other].start - phones[one].end > TOUCH:
            break
        index += step
    return index


def _lay(phones: list[Phone], which: range, start: float, end: float) -> None:
    """Put phones that follow one another from start to end, in proportion."""
    was, length = phones[which[0]].start, phones[which[-1]].end - phones[which[0]].start
    if (start, end) == (was, phones[which[-1]].end):
        return
    spare = end - start - SHORTEST * len(which)
    surplus = max(length - SHORTEST * len(which), 1e-9)

    def moved(moment: float, passed: int) -> float:
        """Where a moment goes by which so many phones have passed: each keeps its least length."""
        return start + SHORTEST * passed + (moment - was - SHORTEST * passed) * spare / surplus

    laid = [
        (moved(phones[index].start, rank), moved(phones[index].end, rank + 1))
        for rank, index in enumerate(which)
    ]
    at = start
    for rank, index in enumerate(which):
        begin = max(at, round(laid[rank][0], 6)) if rank else start
        if rank and phones[index].start - phones[index - 1].end < TOUCH:
            begin = at
        at = end if index == which[-1] else max(begin + SHORTEST / 2, round(laid[rank][1], 6))
        phones[index] = replace(phones[index], start=begin, end=at)


def split(track: PhoneTrack, time: float, labels: tuple[str, str] | None = None) -> PhoneTrack:
    """The phone at a moment cut in two there; both keep its label unless two are given."""
    index = at(track, time)
    if index is None:
        raise PhoneError(Phrase("no phone is at {0:.3f} s: put the cursor into the one to split", time))
    phones = list(track)
    phone = phones[index]
    if time - phone.start < SHORTEST or phone.end - time < SHORTEST:
        raise PhoneError(
            Phrase("{0!r} is too short to split at {1:.3f} s: move the cursor", phone.label, time)
        )
    one, other = replace(phone, end=time), replace(phone, start=time)
    phones[index : index + 1] = [one, other]
    result = _as_of(track, phones)
    if labels is not None:
        result = relabel(relabel(result, index, labels[0]), index + 1, labels[1])
    return result


def join(track: PhoneTrack, indices: Sequence[int]) -> PhoneTrack:
    """Neighbours as one phone, which is called as the longest of them."""
    chosen = sorted(set(indices))
    if len(chosen) < 2 or chosen != list(range(chosen[0], chosen[-1] + 1)):
        raise PhoneError(Phrase("to join phones choose two or more that follow one another"))
    phones = list(track)
    parts = phones[chosen[0] : chosen[-1] + 1]
    longest = max(parts, key=lambda phone: phone.end - phone.start)
    whole = replace(longest, start=parts[0].start, end=parts[-1].end, confidence=1.0, source=None)
    phones[chosen[0] : chosen[-1] + 1] = [whole]
    return _as_of(track, phones)


def relabel(track: PhoneTrack, index: int, label: str, language: str | None = None) -> PhoneTrack:
    """Another phone at the same place: IPA, ARPAbet, SAMPA or a group's name. Raises PhoneError."""
    sound = sound_of(label, language)
    phones = list(track)
    before = phones[index]
    stress = before.stress if sound.stress is None else sound.stress
    phones[index] = replace(
        before, label=sound.ipa or SILENCE, group=sound.group, stress=stress, confidence=1.0, source=None
    )
    return _as_of(track, phones)


def insert(
    track: PhoneTrack, start: float, end: float, label: str, language: str | None = None
) -> PhoneTrack:
    """A phone in a gap; where phones stand already they give way at its borders."""
    sound = sound_of(label, language)
    if end - start < SHORTEST:
        raise PhoneError(
            Phrase("{0!r} from {1:.3f} to {2:.3f} s is too short: give it 10 ms", label, start, end)
        )
    phones: list[Phone] = []
    word: int | None = None
    for phone in track:
        if phone.end <= start or phone.start >= end:
            phones.append(phone)
            continue
        word = phone.word
        if phone.start < start - SHORTEST:
            phones.append(replace(phone, end=start))
        if phone.end > end + SHORTEST:
            phones.append(replace(phone, start=end))
    phones.append(Phone(start, end, sound.ipa or SILENCE, sound.group, sound.stress, word=word))
    return _as_of(track, sorted(phones, key=lambda phone: phone.start))


def insert_at(
    track: PhoneTrack, time: float, label: str, until: float, language: str | None = None
) -> PhoneTrack:
    """A phone from a moment on: as the second half of the one that is there, or in a gap before ``until``."""
    index = at(track, time)
    if index is not None:
        here = track.phones[index]
        if time - here.start < SHORTEST or here.end - time < SHORTEST:
            raise PhoneError(f"{here.label!r} leaves no room at {time:.3f} s: move the cursor to its middle")
        return insert(track, time, here.end, label, language)
    limit = next((phone.start for phone in track if phone.start > time), until)
    if limit - time < SHORTEST:
        raise PhoneError(f"there is no room for a phone at {time:.3f} s: move the cursor")
    return insert(track, time, min(limit, time + _USUAL), label, language)


def delete(track: PhoneTrack, indices: Sequence[int], hold: bool = False) -> PhoneTrack:
    """Sounds taken away. What they leave is silence; or the one before holds on, if it touches and speaks."""
    gone = set(indices)
    kept: list[Phone] = []
    for index, phone in enumerate(track):
        if index not in gone:
            kept.append(phone)
        elif hold and kept and not kept[-1].is_silence and phone.start - kept[-1].end < TOUCH:
            kept[-1] = replace(kept[-1], end=phone.end)
    return _as_of(track, kept)


def sound_of(label: str, language: str | None = None) -> Sound:
    """What a person typed, in whichever alphabet. A group's name is that group, whatever its case."""
    text = label.strip()
    if not text:
        raise PhoneError(Phrase("the phone has no name: type IPA such as m or ɑ, or a group such as MBP"))
    try:
        alphabet = groups.detect_alphabet([text])
    except PhoneError as error:
        group = next((name for name in GROUPS if name.lower() == text.lower()), None)
        if group is None:
            raise PhoneError(
                f"{text!r} is no phone: give one in IPA (m, ɑ), in ARPAbet (AA), or a group such as MBP"
            ) from error
        text, alphabet = group, "group"
    return groups.lookup(text, "ipa" if alphabet == "group+ipa" else alphabet, language)


def touches(track: PhoneTrack, index: int) -> bool:
    """Whether a phone ends where the next begins."""
    phones = track.phones
    return index + 1 < len(phones) and abs(phones[index].end - phones[index + 1].start) < TOUCH


def _held(value: float, low: float, high: float) -> float:
    return max(low, min(round(value, 6), high))


def _as_of(track: PhoneTrack, phones: Sequence[Phone]) -> PhoneTrack:
    """``track`` with other phones, and all that it holds besides them."""
    return replace(track, phones=tuple(phones))
