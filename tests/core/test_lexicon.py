"""The project's own pronunciations: the file, the words of a text, what generate and batch make of them."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile

from bilabial.batch.line import key_of, request_of
from bilabial.batch.lines import Line
from bilabial.batch.make import Request
from bilabial.batch.run import Task
from bilabial.cli import main
from bilabial.curves.format import load
from bilabial.errors import PhoneError
from bilabial.expression.emotion.by_hand import read_tags
from bilabial.phonemes.lexicon import FILE, parse_lexicon, parse_said, read_lexicon, set_word
from bilabial.phonemes.pronounce import guessed_words, words_of

DEMO = Path(__file__).resolve().parents[2] / "docs" / "demo" / "line.flac"
TEXT = """
# whom we talk of
Kvothe  K W OW1 DH
Kvothe(2)\tK V OW1 TH   # another way
Nguyen  /ŋwiˈən/
Zoë     z ˈoʊ i
C++     S IY1 P L AH1 S
R2D2    AA1 R T UW1 D IY1 T UW1
"""


def said(text: str, language: str = "en") -> dict[str, list[str]]:
    words = words_of(text, language, parse_lexicon(TEXT))
    return {word.text: ["".join(sound.ipa for sound in one) for one in word.variants] for word in words}


def test_arpabet_ipa_and_ipa_in_one_run_are_read_with_their_stress() -> None:
    sounds = parse_said("/ŋwiˈən/").sounds("en")
    assert [(sound.ipa, sound.stress) for sound in sounds] == [
        ("ŋ", None), ("w", None), ("i", 0), ("ə", 1), ("n", None)
    ]  # fmt: skip
    assert parse_said("K W OW1 DH").sounds("en")[2].stress == 1
    assert [sound.group for sound in parse_said("b ɔ t").sounds("fr")] == ["MBP", "Oh", "LNTD"]
    assert parse_said("b ɔ t").sounds("en")[1].group == "Ah"  # open o as the language has it


@pytest.mark.parametrize("wrong", ["", "K W QQ", "K W !", "{}", "SIL"])
def test_what_is_no_sound_is_refused(wrong: str) -> None:
    with pytest.raises(PhoneError, match="phone"):
        parse_said(wrong)


def test_words_are_found_whatever_their_capitals_marks_hyphens_and_in_the_genitive() -> None:
    found = said("“KVOTHE’s half-Kvothe met Nguyen, Zoë and R2D2: in C++.")
    assert found["kvothe's"] == ["kwoʊðz", "kvoʊθs"]
    assert found["kvothe"] == ["kwoʊð", "kvoʊθ"] and found["half"] == ["hæf"]
    assert found["nguyen"] == ["ŋwiən"] and found["zoë"] == ["zoʊi"]
    assert found["r2d2"] == ["ɑɹtuditu"] and found["c++"] == ["siplʌs"]
    assert list(found).index("met") == 3  # in the order of the text


def test_words_of_other_languages_need_no_espeak_where_the_lexicon_has_them_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    assert said("Zoë, Zoë!", "ja") == {"zoë": ["zoʊi"]}
    with pytest.raises(PhoneError, match="eSpeak NG"):
        said("Zoë desu", "ja")


def test_a_faulty_line_is_named() -> None:
    with pytest.raises(PhoneError, match=r"words\.txt, line 2: 'QQ' is no phone"):
        parse_lexicon("a AH0\nKvothe K QQ\n", "words.txt")
    with pytest.raises(PhoneError, match="line 1: a word needs its phones"):
        parse_lexicon("Kvothe\n")


def test_a_file_that_is_not_text_or_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / FILE
    path.write_bytes(b"\xff\xfe\x00K")
    with pytest.raises(PhoneError, match="UTF-8"):
        read_lexicon(path)
    monkeypatch.setattr("bilabial.phonemes.lexicon._MOST", 3)
    with pytest.raises(PhoneError, match="own words alone"):
        read_lexicon(path)


def test_a_word_is_set_and_forgotten_and_every_other_line_stays(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text(TEXT, "utf-8")
    set_word(path, "kvothe", ("K UW1 DH",))
    set_word(path, "Xyzzle", ("Z IH1 Z AH0 L", "ˈzaɪzəl"))
    text = path.read_text("utf-8")
    assert text.splitlines()[1:4] == ["# whom we talk of", "kvothe  K UW1 DH", "Nguyen  /ŋwiˈən/"]
    assert text.endswith("Xyzzle  Z IH1 Z AH0 L\nXyzzle  ˈzaɪzəl\n")
    assert len(read_lexicon(path).words["xyzzle"]) == 2
    set_word(path, "Xyzzle", ())
    assert "Xyzzle" not in path.read_text("utf-8") and "xyzzle" not in read_lexicon(path).words
    before = path.read_bytes()
    for word, sounds in (("two words", "AH0"), ("# no", "AH0"), ("good", "QQ")):
        with pytest.raises(PhoneError):
            set_word(path, word, (sounds,))
    assert path.read_bytes() == before


def test_guessed_words_are_those_that_nobody_knows() -> None:
    guessed = guessed_words("[angry] Kvothe met Xyzzle's runnin' dogs in 1984", "en", parse_lexicon(TEXT))
    assert list(guessed) == ["xyzzle's"] and guessed["xyzzle's"].startswith("Z ")
    assert guessed_words("Xyzzle", "de") == {}


def test_emotion_tags_count_the_words_of_the_lexicon() -> None:
    text = "R2D2 [angry] go"
    assert read_tags(text, "en", parse_lexicon(TEXT))[0] == ((1, "anger", 1.0),)
    assert read_tags(text, "en")[0][0][0] > 1  # without it the droid is several words


@pytest.fixture
def strange(tmp_path: Path) -> Path:
    """The demo's first words, with a name in the text that no dictionary says as it is spoken."""
    samples, rate = soundfile.read(DEMO)
    soundfile.write(tmp_path / "line.wav", samples[: round(1.75 * rate)], rate)
    (tmp_path / "line.txt").write_text("My name is Qqrx", "utf-8")
    (tmp_path / FILE).write_text("Qqrx  B AY0 L EY1 B IY0 AH0 L\n", "utf-8")
    return tmp_path / "line.wav"


