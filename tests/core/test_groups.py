"""Anybody's phone labels to visual groups."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bilabial.phonemes
from bilabial.controls import GROUPS, SILENCE, VOWELS
from bilabial.errors import PhoneError
from bilabial.phonemes import groups
from bilabial.phonemes.groups import ALPHABETS, detect_alphabet, expand, group_of, lookup, track
from bilabial.phonemes.shapes import BLAIR_TO_GROUP, GROUP_TO_BLAIR, GROUP_TO_RHUBARB, RHUBARB_TO_GROUP
from bilabial.phonemes.track import Phone, PhoneTrack

CMU_PHONES = ["AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH",
              "IH", "IY", "JH", "K", "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH",
              "UW", "V", "W", "Y", "Z", "ZH"]  # fmt: skip


def parts(label: str, alphabet: str = "ipa", language: str | None = None) -> list[str]:
    return [part.group for part in lookup(label, alphabet, language).parts]


@pytest.mark.parametrize("phone", CMU_PHONES)
@pytest.mark.parametrize("form", [str.upper, str.lower, str.title])
def test_arpabet_in_any_case_with_and_without_stress(phone: str, form: object) -> None:
    plain = lookup(form(phone), "arpabet")  # type: ignore[operator]
    assert plain.stress is None
    if plain.group in VOWELS and phone != "HH":
        for digit in (1, 2):
            stressed = lookup(f"{phone}{digit}", "arpabet")
            assert stressed.stress == digit
            assert stressed.parts == plain.parts


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("AH0", ["Schwa"]), ("AH1", ["Uh"]), ("ER0", ["Schwa"]), ("ER1", ["Uh"]), ("AY", ["Ah", "Ih"]),
        ("OW1", ["Oh", "U"]), ("JH", ["JY"]), ("B_I", ["MBP"]), ("BCL", ["MBP"]), ("sil", [SILENCE]),
    ],
)  # fmt: skip
def test_arpabet_groups(label: str, expected: list[str]) -> None:
    assert parts(label, "arpabet") == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("tʰ", ["LNTD"]), ("t͡ʃ", ["ShChZh"]), ("tʃ", ["ShChZh"]), ("dʒ", ["JY"]), ("aː", ["Ah"]), ("ˈa",
        ["Ah"]),
        ("n̩", ["LNTD"]), ("m̥", ["MBP"]), ("ã", ["Ah"]), ("ɔ̃", ["Oh"]), ("ç", ["JY"]), ("c\u0327", ["JY"]),
        ("c", ["JY"]), ("kʷ", ["GK"]), ("sʲ", ["S"]), ("aɪ", ["Ah", "Ih"]), ("a͜ɪ", ["Ah", "Ih"]), ("pf",
        ["MBP", "FV"]),
        ("aɪə", ["Ah", "Ih", "Schwa"]), ("g", ["GK"]), ("ɡ", ["GK"]), ("ɚ", ["Schwa"]), ("β", ["MBP"]),
        ("œy", ["Eu", "Eu"]), ("uɔ", ["U", "Ah"]), ("", [SILENCE]), ("sil", [SILENCE]), ("<p:>", [SILENCE]),
        ("{SL}", [SILENCE]),
    ],
)  # fmt: skip
def test_ipa_with_marks(label: str, expected: list[str]) -> None:
    assert parts(label) == expected


def test_a_diphthong_changes_at_sixty_percent() -> None:
    assert [part.share for part in lookup("aɪ").parts] == [0.6, 0.4]
    seen = expand(track([(0.0, 1.0, "AY1")], "arpabet"))
    assert [(p.start, p.end, p.label, p.group) for p in seen] == [
        (0.0, 0.6, "a", "Ah"),
        (0.6, 1.0, "ɪ", "Ih"),
    ]


def test_open_o_is_rounded_where_a_language_rounds_it() -> None:
    assert group_of("ɔ") == group_of("ɔː", language="en-us") == "Ah"
    for language in ("fr", "de", "de-AT", "it", "ru", "pt"):
        assert group_of("ɔ", language=language) == group_of("ɔː", language=language) == "Oh"
    assert group_of("O", "espeak", "fr") == "Oh"
    assert group_of("O", "espeak", "en") == "Ah"
    rounded = expand(track([(0.0, 1.0, "ɔɪ")], "ipa", "de"))
    assert [p.group for p in rounded] == ["Oh", "Ih"]


@pytest.mark.parametrize(
    ("mnemonic", "voice", "group"),
    [
        ("a", "en", "Aa"), ("a", "fr", "Ah"), ("y", "ru", "Uh"), ("y", "fr", "Eu"), ("'aI", "en-us", "Ah"),
        ("3:", "en", "Uh"), ("@", "de", "Schwa"), ("_:", "en", SILENCE), ("t[", "es", "LNTD"), ("0",
                                                                             "en-us", "Ah"),
        ("0", "en", "Oh"), ("iou55", "cmn", "Ee"), ("tS;", "ja", "ShChZh"), ("m", "hi", "MBP"),
    ],
)  # fmt: skip
def test_espeak_depends_on_the_voice(mnemonic: str, voice: str, group: str) -> None:
    assert group_of(mnemonic, "espeak", voice) == group


@pytest.mark.parametrize(
    ("label", "group"),
    [("_d", "LNTD"), ("!t", "LNTD"), ("b", "MBP"), ("6", "Uh"), ("C", "JY"), ("OY", "Oh"), ("N", "GK"),
     (".", SILENCE),
     ("sil", SILENCE), ("d+nas", "LNTD"), ("NN", "GK"), ("2:", "Eu")],
)  # fmt: skip
def test_corpus_sampa(label: str, group: str) -> None:
    assert lookup(label, "sampa-corpus").group == group


def test_a_lip_stops_release_is_not_its_closure() -> None:
    said = track([(0.0, 0.1, "p"), (0.1, 0.12, "!p"), (0.12, 0.15, "pasp"), (0.15, 0.3, "a")], "sampa-corpus")
    assert [p.group for p in said] == ["MBP", "Ah", "Ah", "Ah"]


def test_h_takes_the_vowel_to_come() -> None:
    said = track(
        [(0, 1, "HH"), (1, 2, "UW1"), (2, 3, "HH"), (3, 4, "AY1"), (4, 5, "HH"), (5, 6, "SIL")], "arpabet"
    )
    assert [p.group for p in said] == ["U", "U", "Ah", "Ah", "Eh", SILENCE]


def test_a_glottal_stop_takes_its_neighbour() -> None:
    said = track([(0, 1, "o"), (1, 2, "ʔ"), (2, 3, "SIL"), (3, 4, "ʔ")])
    assert [p.group for p in said] == ["Oh", "Oh", SILENCE, "Schwa"]


def test_ipa_stress_moves_from_the_syllables_start_to_its_vowel() -> None:
    said = track([(0, 1, "ˈt"), (1, 2, "a"), (2, 3, "k"), (3, 4, "ə"), (4, 5, "ˌm"), (5, 6, "i")])
    assert [(p.label, p.stress) for p in said] == [
        ("t", None), ("a", 1), ("k", None), ("ə", 0), ("m", None), ("i", 2),
    ]  # fmt: skip
    assert [p.stress for p in track([(0, 1, "t"), (1, 2, "a")])] == [None, None]


@pytest.mark.parametrize(
    "alphabet", ["ipa", "arpabet", "espeak", "sampa", "group", "rhubarb", "preston-blair"]
)
def test_an_unknown_phone_is_named(alphabet: str) -> None:
    with pytest.raises(PhoneError, match="'§§'"):
        lookup("§§", alphabet)


def test_unknown_alphabets_are_named() -> None:
    with pytest.raises(PhoneError, match="'klingon'"):
        lookup("a", "klingon")


@pytest.mark.parametrize(
    ("labels", "alphabet"),
    [
        (["P", "AA1", "M", "sil"], "arpabet"), (["p", "ae", "m", "sp"], "arpabet"), (["p", "ɑ", "m", ""],
        "ipa"),
        (["m", "a", "ts"], "ipa"), (["E", "@", "6", "OY", "x", "n"], "sampa"), (["E", "!t", "tasp", "."],
        "sampa-corpus"),
        (["MBP", "Ah", "SIL"], "group"), ([], "group"),
    ],
)  # fmt: skip
def test_the_labels_tell_their_alphabet(labels: list[str], alphabet: str) -> None:
    assert detect_alphabet(labels) == alphabet


@pytest.mark.parametrize("labels", [["P", "AA1", "QQ"], ["hello", "world"], ["p", "a", "st§"]])
def test_no_alphabet_is_guessed(labels: list[str]) -> None:
    with pytest.raises(PhoneError, match="name the alphabet"):
        detect_alphabet(labels)


def test_every_sound_of_the_table_is_found() -> None:
    """The lookups reach each row of the table under its own alphabet and give that row's group."""
    source = Path(bilabial.phonemes.__file__).with_name("groups.csv")
    seen = set()
    with source.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["group"] in GROUPS]
    for row in rows:
        if "/" not in row["espeak"] and not row["ipa"].startswith("("):
            found = lookup(row["ipa"])
            if row["ipa"] not in seen and row["ipa"] != "ɔʏ":  # whose note recommends Oh
                assert found.group == row["group"], row
            seen.add(row["ipa"])
        if row["arpabet"] and row["group"] != SILENCE:
            assert lookup(row["arpabet"], "arpabet").group == row["group"]
        voice, _, mnemonic = row["espeak"].partition("/")
        if mnemonic and voice in ("en", "en-us", "cmn", "ja", "hi", "ar", "es"):
            assert lookup(mnemonic, "espeak", voice).group == row["group"], row


