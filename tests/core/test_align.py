"""Texts laid along sounds whose truth is known, pronunciations, numbers, subtitles."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilabial.controls import GROUPS, SILENCE
from bilabial.errors import PhoneError
from bilabial.exchange.phones import read_phones
from bilabial.phonemes.align import align
from bilabial.phonemes.cues import CueError, read_cues
from bilabial.phonemes.dictionary import known, pack, pronunciations
from bilabial.phonemes.inventory import INVENTORY, fold, spans, targets
from bilabial.phonemes.letters import spell
from bilabial.phonemes.numbers import spoken
from bilabial.phonemes.pronounce import words_of
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.pipeline import GenerateOptions, generate


def heard(track: PhoneTrack, rows: int, sure: float = 0.7, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """What a fair network would say of a track: mostly right, noisy."""
    random = np.random.default_rng(seed)
    out = []
    for truth, classes in zip(targets(track, rows), (len(GROUPS), len(INVENTORY)), strict=True):
        probabilities = random.dirichlet(np.full(classes, 0.3), rows) * (1 - sure)
        probabilities[np.arange(rows), truth] += sure
        out.append(probabilities.astype(np.float32))
    return out[0], out[1]


def speak(text: str, pause_after: int | None = None) -> tuple[PhoneTrack, int]:
    """A track of the text's first pronunciations, each sound 80 ms, 200 ms of silence at both ends."""
    at, phones = 0.2, []
    for number, word in enumerate(words_of(text)):
        for sound in word.variants[0]:
            phones.append(Phone(round(at, 3), round(at + 0.08, 3), sound.ipa, sound.group, word=number))
            at += 0.08
        if number == pause_after:
            at += 0.5
    return PhoneTrack.of(phones), int((at + 0.2) * 100) + 1


def test_it_finds_every_sound_and_the_pause() -> None:
    truth, rows = speak("bring me a beige hat please", pause_after=1)
    found = align(*heard(truth, rows), words_of("Bring me a beige hat, please!"))
    assert [phone.label for phone in found] == [phone.label for phone in truth]
    assert [phone.word for phone in found] == [phone.word for phone in truth]
    starts = np.array([[a.start, b.start] for a, b in zip(found, truth, strict=True)])
    assert np.median(np.abs(starts[:, 0] - starts[:, 1])) <= 0.01
    assert np.abs(starts[:, 0] - starts[:, 1]).max() <= 0.05
    pause = found.phones[6].start - found.phones[5].end
    assert pause == pytest.approx(0.5, abs=0.05)


def test_it_chooses_the_pronunciation_that_is_said() -> None:
    words = words_of("tomato")
    assert len(words[0].variants) >= 2
    for variant in words[0].variants[:2]:
        phones = [
            Phone(0.2 + 0.09 * i, 0.29 + 0.09 * i, sound.ipa, sound.group) for i, sound in enumerate(variant)
        ]
        found = align(*heard(PhoneTrack.of(phones), 120), words)
        assert [phone.label for phone in found] == [sound.ipa for sound in variant]


def test_groups_alone_are_enough() -> None:
    truth, rows = speak("maybe five")
    groups, _ = heard(truth, rows)
    found = align(groups, None, words_of("maybe five"))
    assert len(found) == len(truth)


def test_a_text_that_is_too_long_is_refused() -> None:
    groups = np.full((20, len(GROUPS)), 1 / len(GROUPS), dtype=np.float32)
    with pytest.raises(PhoneError, match="does not fit"):
        align(groups, None, words_of("this is far too long for a fifth of a second"))


def test_a_text_without_words_is_refused() -> None:
    with pytest.raises(PhoneError, match="no word"):
        words_of("... [laughs] !")


def test_dictionary() -> None:
    assert ["HH", "AH0", "L", "OW1"] in known("hello")
    assert len(pronunciations("the")) == 3
    assert pronunciations("weasel's")[0][-1] == "Z"
    assert known("zorgleblaster") == [] and pronunciations("zorgleblaster")[0][0] == "Z"


