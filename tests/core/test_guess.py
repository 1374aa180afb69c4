"""A rig guessed by what its channels do: channels whose two ways differ, and what moves one side alone."""

from __future__ import annotations

import numpy as np
import pytest

from bilabial.render.demo_head import load_head
from bilabial.retarget import guess
from bilabial.retarget.movement import find_mouth
from bilabial.retarget.profile import RigProfile
from bilabial.retarget.profile_entries import Channel

HEAD = load_head()
REST = HEAD.vertices.astype(np.float64)


def effect_of(**weights: float) -> np.ndarray:
    mouth = find_mouth(REST, HEAD.pose({"jawOpen": 1.0}).astype(np.float64))
    assert mouth is not None
    return guess.effect(mouth, guess.chin_of(REST, mouth), REST, HEAD.pose(weights).astype(np.float64))


def both_ways(name: str) -> Channel:
    return Channel(name, kind="bone", bone=name, transform="location", axis="z", limits=(-2.0, 2.0))


def test_a_channel_that_opens_one_way_only_goes_that_way() -> None:
    opened, raised = effect_of(jawOpen=1.0), effect_of(mouthUpperUpLeft=1.0, mouthUpperUpRight=1.0)
    channel, found = guess.one_way(both_ways("jaw"), {2.0: raised * 0.1 / 2.0, -2.0: opened / -2.0})
    assert channel.limits == (-2.0, 0.0)
    assert found * -2.0 == pytest.approx(opened)
    profile = guess.guess(RigProfile("own", "Own", {"jaw": channel}, ()), {"jaw": found})
    ah = next(term for term in profile.terms_by("Ah") if term.channel == "jaw")
    assert ah.weight < -0.5


def test_a_channel_that_does_the_same_both_ways_keeps_both() -> None:
    smile = effect_of(mouthSmileLeft=1.0, mouthSmileRight=1.0)
    channel, _ = guess.one_way(both_ways("corner"), {2.0: smile / 2.0, -2.0: smile / 2.0 * 1.1})
    assert channel.limits == (-2.0, 2.0)


def test_what_pulls_to_one_side_is_no_part_of_speech() -> None:
    shapes = {
        "jaw": {"jawOpen": 1.0},
        "pucker and aside": {"mouthPucker": 1.0, "mouthLeft": 1.0},
        "pucker": {"mouthPucker": 1.0},
        "smile left": {"mouthSmileLeft": 1.0},
        "wide": {"mouthStretchLeft": 1.0, "mouthStretchRight": 1.0},
    }
    effects = {name: effect_of(**weights) for name, weights in shapes.items()}
    made = guess.guess(RigProfile("own", "Own", {name: Channel(name) for name in shapes}, ()), effects)
    for control in ("U", "Oh", "Ee", "Ah", "S"):
        weights = {term.channel: term.weight for term in made.terms_by(control)}
        total = sum(effects[name] * weight for name, weight in weights.items())
        assert abs(total[12]) < 0.05, (control, weights)  # the lips' middle stays
        assert np.abs(total[4:7] - total[7:10]).max() < 0.12, (control, weights)
