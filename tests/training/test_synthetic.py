"""What synthesisers are given to say, and that they say it where they are installed."""

from __future__ import annotations

import ctypes.util
from pathlib import Path

import numpy as np
import pytest

from bilabial.errors import FormatError
from bilabial.training.__main__ import main
from bilabial.training.data.sets import Clip, Problems, read_set
from bilabial.training.data.writing import SetWriter
from bilabial.training.make.synthetic import texts_in, texts_of, together, write_espeak

GERMAN = "Der Mond scheint hell über dem Wald."


def clip(name: str, language: str, text: str, split: str = "train") -> Clip:
    return Clip(f"set/{name}", Path(name), "s", language, split, text=text)


def test_only_training_clips_lend_their_words_by_the_synthesisers_name_of_the_language() -> None:
    said = texts_of([
        clip("a", "de", GERMAN),
        clip("b", "sv-SE", "Solen går upp bakom de höga bergen."),
        clip("c", "en", "The pale moon rose over the bay."),
        clip("d", "de", "Nur ein Entwickler hat das je gesagt.", "dev"),
        clip("e", "fr", ""),
    ])  # fmt: skip
    assert said == {
        "de": [GERMAN],
        "sv": ["Solen går upp bakom de höga bergen."],
        "en-us": ["The pale moon rose over the bay."],
    }


def test_texts_of_files_and_clips_come_together_each_once(tmp_path: Path) -> None:
    (tmp_path / "de-lines.txt").write_text(f"{GERMAN}\nEin zweiter Satz steht darunter.\n", encoding="utf-8")
    texts = together(texts_in(tmp_path), texts_of([clip("a", "de", GERMAN)]))
    assert texts == {"de": [GERMAN, "Ein zweiter Satz steht darunter."]}


def test_nothing_to_say_is_told(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="holds no texts"):
        texts_in(tmp_path)
    with SetWriter(tmp_path / "mute") as out:
        out.add("a", np.zeros(8000, np.float32), [(0.0, 0.5, "SIL")], speaker="s", language="de")
    command = ["synthesise", "espeak", str(tmp_path / "out"), "--sets", str(tmp_path / "mute")]
    assert main(command) != 0
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(ctypes.util.find_library("espeak-ng") is None, reason="eSpeak NG is not installed")
def test_espeak_says_what_it_can_and_leaves_out_what_it_does_not_speak(tmp_path: Path) -> None:
    texts = {"de": [GERMAN], "xx-none": ["Nobody has this language, I am afraid."]}
    write_espeak(tmp_path / "said", texts, minutes=0.02, seed=3)
    clips = read_set(tmp_path / "said", Problems(strict=True))
    assert {one.language for one in clips} == {"de"} and clips[0].text == GERMAN
    assert any(phone.label == "m" for phone in clips[0].phones or ())
