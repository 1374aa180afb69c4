"""The ear in numpy: windows that leave no seam, sounds of any level and length, cards that do not fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bilabial.audio.logmel import BANDS, SILENCE
from bilabial.errors import ModelError
from bilabial.models.families.whisper.network import LIFT, Ear, _windows, build, levelled

SETTINGS = {"size": 8, "heads": 2, "blocks": 1, "head_channels": 4, "window": 400}


def weights(seed: int = 0) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    shapes: dict[str, tuple[int, ...]] = {"mix": (1,)}
    for name, shape in (
        ("conv1", (8, BANDS, 3)), ("conv2", (8, 8, 3)), ("coarse", (4, 8, 3)), ("fine", (4, 8, 6)),
        ("first", (4, 4, 5)), ("second", (4, 4, 5)), ("groups", (42, 4)), ("sounds", (106, 4)),
        ("norm", (8,)),
        ("blocks.0.attention.norm", (8,)), ("blocks.0.attention.query", (8, 8)),
        ("blocks.0.attention.key", (8, 8)), ("blocks.0.attention.value", (8, 8)),
        ("blocks.0.attention.out", (8, 8)), ("blocks.0.feed.norm", (8,)), ("blocks.0.feed.inner", (32, 8)),
        ("blocks.0.feed.outer", (8, 32)),
    ):  # fmt: skip
        shapes[f"{name}.weight"] = shape
        shapes[f"{name}.bias"] = shape[:1]
    return {name: random.normal(0, 0.2, shape).astype(np.float16) for name, shape in shapes.items()}


def ear() -> Ear:
    return build(SETTINGS, weights())


def mel(rows: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(-2, 1, (rows, BANDS)).astype(np.float32)


@pytest.mark.parametrize("rows", [0, 1, 2, 399, 400, 401, 1201])
def test_as_many_rows_come_out(rows: int) -> None:
    groups, sounds = ear().both(mel(rows))
    assert groups.shape == (rows, 21)
    assert sounds.shape == (rows, 53)
    np.testing.assert_allclose(groups.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("rows", [1, 400, 401, 480, 481, 739, 5000, 36_001])
def test_windows_tell_every_row_once_and_fit(rows: int) -> None:
    at = 0
    for first, last, start, end in _windows(rows, 400):
        assert (start, first % 2) == (at, 0)
        assert first <= start < end <= last <= rows
        assert last - first <= 402
        assert start == 0 or start - first == 50
        at = end
    assert at == rows


def test_windows_know_enough_of_their_neighbours() -> None:
    """Far from a window's ends the rows are nearly what another cut gives."""
    network = ear()
    rows = mel(1200)
    whole = build(SETTINGS | {"window": 2400}, weights()).both(rows)[0]
    assert float(np.abs(network.both(rows)[0] - whole).mean()) < 0.01


def test_a_quiet_recording_is_heard_as_a_usual_one() -> None:
    rows = np.maximum(mel(200), -5)
    np.testing.assert_allclose(levelled(rows - 3.5), levelled(rows - 4), atol=1e-5)
    assert levelled(rows - 3.5).max() == pytest.approx((-1.0 + 4) / 4, abs=1e-6)
    np.testing.assert_array_equal(levelled(rows), (np.maximum(rows, rows.max() - 8) + 4) / 4)


def test_digital_silence_is_not_raised_to_speech() -> None:
    silent = np.full((50, BANDS), SILENCE, np.float32)
    assert levelled(silent).max() <= (SILENCE + LIFT + 4) / 4
    assert np.isfinite(ear().both(silent)[0]).all()


def test_progress_goes_up_to_one() -> None:
    told: list[float] = []
    ear().both(mel(1500), told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_sound_that_is_no_number_is_refused() -> None:
    rows = mel(20)
    rows[3, 5] = np.inf
    with pytest.raises(ModelError, match="not finite"):
        ear().predict(rows)


@pytest.mark.parametrize(
    "damage", [{"window": 10}, {"window": 10**6}, {"heads": 3}, {"size": 0}, {"blocks": "many"}]
)
def test_a_card_with_impossible_settings_is_refused(damage: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match="export the model again"):
        build(SETTINGS | damage, weights())


def test_weights_that_are_missing_or_of_another_size_are_named() -> None:
    for change in ({"size": 16}, {"head_channels": 5}):
        with pytest.raises(ModelError, match="the array"):
            build(SETTINGS | change, weights())
    lacking = weights()
    del lacking["fine.bias"]
    with pytest.raises(ModelError, match=r"fine\.bias"):
        build(SETTINGS, lacking)
