"""Words that nobody says, and what is told of them."""

from __future__ import annotations

import numpy as np

from bilabial.phonemes.track import PhoneTrack
from bilabial.training.data.sets import Clip
from bilabial.training.measure import word_trust
from bilabial.training.measure.word_trust import Told, as_markdown


def _clip(text: str) -> Clip:
    known = {"name": "set/one", "text": text, "language": "en", "phones": PhoneTrack()}
    return Clip(**{name: known.get(name, "") for name in Clip.__dataclass_fields__})  # type: ignore[arg-type]


def test_a_found_word_is_right_where_the_text_has_it_in_its_place() -> None:
    found = ["the", "bat", "sat", "on", "on", "the", "mat"]
    assert word_trust.in_their_place(found, _clip("The cat sat on the mat.")) == {0, 2, 4, 5, 6}


def test_the_table_counts_what_was_found_by_how_sure_it_was() -> None:
    told = [Told(True, True, 0.999)] * 8 + [Told(True, True, 0.9), Told(True, False, 0.0)]
    told += [Told(False, False, 0.0)] * 3 + [Told(False, True, 0.6)]
    table = as_markdown(told)
    assert "Of 10 right words 90.0% are found, of 4 wrong ones 25.0%." in table
    assert "In 100% of pairs" in table
    assert "| 0.5 to 0.8 | 1 | 0.600 | 0.0% |" in table and "| 0.99 to 1 | 8 | 0.999 | 100.0% |" in table


def test_wrong_words_come_from_other_clips_and_are_the_same_every_time() -> None:
    clip = _clip("the cat sat on the mat " * 20)
    words, right = word_trust._mixed(clip, ["umbrella"], 0.2)
    assert len(words) == len(right) == 120
    assert 0.1 < 1 - np.mean(right) < 0.3
    assert all((word.text == "umbrella") != good for word, good in zip(words, right, strict=True))
    assert word_trust._mixed(clip, ["umbrella"], 0.2)[1] == right
