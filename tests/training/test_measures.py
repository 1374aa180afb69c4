"""Measures on cases small enough to count by hand; labels of synthesisers; pages with tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bilabial.controls import GROUPS, SILENCE
from bilabial.errors import FormatError, PhoneError
from bilabial.phonemes.track import Phone, PhoneTrack

pytest.importorskip("torch")

from bilabial.training.cli.commands import main
from bilabial.training.labels.language import (
    bigram_counts,
    durations,
    merged,
    mixed,
    sequence_of,
    text_sequences,
)
from bilabial.training.make.nonspeech import KINDS, make
from bilabial.training.make.synthetic import espeak_labels
from bilabial.training.measure.evaluation import as_markdown, put_between
from bilabial.training.measure.measures import (
    EVENTS,
    CurveScore,
    EventScore,
    FrameScore,
    events,
    match,
    score_events,
)


def track(*phones: tuple[float, float, str, str]) -> PhoneTrack:
    return PhoneTrack.of(Phone(*phone) for phone in phones)


def test_touching_closures_are_one_event() -> None:
    spoken = track(
        (0.0, 0.1, "m", "MBP"), (0.1, 0.2, "b", "MBP"), (0.2, 0.4, "a", "Ah"), (0.4, 0.5, "p", "MBP")
    )
    assert events(spoken, EVENTS["m b p"]) == pytest.approx([0.1, 0.45])


def test_events_are_matched_once_and_the_nearest_first() -> None:
    true, found = np.array([1.0, 1.05]), np.array([1.03, 2.0])
    assert match(true, found, 0.04) == [(1, 0)]
    assert match(true, np.array([0.5]), 0.04) == []


def test_recall_precision_and_shift() -> None:
    scores: dict[str, EventScore] = {}
    true = track((0.0, 0.1, "p", "MBP"), (0.5, 0.6, "p", "MBP"), (1.0, 1.1, "p", "MBP"))
    found = track((0.02, 0.12, "MBP", "MBP"), (0.56, 0.66, "MBP", "MBP"))
    score_events(true, found, scores)
    closures = scores["m b p"]
    assert closures.recall == pytest.approx(1 / 3) and closures.precision == pytest.approx(1 / 2)
    assert closures.f1 == pytest.approx(2 / 5)
    assert closures.median_shift == pytest.approx(0.04) and closures.near_share == pytest.approx(0.5)


def test_rows_count_in_speech_and_in_silence_apart() -> None:
    score = FrameScore()
    silent = GROUPS.index(SILENCE)
    score.add(np.array([0, 1, silent, silent]), np.array([0, 2, silent, 3]))
    assert score.accuracy == pytest.approx(1 / 3)
    assert (score.quiet_right, score.quiet) == (1, 1)


def test_curves_count_where_they_are_active() -> None:
    score = CurveScore()
    true, found = np.zeros((2, 31), np.float32), np.zeros((2, 31), np.float32)
    true[0, 5], found[0, 5], found[1, 6] = 1.0, 0.5, 0.4
    score.add(found, true)
    assert score.recall == 1.0 and score.precision == 0.5
    # Two shapes active somewhere, and Jaw and Lip of both rows.
    assert score.mean_difference == pytest.approx((0.5 + 0.4) / (2 + 4))


def test_language_from_labels() -> None:
    spoken = track((0.1, 0.2, "m", "MBP"), (0.2, 0.3, "p", "MBP"), (0.3, 0.5, "a", "Ah"))
    silent, lips, open_ = GROUPS.index(SILENCE), GROUPS.index("MBP"), GROUPS.index("Ah")
    assert sequence_of(spoken) == [silent, lips, open_]
    assert merged([1, 1, 2, 1]) == [1, 2, 1]
    table = mixed([bigram_counts([[silent, lips, open_, silent]])], [1.0])
    assert np.exp(table).sum(axis=1) == pytest.approx(np.ones(len(GROUPS)))
    assert table[silent, lips] == table[silent].max() and table[lips, lips] < -20
    shortest, mean, share = durations([spoken] * 3)
    assert mean[lips] == pytest.approx(20) and 2 <= shortest[lips] <= 5 and share[open_] == pytest.approx(0.5)


def test_language_from_text(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("MY BOY\nUNKNOWNISH WORDZZ\n")
    (only,) = text_sequences(text)
    assert [GROUPS[group] for group in only] == ["SIL", "MBP", "Ah", "Ih", "MBP", "Oh", "Ih", "SIL"]


def test_espeak_labels_become_ipa() -> None:
    spoken = [
        (0.0, 0.2, "_:"),
        (0.2, 0.25, "_"),
        (0.25, 0.3, "p"),
        (0.3, 0.4, "A:"),
        (0.4, 0.45, "_"),
        (0.45, 0.5, "s"),
    ]
    assert espeak_labels(spoken, "en") == [
        (0.0, 0.2, "SIL"), (0.2, 0.3, "p"), (0.3, 0.4, "ɑː"), (0.4, 0.45, "SIL"), (0.45, 0.5, "s"),
    ]  # fmt: skip
    assert espeak_labels([(0.0, 0.1, "t"), (0.1, 0.12, ";")], "ru") == [(0.0, 0.12, "t")]
    with pytest.raises(PhoneError):
        espeak_labels([(0.0, 0.1, "§")], "en")


@pytest.mark.parametrize("kind", KINDS)
def test_sounds_without_speech(kind: str) -> None:
    samples = make(kind, 2.0, np.random.default_rng(1))
    assert samples.shape == (32_000,) and np.isfinite(samples).all() and np.abs(samples).max() <= 1
    assert np.array_equal(samples, make(kind, 2.0, np.random.default_rng(1)))


def test_tables_go_between_their_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- begin a -->\nold\n<!-- end a -->\nafter\n")
    put_between(page, "a", "new")
    assert page.read_text() == "before\n<!-- begin a -->\n\nnew\n<!-- end a -->\nafter\n"
    with pytest.raises(FormatError, match="lacks the lines"):
        put_between(page, "b", "new")


def test_a_place_for_tables_that_is_not_there_is_found_before_the_work(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    command = ["variants", "no.toml", "--run", str(tmp_path / "run"), "--into"]
    assert main([*command, str(tmp_path / "none.md")]) == 2
    assert "name a Markdown file" in caplog.text
    (tmp_path / "page.md").write_text("no marks")
    assert main([*command, str(tmp_path / "page.md")]) == 2
    assert "<!-- begin variants -->" in caplog.text


def test_a_page_names_its_command_and_survives_gaps() -> None:
    event = {"recall": 0.5, "precision": None, "f1": 0.5, "true": 3}
    row = {
        "minutes": 1.0, "frame_accuracy": 0.8, "frame_accuracy_decoded": None, "frame_accuracy_sd": 0.1,
        "silence_kept": 1.0, "events": {"m b p": event}, "closure_median_shift_ms": None,
        "closure_within_40_ms": None,
        "activation_precision": 0.9, "activation_recall": 0.9, "activation_sd": 0.0,
        "motion_difference": 0.06,
        "motion_difference_sd": 0.0,
    }  # fmt: skip
    page = as_markdown(
        [{"model": "m", "version": "1", "speech": {"x": row}, "quiet": {"all": 1.0}}], "the command"
    )
    assert "`the command`" in page and "| x | 1.0 | 80.0 % | - |" in page and "0.50 / 0.00 / **0.50**" in page


def test_a_text_is_cut_where_the_sound_was() -> None:
    from bilabial.phonemes.groups import track
    from bilabial.phonemes.pronounce import words_of
    from bilabial.training.measure.cut_text import words_within

    words = words_of("my map was blue")
    said = track([(0.0, 0.1, "m"), (0.1, 0.3, "aɪ"), (0.3, 0.4, "m"), (0.4, 0.6, "æ")], "ipa", "en")
    held = words_within(words, said)
    assert [word.text for word in held] == ["my", "map"]
    assert [sound.ipa for sound in held[1].variants[0]] == ["m", "æ"]
    whole = [(0.1 * index, 0.1 * index + 0.1, sound.ipa) for index, sound in enumerate(
        sound for word in words for sound in word.variants[0]
    )]  # fmt: skip
    assert words_within(words, track(whole, "ipa", "en")) == words
