"""Generate with words: found by itself, given, none; told apart, kept in the take, reported."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_whisper import write_openai
from test_words import _Script

from bilabial.cli import main
from bilabial.curves.format import dumps, load, loads
from bilabial.curves.take import Take
from bilabial.errors import BilabialError, Cancelled, ModelError
from bilabial.phonemes.joint import FOUND, Explained
from bilabial.phonemes.track import EAR, TEXT, Phone, PhoneTrack, SaidWord
from bilabial.pipeline import GenerateOptions, generate
from bilabial.words import finding, writing
from bilabial.words.adding import add_words_model
from bilabial.words.finding import find_words
from bilabial.words.fit import DOUBTFUL, fit_of_take, fit_of_text
from bilabial.words.report import remarks, unwritten
from bilabial.words.store import load_words_model
from bilabial.words.writing import Sentence, Written

DEMO = Path(__file__).resolve().parents[2] / "docs" / "demo"
LINE, SAID = DEMO / "line.flac", (DEMO / "line.txt").read_text().strip()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("words")
    add_words_model(write_openai(home / "checkpoint"), home / "small")
    return home / "small"


def _writes(monkeypatch: pytest.MonkeyPatch, folder: Path, said: str) -> _Script:
    script = _Script(load_words_model(folder), [0.0, " " + said, 9.2])
    monkeypatch.setattr(writing, "search", script)
    return script


def _generate(folder: Path | None, **options: object) -> Take:
    named = None if folder is None else str(folder)
    return generate(LINE, GenerateOptions(words_model=named, **options))  # type: ignore[arg-type]


def test_words_found_by_themselves_are_used_and_kept(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    wrong = SAID.replace("Bilabial", "my lobby all").replace("pumpkin", "pumpkin tomorrow evening")
    _writes(monkeypatch, folder, wrong)
    shares: list[float] = []
    take = generate(LINE, GenerateOptions(words_model=str(folder)), lambda share, stage: shares.append(share))
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert take.words_model is not None and take.words_model.name == "small"
    heard = [word.text for word in take.words if word.heard]
    assert "puppy" in heard and "evening" not in heard
    sources = {phone.source for phone in take.phones}
    assert TEXT in sources
    puppy = next(i for i, word in enumerate(take.words) if word.text == "puppy")
    assert [phone.label for phone in take.phones if phone.word == puppy] == ["p", "ʌ", "p", "i"]
    again = _generate(folder)
    assert dumps(again) == dumps(take)


@pytest.mark.parametrize(
    "said", ["der schnelle braune fuchs springt über den faulen hund", "♪", "thank you for watching"]
)
def test_words_that_the_ear_does_not_hear_are_not_used(
    monkeypatch: pytest.MonkeyPatch, folder: Path, said: str
) -> None:
    _writes(monkeypatch, folder, said)
    alone = _generate(None, words="none")
    take = _generate(folder)
    assert take.words == () and take.words_model is None
    assert take.phones == alone.phones
    assert {phone.source for phone in take.phones} == {EAR}


@pytest.mark.parametrize(
    ("gain", "confidence", "believed"),
    [
        (0.29, 0.47, True),  # "She later regret that this decision": English
        (0.39, 0.39, False),  # two seconds of Hakha Chin, each of seven English words found in them
        (0.29, 0.44, False),  # one second of Dutch, "Wat een knoeipot" as "What in Creepbot?"
        (0.02, 0.60, False),  # German, into which a writer of many languages put the English for it
    ],
)
def test_words_count_where_the_ear_bears_them_out_and_the_writer_is_sure(
    monkeypatch: pytest.MonkeyPatch, folder: Path, gain: float, confidence: float, believed: bool
) -> None:
    said = SaidWord("what", 0.0, 1.0, 0.9)
    explained = Explained(PhoneTrack(), (said,), gain * 200, 200, 300, FOUND.fits)
    sentence = Sentence(0.0, 1.0, "what", (1,), confidence)
    monkeypatch.setattr(finding, "write_down", lambda *asked: Written("en", (sentence,)))
    monkeypatch.setattr(finding, "explain_heard", lambda *asked: explained)
    rows = np.zeros((300, 21), np.float32)
    found = find_words(rows, rows, None, load_words_model(folder), None, lambda share: None)
    assert (found is not None) == believed


def test_nobody_writes_where_nobody_is_asked(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    script = _writes(monkeypatch, folder, SAID)
    _generate(folder, words="none")
    _generate(folder, text=SAID)
    _generate(folder, language="de")
    _generate(folder, phones=PhoneTrack.of([Phone(0.0, 1.0, "m", "MBP")]))
    _generate(None)  # the tests' own setting: none is installed
    assert script.calls == []
    with pytest.raises(ModelError, match="no words model"):
        generate(LINE, GenerateOptions(words_model="nowhere"))


def test_words_are_written_in_the_language_that_the_model_hears(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_words_model(write_openai(tmp_path / "checkpoint", multilingual=True), tmp_path / "many")
    card = tmp_path / "many" / "card.json"
    content = json.loads(card.read_text())
    content["config"]["multilingual"], content["languages"] = True, ["de"]
    card.write_text(json.dumps(content))
    many = load_words_model(tmp_path / "many")
    script = _writes(monkeypatch, tmp_path / "many", "der schnelle braune fuchs")
    assert _generate(tmp_path / "many").words == ()
    names = [many.vocabulary.tokens[number] for number in script.prompt]
    assert names == ["<|startoftranscript|>", "<|de|>", "<|transcribe|>"]
    out = str(tmp_path / "line.take.json")
    assert main(["generate", str(LINE), "-o", out, "--words-model", str(tmp_path / "many")]) == 0
    assert "not borne out by what is heard" in capsys.readouterr().err
    asked = ["generate", str(LINE), "-o", out, "--words-model", str(tmp_path / "many"), "--language", "fr"]
    assert main(asked) == 0
    assert "writes de and not 'fr'" in capsys.readouterr().err


def test_a_given_text_of_another_language_is_refused() -> None:
    with pytest.raises(BilabialError, match="does not fit the sound"):
        _generate(None, text="der schnelle braune fuchs springt über den faulen hund und noch viel mehr")


def test_the_command_takes_words_as_a_file_or_by_itself(
    monkeypatch: pytest.MonkeyPatch, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "line.take.json"
    text = tmp_path / "said.txt"
    text.write_text(SAID.replace("Give me", "Yesterday in Yokohama give me"))
    assert main(["generate", str(LINE), "-o", str(out), "--words", str(text)]) == 0
    told = capsys.readouterr()
    assert (
        "words" in told.out
        and "not heard as written: 3 of 32 words (9%): 'yesterday in yokohama' at " in told.err
    )
    given = load(out)
    assert given.words_model is None and {word.text for word in given.words if not word.heard} >= {"yokohama"}
    assert main(["generate", str(LINE), "-o", str(out), "--text", str(text)]) == 0
    assert load(out).phones == given.phones
    assert main(["generate", str(LINE), "-o", str(out), "--text", str(text), "--words", str(text)]) == 2
    assert "mean the same" in capsys.readouterr().err
    assert main(["generate", str(LINE), "-o", str(out), "--words", str(tmp_path / "nowhere")]) == 2
    _writes(monkeypatch, folder, SAID)
    assert main(["generate", str(LINE), "-o", str(out), "--words-model", str(folder)]) == 0
    found = load(out)
    assert found.words_model is not None and len(found.words) > 20
    assert main(["generate", str(LINE), "-o", str(out), "--words", "none", "--words-model", str(folder)]) == 0
    assert load(out).words == ()


def test_a_batch_is_made_again_when_its_words_would_be_others(folder: Path) -> None:
    from bilabial.batch.line import key_of
    from bilabial.batch.make import Request

    request = Request(LINE, Path("x.json"), words_model=str(folder))
    keys = {
        key_of(one, {"sound": "1"})
        for one in (request, replace(request, words="none"), replace(request, words_model=None))
    }
    assert len(keys) == 2  # no model installed and no words wanted is the same work


def test_takes_keep_words_and_sources_and_older_takes_have_none() -> None:
    take = _generate(None, text=SAID)
    back = loads(dumps(take))
    assert back.words == take.words and back.phones == take.phones
    old = json.loads(dumps(take))
    old["schema"] = "bilabial/take/1"
    del old["words"], old["words_model"]
    old["phones"]["schema"] = "bilabial/phones/1"
    old["phones"]["columns"].remove("source")
    old["phones"]["rows"] = [row[:-1] for row in old["phones"]["rows"]]
    older = loads(json.dumps(old))
    assert older.words == () and {phone.source for phone in older.phones} == {None}
    assert [phone.label for phone in older.phones] == [phone.label for phone in take.phones]
    broken = json.loads(dumps(take))
    broken["words"]["rows"][0][4] = "yes"
    with pytest.raises(BilabialError, match="must be true or false"):
        loads(json.dumps(broken))


def test_speech_in_no_word_is_named() -> None:
    phones = [Phone(i / 10, (i + 1) / 10, "MBP", "MBP", source=EAR) for i in range(4)]
    phones += [Phone(0.5, 0.6, "m", "MBP", word=0, source=TEXT), Phone(0.7, 0.8, "Eh", "Eh", source=EAR)]
    words = (SaidWord("me", 0.5, 0.6, 0.9), SaidWord("you", 0.6, 0.6, 0.0, heard=False))
    take = Take(_generate(None, words="none").sound, PhoneTrack.of(phones), words=words)
    assert unwritten(take) == [(0.0, 0.4)]
    told = f"not heard as written: 1 of 2 words (50%): 'you' at 0.60-{take.sound.duration:.2f} s"
    assert remarks(take) == [told, "said, but in no word: 0.00-0.40 s"]
    assert remarks(replace(take, words=())) == []


def test_how_well_a_text_fits_is_known_beforehand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fit_of_text(LINE, SAID).sentence is None
    spoilt = SAID.replace("five words", "seventeen umbrellas")
    assert spoilt != SAID
    fit = fit_of_text(LINE, spoilt)
    assert not fit.foreign and 0 < fit.share < 0.1 and len(fit.doubts) == 1
    assert fit.doubts[0].words == ("seventeen", "umbrellas")
    take = _generate(None, text=SAID)
    where = next(word for word in take.words if word.text == "five")
    assert fit.doubts[0].start - 0.1 <= where.start <= fit.doubts[0].end
    assert fit_of_take(_generate(None, text=spoilt)).doubts == fit.doubts
    assert fit_of_take(take).share == 0 and min(word.confidence for word in take.words) >= DOUBTFUL
    german = fit_of_text(LINE, "der schnelle braune fuchs springt über den faulen hund und noch viel mehr")
    assert german.foreign and "does not fit the sound" in str(german.sentence)
    text = tmp_path / "said.txt"
    text.write_text(spoilt)
    assert main(["align", str(LINE), "--text", str(text)]) == 0
    told = capsys.readouterr()
    assert "words, 93% of them said" in told.out and "'seventeen umbrellas' at " in told.err


def test_listening_for_a_fit_can_be_stopped() -> None:
    with pytest.raises(Cancelled):
        fit_of_text(LINE, SAID, cancelled=lambda: True)
