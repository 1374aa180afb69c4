"""From a sound to a take: what is in it, that it is the same every time, progress, stopping, memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from bilabial.audio.listening import listen
from bilabial.controls import CONTROLS
from bilabial.curves.format import dumps
from bilabial.curves.style import Style
from bilabial.curves.take import SPEECH
from bilabial.errors import Cancelled, SoundError
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.pipeline import GenerateOptions, generate, generate_from_samples, perform
from bilabial.timing import SAMPLE_RATE, row_count
from make_untrained_model import babble, make_untrained_model

PHONES = PhoneTrack.of(
    [
        Phone(0.30, 0.38, "m", "MBP"),
        Phone(0.38, 0.60, "ɑ", "Ah", stress=1),
        Phone(0.60, 0.70, "p", "MBP"),
        Phone(0.70, 0.90, "i", "Ee", stress=0),
        Phone(0.90, 1.00, "f", "FV"),
        Phone(1.00, 1.20, "u", "U", stress=1),
    ]
)
TIMED = GenerateOptions(phones=PHONES)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("models") / "random"
    make_untrained_model(folder, units=8)
    return str(folder)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sounds") / "línea.wav"
    soundfile.write(path, babble(2.0), SAMPLE_RATE, subtype="FLOAT")
    return path


def test_timed_phones_make_a_take_that_closes_and_rests(sound: Path) -> None:
    take = generate(sound, TIMED)
    curves = take.styled(SPEECH)
    assert tuple(curves) == CONTROLS
    assert take.phones == PHONES and take.model is None and take.statistics is not None
    assert take.sound.duration == pytest.approx(2.0) and take.sound.sha256
    closer = np.maximum(curves["MBP"].evaluate([0.34, 0.65]), curves["MBPa"].evaluate([0.34, 0.65]))
    assert (closer == 1.0).all()
    assert max(curves["FV"].evaluate(0.95), curves["FVa"].evaluate(0.95)) == 1.0
    for name in CONTROLS[2:]:
        assert curves[name].evaluate(1.9) == 0.0
    assert 0 < take.track().key_count < 40 * 2.0 * 2


def test_sparse_curves_keep_the_bound(sound: Path) -> None:
    take = generate(sound, GenerateOptions(phones=PHONES, keep_dense=True, tolerance=0.03))
    dense = take.dense[SPEECH]
    times = np.arange(len(dense)) / 100
    for column, name in enumerate(CONTROLS):
        assert np.abs(take.styled()[name].evaluate(times) - dense[:, column]).max() <= 0.03 + 1e-6


def test_same_input_same_bytes(sound: Path, model: str) -> None:
    for options in (TIMED, GenerateOptions(model=model)):
        assert dumps(generate(sound, options)) == dumps(generate(sound, options))


def test_file_and_samples_give_the_same_curves(sound: Path, model: str) -> None:
    for options in (TIMED, GenerateOptions(model=model)):
        whole, decoded = generate(sound, options), generate_from_samples(babble(2.0), "line", options)
        assert all(
            a.identical(b) for a, b in zip(whole.styled().values(), decoded.styled().values(), strict=True)
        )
        assert decoded.sound.sha256 is None


def test_a_model_is_remembered_in_the_take(sound: Path, model: str) -> None:
    take = generate(sound, GenerateOptions(model=model, keep_dense=True))
    assert take.model is not None and take.model.name == "random" and take.model.sha256
    assert take.dense[SPEECH].shape == (row_count(2 * SAMPLE_RATE), 31)
    assert take.landmarks is not None and take.landmarks.shape == (row_count(2 * SAMPLE_RATE), 76)


def test_style_is_laid_over_not_baked_in(sound: Path) -> None:
    plain = generate(sound, TIMED)
    loud = generate(sound, GenerateOptions(phones=PHONES, style=Style.preset("shout")))
    assert all(
        a.identical(b)
        for a, b in zip(plain.track().curves.values(), loud.track().curves.values(), strict=True)
    )
    assert loud.styled()["Jaw"].evaluate(0.5) > plain.styled()["Jaw"].evaluate(0.5)


def test_progress_rises_to_one(sound: Path, model: str) -> None:
    for options in (TIMED, GenerateOptions(model=model)):
        told: list[tuple[float, str]] = []
        generate(sound, options, lambda fraction, stage: told.append((fraction, stage)))  # noqa: B023
        fractions = [fraction for fraction, _ in told]
        assert fractions == sorted(fractions) and fractions[-1] == pytest.approx(1.0)
        assert {stage for _, stage in told} >= {"listening", "solving", "keys"}


@pytest.mark.parametrize("stage", ["listening", "network", "solving", "keys"])
def test_a_wish_to_stop_is_heard_at_every_stage(sound: Path, model: str, stage: str) -> None:
    reached: list[str] = []
    with pytest.raises(Cancelled):
        generate(
            sound, GenerateOptions(model=model), lambda f, now: reached.append(now), lambda: stage in reached
        )
    assert reached[-1] == stage


@pytest.mark.parametrize("count", [0, 1, 159, 479])
def test_too_short_a_sound_is_refused(count: int) -> None:
    with pytest.raises(SoundError, match="too short to hold speech"):
        generate_from_samples(np.zeros(count, np.float32), "click.wav", TIMED)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers_are_refused(value: float) -> None:
    samples = babble(1.0)
    samples[777] = value
    with pytest.raises(SoundError, match="no numbers"):
        generate_from_samples(samples, "broken.wav", TIMED)


def test_silence_rests(model: str) -> None:
    take = generate_from_samples(
        np.zeros(SAMPLE_RATE, np.float32), "silence.wav", GenerateOptions(phones=PhoneTrack())
    )
    assert all(len(take.styled()[name]) == 0 for name in CONTROLS[2:])


def test_phones_of_another_sound_are_refused() -> None:
    late = PhoneTrack.of([Phone(9.0, 9.5, "m", "MBP")])
    with pytest.raises(SoundError, match="phones of this sound"):
        generate_from_samples(babble(1.0), "line.wav", GenerateOptions(phones=late))


def test_a_long_sound_is_the_same_reduced_control_by_control(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sounds past a limit are reduced one control at a time, to bound the memory."""
    import bilabial.pipeline as module

    whole = generate_from_samples(babble(2.0), "line", TIMED)
    monkeypatch.setattr(module, "_REDUCED_WHOLE", 10)
    apart = generate_from_samples(babble(2.0), "line", TIMED)
    assert dumps(whole) == dumps(apart)