def test_generate_hears_the_lexicon_beside_the_sound(strange: Path) -> None:
    text = str(strange.with_suffix(".txt"))
    assert main(["generate", str(strange), "--words", text, "--face", "none"]) == 0
    take = load(strange.with_name("line.take.json"))
    assert [word.text for word in take.words] == ["my", "name", "is", "qqrx"] and take.words[3].heard
    name = [phone.group for phone in take.phones if phone.word == 3]
    assert name.count("MBP") == 2
    letters = [sound.group for sound in words_of("Qqrx")[0].variants[0]]
    assert "MBP" not in letters  # without the lexicon


def test_a_batch_hears_the_lexicon_beside_its_list_and_makes_a_line_anew_when_it_changes(
    strange: Path,
) -> None:
    rows = strange.with_name("list.csv")
    rows.write_text("sound,text\nline.wav,line.txt\n", "utf-8")
    command = ["batch", str(rows), "--jobs", "1", "--face", "none"]
    assert main(command) == 0
    take = strange.with_name("line.take.json")
    first = take.read_bytes()
    assert [p.group for p in load(take).phones if p.word == 3].count("MBP") == 2
    strange.with_name(FILE).write_text("Qqrx  B AY0 L EY1 P IY0\n", "utf-8")
    assert main(command) == 0
    assert take.read_bytes() != first


def test_a_lexicon_that_is_not_there_or_wrong_is_told_before_the_work(
    strange: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", str(strange), "--lexicon", "nowhere.txt"]) != 0
    assert "there is no lexicon nowhere.txt" in capsys.readouterr().err
    strange.with_name(FILE).write_text("Qqrx  B QQ\n", "utf-8")
    assert main(["generate", str(strange)]) != 0
    assert f"{FILE}, line 1" in capsys.readouterr().err
    assert not strange.with_name("line.take.json").exists()


def test_a_line_of_a_batch_is_made_anew_where_lexicon_or_face_change_and_only_where_words_count() -> None:
    line = Line(2, Path("a.wav"), Path("a.json"))
    hashes = {"sound": "1"}
    plain = key_of(Request(line.sound, line.take), hashes)
    assert key_of(Request(line.sound, line.take), {**hashes, "lexicon": "2"}) != plain
    for changed in ({"face": "none"}, {"emotion": "joy"}, {"seed": 7}):
        assert key_of(Request(line.sound, line.take, **changed), hashes) != plain  # type: ignore[arg-type]
    lexicon = Path("words.txt")
    assert request_of(Task(line, None, lexicon=lexicon)).lexicon == lexicon
    assert request_of(Task(line, None, lexicon=lexicon, words="none")).lexicon is None
    phones = Line(2, line.sound, line.take, phones=Path("a.lab"))
    assert request_of(Task(phones, None, lexicon=lexicon)).lexicon is None
