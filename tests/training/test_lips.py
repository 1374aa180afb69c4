"""The lip-reader: GRID's grammar, learning on a toy, blinks, and what its measures say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from bilabial.errors import FormatError, ModelError  # noqa: E402
from bilabial.training.engine.schedule import TrainerOptions  # noqa: E402
from bilabial.training.engine.trainer import Trainer  # noqa: E402
from bilabial.training.families.lips.grammar import (  # noqa: E402
    SLOTS,
    WORDS,
    best_sentence,
    class_of,
    wrong_share,
)
from bilabial.training.families.lips.network import LipsConfig  # noqa: E402
from bilabial.training.families.lips.reading import Reading, grey, load_reader, read_film  # noqa: E402
from bilabial.training.families.lips.task import LipsTask  # noqa: E402
from bilabial.training.families.portrait.clips import FaceClip, FaceClips  # noqa: E402
from bilabial.training.families.portrait.export import network_of  # noqa: E402

SAID = ("bin", "blue", "at", "f", "two", "now")


def test_there_are_51_words() -> None:
    assert len(WORDS) == 51 and [len(slot) for slot in SLOTS] == [4, 4, 4, 25, 10, 4]


def logs_of(said: tuple[str, ...], each: int, silence: int, noise: float = 0.0) -> np.ndarray:
    random = np.random.default_rng(1)
    classes = [0] * silence + [class_of(word) for word in said for _ in range(each)] + [0] * silence
    scores = random.normal(0, 1, (len(classes), 52)) * noise
    scores[np.arange(len(classes)), classes] += 3.0
    return scores - np.log(np.exp(scores).sum(1, keepdims=True))


@pytest.mark.parametrize("silence", [0, 4])
def test_the_best_sentence_has_six_words_in_their_places(silence: int) -> None:
    assert best_sentence(logs_of(SAID, 5, silence)) == SAID
    assert best_sentence(logs_of(SAID, 5, silence, noise=1.0)) == SAID
    flat = best_sentence(np.full((40, 52), np.log(1 / 52)))
    assert all(word in slot for word, slot in zip(flat, SLOTS, strict=True))
    assert wrong_share(SAID, ("bin", "red", "at", "f", "two", "soon")) == pytest.approx(2 / 6)


def test_blinks_are_dips_of_the_lids() -> None:
    lids = np.full(60, 0.3)
    lids[10:13] = 0.05  # a blink
    lids[30:32] = 0.1  # another
    lids[55:] = 0.05  # eyes that stay shut at the end
    gauges = np.stack((lids, lids, lids), axis=1)
    assert Reading(SAID, gauges).blinks() == 2


class _Real:
    """What the task asks of a tracked clip."""

    def __init__(self, words: tuple[str, ...], gap: np.ndarray) -> None:
        from bilabial.training.data.real_face import Word

        self.points = np.zeros((len(gap), 1))
        self.times = (np.arange(len(gap)) + 0.5) / 25
        each = len(gap) / 25 / len(words)
        self.words = tuple(Word(i * each, (i + 1) * each, word) for i, word in enumerate(words))
        self.ok = np.ones(len(gap), bool)
        self._gap = gap

    def mouth(self) -> tuple[np.ndarray, np.ndarray]:
        return self._gap, 1 - self._gap

    def lids(self) -> np.ndarray:
        return self._gap * 0.5 + 0.2


def toy(seed: int) -> tuple[FaceClip, _Real]:
    """A mouth whose brightness is its word's, and its gap's."""
    random = np.random.default_rng(seed)
    said = tuple(str(random.choice(slot[:2])) for slot in SLOTS)
    film = np.full((36, 64, 48, 3), 128, np.uint8)
    gap = np.zeros(36)
    for place, word in enumerate(said):
        first = SLOTS[place].index(word) == 0
        rows = slice(place * 6, place * 6 + 6)
        film[rows, 40 + 3 * place : 43 + 3 * place, 14:34] = 20 if first else 235
        film[rows, 18:24, 10:40] = 30 if first else 220
        gap[rows] = 0.1 if first else 0.5
    return FaceClip(f"toy{seed}", film, np.zeros(36 * 640, np.int16)), _Real(said, gap)


def test_it_learns_to_read_and_comes_back_from_its_checkpoint(tmp_path: Path) -> None:
    both = [toy(seed) for seed in range(12)]
    clips = FaceClips([clip for clip, _ in both[:10]], [clip for clip, _ in both[10:]])
    real = {clip.name: told for clip, told in both}
    task = LipsTask(clips, real, LipsConfig(6, 24, 16), 1, batch=6, measured=2)  # type: ignore[arg-type]
    options = TrainerOptions(
        steps=60, measure_steps=1000, threads=1, half=False, average=0.9, learning_rate=1e-2
    )
    trainer = Trainer(task, tmp_path / "run", options)
    trainer.run()
    told = trainer.measure()
    assert told["test/wrong"] < 0.4 and told["test/gap"] > 0.6  # chance is half of the toy's words
    network = load_reader(trainer.checkpoint)
    ours = read_film(network, grey(clips.test[0].frames))
    again = read_film(trainer.averaged(), grey(clips.test[0].frames))
    assert ours.words == again.words and np.array_equal(ours.gauges, again.gauges)
    with pytest.raises(ModelError, match="trains 'lips'"):
        network_of(trainer.checkpoint)


def test_frames_of_another_form_are_refused_and_larger_ones_shrunk() -> None:
    film = np.random.default_rng(0).integers(0, 256, (3, 64, 48, 3), dtype=np.uint8)
    large = np.repeat(np.repeat(film, 2, 1), 2, 2)
    assert np.allclose(grey(large), grey(film), atol=1e-4)
    with pytest.raises(FormatError, match="multiple"):
        grey(film[:, :60])
