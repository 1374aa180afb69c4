"""Phones and words in a take's file: rows under named columns, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from ..json_field import Field
from ..limits import LONGEST
from ..phonemes.track import Phone, PhoneTrack, SaidWord
from .schemas import opened, schema_of

Json = dict[str, Any]

# Phones

_PHONE_COLUMNS = ("start", "end", "label", "group", "stress", "confidence", "word", "source")
_phone_row = attrgetter(*_PHONE_COLUMNS)


def phones_out(phones: PhoneTrack) -> Json:
    """Rows in the order of ``columns``: short to read, and one line a phone."""
    rows = [list(_phone_row(phone)) for phone in phones]
    return {"schema": schema_of("phones"), "columns": list(_PHONE_COLUMNS), "rows": rows}


def phones_in(field: Field) -> PhoneTrack:
    field = opened(field, "phones")
    if field.get("columns").value != list(_PHONE_COLUMNS):
        raise field.get("columns").fault(f"must be {', '.join(_PHONE_COLUMNS)}")
    phones = []
    for row in field.get("rows").list():
        start, end, label, group, stress, confidence, word, source = row.list(len(_PHONE_COLUMNS))
        with row.blamed():
            phones.append(
                Phone(
                    start.number(),
                    end.number(),
                    label.text(),
                    group.text(),
                    stress.optional_integer(),
                    confidence.number(),
                    word.optional_integer(),
                    source.optional_text(),
                )
            )
    with field.blamed():
        track = PhoneTrack.of(phones)
    if track.end > LONGEST:
        raise field.fault(f"ends at {track.end:g} s, and a take lasts {LONGEST:g} s at most")
    return track


# Words

_WORD_COLUMNS = ("text", "start", "end", "confidence", "heard")


def words_out(words: Sequence[SaidWord]) -> Json:
    """One line a word."""
    rows = [[getattr(word, column) for column in _WORD_COLUMNS] for word in words]
    return {"schema": schema_of("words"), "columns": list(_WORD_COLUMNS), "rows": rows}


def words_in(field: Field) -> tuple[SaidWord, ...]:
    field = opened(field, "words")
    if field.get("columns").value != list(_WORD_COLUMNS):
        raise field.get("columns").fault(f"must be {', '.join(_WORD_COLUMNS)}")
    words = []
    for row in field.get("rows").list():
        text, start, end, confidence, heard = row.list(len(_WORD_COLUMNS))
        with row.blamed():
            words.append(
                SaidWord(text.text(), start.number(), end.number(), confidence.number(), heard.flag())
            )
    return tuple(words)