def test_cartoon_shapes_are_complete() -> None:
    assert set(GROUP_TO_RHUBARB) == set(GROUP_TO_BLAIR) == set(GROUPS)
    assert set(GROUP_TO_RHUBARB.values()) <= set(RHUBARB_TO_GROUP)
    assert set(GROUP_TO_BLAIR.values()) <= set(BLAIR_TO_GROUP)
    for shape, group in RHUBARB_TO_GROUP.items():
        assert GROUP_TO_RHUBARB[group] == shape or shape == "H"  # the tongue's shape comes from l alone


def test_a_network_s_groups_and_a_users_choice_stay_whole() -> None:
    heard = Phone(0.0, 1.0, "Ah", "Ah")
    moved = Phone(1.0, 2.0, "aɪ", "Eh")  # somebody filed the diphthong under another group
    assert expand(PhoneTrack.of([heard, moved])).phones == (heard, moved)


@given(st.lists(st.sampled_from(["p", "aɪ", "h", "ʔ", "SIL", "tʃ", "aʊə", "pf", "m"]), max_size=12))
def test_expanding_keeps_the_time(labels: list[str]) -> None:
    said = track([(index, index + 1, label) for index, label in enumerate(labels)], "ipa")
    seen = expand(said)
    assert sum(p.end - p.start for p in seen) == pytest.approx(len(labels))
    assert expand(seen) == seen
    assert [p.start for p in seen] == sorted(p.start for p in seen)


@given(st.text(max_size=6), st.sampled_from(ALPHABETS))
def test_any_text_is_a_sound_or_a_clear_refusal(text: str, alphabet: str) -> None:
    try:
        found = groups.lookup(text, alphabet)
    except PhoneError as error:
        assert repr(text) in str(error)
    else:
        assert sum(part.share for part in found.parts) == pytest.approx(1.0)
        assert {part.group for part in found.parts} <= set(GROUPS)
