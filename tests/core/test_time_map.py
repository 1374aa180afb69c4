"""Edits go to where their sounds are: sounds that were moved, and a line that was recorded again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bilabial.curves.carry import carried, warped
from bilabial.curves.curve import HAND, Curve, Key
from bilabial.phonemes.time_map import mapped, recorded_again, retimed_map
from bilabial.phonemes.track import Phone, PhoneTrack

GROUP = {"m": "MBP", "b": "MBP", "ɑ": "Ah", "i": "Ee", "u": "U", "s": "S", "t": "LNTD", "k": "GK", "f": "FV"}


def track(said: str, length: float = 0.1, start: float = 0.2) -> PhoneTrack:
    return PhoneTrack.of(
        Phone(start + i * length, start + (i + 1) * length, label, GROUP[label])
        for i, label in enumerate(said.split())
    )


def test_moved_sounds_take_their_moments_along() -> None:
    old = track("m ɑ s i")
    phones = list(old)
    phones[1], phones[2] = replace(phones[1], end=0.46), replace(phones[2], start=0.46)
    moments = retimed_map(old, PhoneTrack.of(phones))
    assert moments is not None and moments.moves
    went = moments([0.0, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.9])
    assert went == pytest.approx([0.0, 0.2, 0.3, 0.38, 0.46, 0.48, 0.5, 0.9])
    assert retimed_map(old, track("m ɑ s u")) is None and retimed_map(old, track("m ɑ s")) is None
    assert not retimed_map(old, old).moves


def test_another_recording_of_the_same_words_is_recognised() -> None:
    old = track("m ɑ s i t u k")
    new = track("m ɑ s i t u k", 0.2, 1.0)
    moments = recorded_again(old, new)
    assert moments is not None and moments.share == 1.0 and not moments.unplaced
    assert moments([old.phones[3].start, 0.65]) == pytest.approx([new.phones[3].start, 1.9])
    assert recorded_again(old, track("f b k u b b f")) is None
    assert recorded_again(old, PhoneTrack()) is None


def test_sounds_that_are_left_out_have_no_place_and_new_ones_push_on() -> None:
    old, new = track("m ɑ s i t u k m ɑ"), track("m ɑ i t f u k m ɑ")
    moments = recorded_again(old, new)
    assert moments is not None
    assert moments.unplaced == (pytest.approx((0.4, 0.5)),)
    assert moments.share == pytest.approx(8 / 9)
    assert moments([0.55, 0.75, 0.8]) == pytest.approx([0.45, 0.75, 0.8], abs=1e-3)


def test_moments_keep_their_order_whatever_was_said() -> None:
    random = np.random.default_rng(7)
    labels = list(GROUP)
    for _ in range(50):
        old = track(" ".join(random.choice(labels, 30)))
        said = [label for label in (phone.label for phone in old) if random.random() > 0.2]
        new = track(" ".join(said), random.uniform(0.05, 0.3))
        moments = recorded_again(old, new)
        if moments is not None:
            assert (np.diff(moments(np.linspace(-1.0, 6.0, 500))) >= 0.0).all()
            assert mapped(old, moments, 20.0).end <= 20.0


def test_a_key_goes_with_its_sound_and_one_without_a_place_is_told() -> None:
    old, new = track("m ɑ s i t u k m ɑ"), track("m ɑ i t u k m ɑ", 0.2)
    base = Curve.hermite([0.2, 0.45, 0.75, 1.0], [0.0, 0.5, 0.5, 0.0], [0.0] * 4)
    mine = base.with_key(Key(0.45, 0.9, (0.42, 0.9), (0.48, 0.9), origin=HAND))
    mine = mine.with_key(Key(0.65, 0.2, (0.62, 0.2), (0.68, 0.2), origin=HAND))
    moments = recorded_again(old, new)
    assert moments is not None
    there, own, lost = carried(base, mine, moments)
    assert lost == (pytest.approx((0.4, 0.5)),)
    by_hand = own.times[own.origin == HAND]
    assert by_hand == pytest.approx([0.2 + 3 * 0.2 + 0.1]), "in the middle of its t"
    assert own.values[own.origin == HAND] == pytest.approx([0.2])
    assert 0.9 not in own.values and len(there) == 4
    assert warped(Curve.empty(), moments).times.size == 0