def test_packing_gives_back_what_went_in(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    from pathlib import Path

    from bilabial.phonemes import dictionary

    file = Path(str(tmp_path)) / "words.bin"
    file.write_bytes(pack("ABLE 1 EY1 B AH0 L\nABLER 1 EY1 B AH0 L ER0\nA. 1 EY1\nA 1 AH0\nA 2 EY1\n"))
    monkeypatch.setattr(dictionary, "_FILE", file)
    dictionary._packed.cache_clear()
    try:
        assert known("a") == [["AH0"], ["EY1"]]
        assert known("abler") == [["EY1", "B", "AH0", "L", "ER0"]]
    finally:
        dictionary._packed.cache_clear()


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzé", min_size=1, max_size=14))
def test_every_spelling_can_be_said(word: str) -> None:
    phones = spell(word)
    assert phones
    assert sum(phone.endswith("1") for phone in phones) == 1


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("23", "twenty three"), ("1984", "nineteen eighty four"), ("1900", "nineteen hundred"), ("1805",
        "eighteen oh five"),
        ("2,500", "two thousand five hundred"), ("3.14", "three point one four"), ("2nd", "second"),
        ("20th", "twentieth"),
        ("007", "zero zero seven"), ("mp3", "mp three"), ("0", "zero"), ("1000000", "one million"),
    ],
)  # fmt: skip
def test_numbers(token: str, words: str) -> None:
    assert " ".join(spoken(token)) == words


def test_languages_without_rules_need_espeak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(PhoneError, match="install espeak-ng"):
        words_of("Γεια σου", "el")


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_portuguese_is_said_in_both_countries_ways_where_none_is_told() -> None:
    ways = [
        {"".join(sound.ipa for sound in way) for way in words_of("cidade", code)[0].variants}
        for code in ("pt", "pt-br")
    ]
    assert len(ways[0]) == 2 and ways[0] > ways[1]


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_espeak_pronounces_german() -> None:
    words = words_of("Guten Tag, 23 Häuser", "de")
    assert [word.text for word in words] == ["Guten", "Tag", "23", "Häuser"]
    assert words[0].variants[0][0].ipa == "ɡ"


def test_subtitles() -> None:
    cues = read_cues(
        "1\n00:00:01,500 --> 00:00:02,750\nHello\nthere\n\n2\n00:00:03.000 --> 00:01:00.000\nyou\n"
    )
    assert [(cue.start, cue.end, cue.text) for cue in cues] == [
        (1.5, 2.75, "Hello there"),
        (3.0, 60.0, "you"),
    ]
    assert read_cues("No times in here.") == []
    cue = read_cues("WEBVTT\n\n00:01.000 --> 00:02.000 align:start\n<i>Pop</i> (laughs) &amp; go\n")[0]
    assert cue.said == "Pop & go" and cue.line == 3
    with pytest.raises(CueError, match="line 1 of the subtitles: 'soon' is no time"):
        read_cues("soon --> 00:00:02,000\nhey")


def test_inventory_covers_every_group() -> None:
    assert fold("aː", "Ah") == INVENTORY.index("a")
    assert fold("χ", "GK") == INVENTORY.index("x")
    assert fold("", SILENCE) == INVENTORY.index(SILENCE)
    track = PhoneTrack.of([Phone(0.1, 0.3, "aɪ", "Ah")])
    assert spans(track)[:, :2].tolist() == pytest.approx(np.array([[0.1, 0.22], [0.22, 0.3]]))
    groups, _ = targets(track, 40)
    assert [GROUPS[g] for g in groups[[9, 10, 21, 22, 29, 30]]] == [SILENCE, "Ah", "Ah", "Ih", "Ih", SILENCE]


def test_the_demo_line_closes_on_every_m_b_and_p_of_its_words() -> None:
    """Against the synthesiser's own times: the lips are shut where each is said."""
    demo = Path(__file__).parents[2] / "docs" / "demo"
    take = generate(demo / "line.flac", GenerateOptions(text=(demo / "line.txt").read_text(encoding="utf-8")))
    truth = read_phones(demo / "line.lab", alphabet="arpabet")
    closed = {group: take.track().curves[group] for group in ("MBP", "MBPa", "FV", "FVa")}
    for phone in truth:
        if phone.group in ("MBP", "FV"):
            times = np.arange(phone.start - 0.04, phone.end + 0.04, 0.005)
            shut = [closed[name].evaluate(times).max() for name in (phone.group, f"{phone.group}a")]
            assert max(shut) > 0.95, (phone.label, phone.start)
