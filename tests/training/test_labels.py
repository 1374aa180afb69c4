"""Labels by a network's own ears, a recogniser, a synthesiser; and what the decoder learns of them."""

from __future__ import annotations

import ctypes.util
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from bilabial.controls import GROUPS
from bilabial.errors import BilabialError
from bilabial.models.safetensors import read_tensors
from bilabial.phonemes.decode import decode
from bilabial.phonemes.inventory import INVENTORY, targets
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.training.data.batches import Corpus
from bilabial.training.data.cache import Shard
from bilabial.training.data.sets import Clip, Problems, read_phones_tsv
from bilabial.training.labels.decoder import make_tables, save_tables, tune
from bilabial.training.labels.realign import realign_set
from bilabial.training.labels.recognise import recognise_set, recognised
from bilabial.training.make.espeak_voices import Espeak

MAMA = PhoneTrack.of(
    [
        Phone(0.2, 0.3, "m", "MBP"),
        Phone(0.3, 0.5, "ɑ", "Ah", 1),
        Phone(0.5, 0.6, "m", "MBP"),
        Phone(0.6, 0.8, "ə", "Schwa", 0),
    ]
)
ROWS = 101


def heard(track: PhoneTrack, sure: float = 0.9) -> tuple[np.ndarray, np.ndarray]:
    """What a good ear says of these phones."""
    by_group, by_sound = targets(track, ROWS)
    groups = np.full((ROWS, len(GROUPS)), (1 - sure) / (len(GROUPS) - 1), np.float32)
    groups[np.arange(ROWS), by_group] = sure
    sounds = np.full((ROWS, len(INVENTORY)), (1 - sure) / (len(INVENTORY) - 1), np.float32)
    sounds[np.arange(ROWS), np.clip(by_sound, 0, None)] = sure
    return groups, sounds


class Ear:
    hears, says, lag = "features-65", ("groups", "sounds"), None

    def __init__(self, track: PhoneTrack) -> None:
        self.track = track

    def both(self, rows: np.ndarray, progress: object = None) -> tuple[np.ndarray, np.ndarray]:
        return heard(self.track)


def corpus(*clips: Clip) -> Corpus:
    rows = np.zeros((ROWS * len(clips), 52), np.float16)
    spans = {clip.name: (ROWS * index, ROWS * (index + 1)) for index, clip in enumerate(clips)}
    return Corpus({clip.name: clip for clip in clips}, {("toy", 1.0): Shard(rows, spans)})


def test_realigning_lays_the_text_along_what_is_heard(tmp_path: Path) -> None:
    said = Clip("toy/a", Path("a.wav"), "s", "en", text="mama")
    other = Clip("toy/b", Path("b.wav"), "s", "de", text="mama")
    problems = Problems()
    tracks = realign_set("toy", corpus(said, other), Ear(MAMA), ["en"], tmp_path, problems)
    assert list(tracks) == ["toy/a"], "the other language was not asked for"
    lips = [(phone.start, phone.end) for phone in tracks["toy/a"] if phone.group == "MBP"]
    np.testing.assert_allclose(lips, [(0.2, 0.3), (0.5, 0.6)], atol=0.015)  # a row and a half
    written = read_phones_tsv(tmp_path / "toy.tsv")["toy/a"]
    assert [phone.group for phone in written] == [phone.group for phone in tracks["toy/a"]]


def test_realigning_leaves_out_what_was_not_said(tmp_path: Path) -> None:
    problems = Problems()
    wrong = Clip("toy/a", Path("a.wav"), "s", "en", text="fish fish fish fish")
    assert not realign_set("toy", corpus(wrong), Ear(MAMA), ["en"], tmp_path, problems)
    assert len(problems) == 1
    assert "toy/a" in problems.messages[0]


def test_tables_are_made_tuned_saved_and_used(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("MAMA PAPA FISH\nBABY MOVIE\n")
    tables = make_tables(text, {"en": [MAMA], "de": [MAMA]})
    np.testing.assert_allclose(np.exp(tables.bigram).sum(axis=1), 1.0, atol=0.05)
    groups, _ = heard(MAMA)
    tuned = tune(tables, [(groups, MAMA)])
    save_tables(tuned, tmp_path / "decoder.safetensors")
    kept = read_tensors(tmp_path / "decoder.safetensors")
    assert set(kept) == {"bigram", "first", "shortest", "mean", "share", "weights"}
    assert [phone.group for phone in decode(groups) if not phone.is_silence] == ["MBP", "Ah", "MBP", "Schwa"]


class Decoder:
    """What PocketSphinx gives for "mama"."""

    def start_utt(self) -> None: ...

    def process_raw(self, pcm: bytes, full_utt: bool) -> None:
        self.samples = len(pcm) // 2

    def end_utt(self) -> None: ...

    def seg(self) -> list[SimpleNamespace]:
        words = [("SIL", 0, 19), ("M", 20, 29), ("AA", 30, 49), ("M", 50, 59), ("AH", 60, 79)]
        return [SimpleNamespace(word=word, start_frame=a, end_frame=b) for word, a, b in words]


def test_a_recogniser_is_read_into_phones() -> None:
    decoder = Decoder()
    track = recognised(decoder, np.zeros(16_000, np.float32))
    assert decoder.samples == 16_000
    assert track.phones[0].group == "MBP"
    assert (track.phones[0].start, track.phones[0].end) == pytest.approx((0.2, 0.3))


def test_without_the_recogniser_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)
    with pytest.raises(BilabialError, match="pip install pocketsphinx"):
        recognise_set([], tmp_path / "a.tsv", Problems())


def test_espeak_speaks_with_labels_or_says_what_is_missing() -> None:
    if ctypes.util.find_library("espeak-ng") is None:
        with pytest.raises(BilabialError, match="install the package"):
            Espeak()
        return
    spoken = Espeak().speak("mama", "en-us")
    assert len(spoken.samples) > spoken.rate // 5
    labels = [label for _, _, label in spoken.phones]
    assert labels.count("m") == 2
    assert all(start < end for start, end, _ in spoken.phones)
