"""Sentences that remember how they were filled in, so that a window may say them in another language."""

from __future__ import annotations

import copy
import errno
import json
import pickle

from bilabial.errors import BilabialError
from bilabial.phrases import Phrase
from bilabial.refusals import sentence


def test_a_phrase_is_its_text_and_knows_what_it_was_made_of() -> None:
    gap = Phrase("the lips stay {0:.1f} mm apart", 1.26)
    whole = Phrase("{0} on an m, b or p", gap)
    assert whole == "the lips stay 1.3 mm apart on an m, b or p" and json.dumps(whole) == f'"{whole}"'
    assert (
        whole.values[0] is gap and gap.pattern == "the lips stay {0:.1f} mm apart" and gap.values == (1.26,)
    )
    assert Phrase("a name with {braces}") == "a name with {braces}"
    assert Phrase.lines(("one", gap)) == "one\nthe lips stay 1.3 mm apart"


def test_a_phrase_is_copied_and_sent_to_another_process_whole() -> None:
    told = Phrase("{0} has {1} keys", "Ja{w}", 3)
    for again in (copy.deepcopy(told), pickle.loads(pickle.dumps(told))):
        assert (again, again.pattern, again.values) == (told, told.pattern, told.values)


def test_what_goes_wrong_is_told_as_a_phrase() -> None:
    error = BilabialError(Phrase("{0} has no sound: put it beside its take", "line_01"))
    told = sentence(error)
    assert isinstance(told, Phrase) and told.values == ("line_01",) and told == str(error)
    full = sentence(OSError(errno.ENOSPC, "full", "a.json"))
    assert isinstance(full, Phrase) and full.startswith("the disk is full, so 'a.json'")
    assert sentence(OSError(errno.EACCES, "no")).startswith("access to it is refused")