def test_a_long_sound_is_the_same_solved_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hours are solved piece by piece; seams show neither in the curves nor in the pins."""
    import bilabial.solve.pieces as module
    from bilabial.audio.prosody import prosody
    from bilabial.solve.jali.solve import field_statistics
    from bilabial.solve.rules import RuleOptions

    rng = np.random.default_rng(5)
    phones, at = [], 0.3
    groups = ["MBP", "Ah", "S", "Ee", "FV", "U", "LNTD", "Eh", "ShChZh", "Oh"]
    while at < 118.0:
        if rng.random() < 0.06:
            at += rng.uniform(0.3, 0.9)
        group = groups[int(rng.integers(len(groups)))]
        length = rng.uniform(0.04, 0.2)
        phones.append(Phone(at, at + length, group, group))
        at += length
    track, heard = PhoneTrack.of(phones), prosody(babble(120.0))
    statistics = field_statistics(track, heard)
    whole, pins = module.solve_and_rule(track, heard, statistics, RuleOptions())
    monkeypatch.setattr(module, "PIECE_S", 20.0)
    monkeypatch.setattr(module, "_SEARCH_S", 5.0)
    assert len(module._seams(track, len(heard))) > 4
    apart, pins_apart = module.solve_and_rule(track, heard, statistics, RuleOptions())
    np.testing.assert_array_equal(apart, whole)
    assert pins == pins_apart


def test_listening_in_blocks_of_any_size_is_the_same() -> None:
    samples = babble(3.0)

    def heard(size: int):  # type: ignore[no-untyped-def]
        blocks = (samples[start : start + size] for start in range(0, len(samples), size))
        return listen(blocks, "line", "features-65", lambda seconds: None)

    one, many = heard(len(samples)), heard(1234)
    np.testing.assert_array_equal(one.features, many.features)
    np.testing.assert_array_equal(one.prosody.intensity_db, many.prosody.intensity_db)
    assert one.duration == many.duration == 3.0


def test_the_dense_half_alone(model: str) -> None:
    played = perform([babble(1.0)], "line", 1.0, GenerateOptions(model=model))
    assert played.dense.shape == (101, 31) and played.dense.min() >= 0 and played.dense.max() <= 1
