"""The tables of what words bring: texts that are spoilt alike every time, words that are found."""

from __future__ import annotations

from bilabial.phonemes.pronounce import Word, words_of
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.training.measure.measures import EventScore, score_events
from bilabial.training.measure.surroundings import Heard, Row, as_json, as_markdown
from bilabial.training.measure.words import SPOILT, spoilt


def test_words_are_spoilt_by_their_share_and_the_same_for_one_name() -> None:
    words = words_of("my baby puppy bumps a big pumpkin " * 60)
    others = words_of("seventeen umbrellas")
    for share in SPOILT:
        once = spoilt(words, share, "clip", others)
        assert once == spoilt(words, share, "clip", others)
        strange = sum(word in others for word in once)
        assert abs(strange / len(words) - share * 0.8) < 0.06  # the rest of the share is left out
    assert spoilt(words, 0.0, "clip", others) == words
    assert spoilt(words, 0.3, "clip", others) != spoilt(words, 0.3, "another", others)
    one: list[Word] = words[:1]
    assert all(spoilt(one, 0.3, str(name), others) for name in range(50)), "no clip without a word"


def test_found_words_have_a_column_and_the_clips_that_believed_them() -> None:
    track = PhoneTrack.of([Phone(0.1, 0.2, "m", "MBP"), Phone(0.3, 0.4, "f", "FV")])
    alone: dict[str, EventScore] = {}
    found: dict[str, EventScore] = {}
    score_events(track, PhoneTrack(), alone)
    score_events(track, track, found)
    heard = Heard(alone=alone, found=found, believed=3)
    rows = {("set", "clean"): Row(clips=4, by_model={"ear 1": heard})}
    table = as_markdown(rows, "command")
    assert "| clips | condition | n | ear 1 | ear 1, words found |" in table
    assert table.rstrip().endswith("1.000 / 1.000 (3) |")
    told = as_json(rows)[0]["models"]["ear 1"]
    assert told["words_believed"] == 3 and told["words_found"]["m b p"]["f1"] == 1.0
    without = as_markdown({("set", "clean"): Row(clips=4, by_model={"ear 1": Heard(alone=alone)})}, "command")
    assert "words" not in without
