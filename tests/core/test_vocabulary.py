"""Vocabularies: those that ship, what is refused, and one made up here, from rows to a file and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bilabial import pipeline, vocabulary
from bilabial.controls import GROUPS, SILENCE
from bilabial.curves.curve import rows_at
from bilabial.curves.format import dumps, loads
from bilabial.curves.merge import merge
from bilabial.curves.reduce import reduce_track
from bilabial.curves.style import Style
from bilabial.curves.take import SoundReference, Take, Track
from bilabial.errors import BilabialError, FormatError
from bilabial.models.card import Card
from bilabial.models.prediction import Prediction
from bilabial.models.store import Model
from bilabial.retarget.profile_format import load_profile
from bilabial.vocabulary import (
    SPEECH_CONTROLS,
    Channel,
    Vocabulary,
    find,
    from_json,
    is_known,
    known,
    of_names,
    to_json,
)

BASELINES = Path(__file__).resolve().parents[1] / "baselines"
EARS = Vocabulary(
    "ears",
    (Channel("wiggleLeft"), Channel("wiggleRight"), Channel("fold", 10.0, (-90.0, 90.0))),
    pairs=(("wiggleLeft", "wiggleRight"),),
    additive=True,
)


@pytest.mark.parametrize("name", known())
def test_every_shipped_vocabulary_survives_its_own_text(name: str) -> None:
    vocabulary = find(name)
    assert from_json(to_json(vocabulary), name) == vocabulary
    assert is_known(vocabulary)
    assert len(vocabulary.rest) == len(vocabulary.names)


@pytest.mark.parametrize("name", ["arkit-52", "facewarehouse-46", "faceshift-51"])
def test_a_vocabulary_and_the_rig_of_its_name_have_the_same_channels(name: str) -> None:
    assert set(find(name).names) == set(load_profile(name).channels)
    assert len(find(name).names) == int(name.rpartition("-")[2])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"channels": []}, "names no channel"),
        ({"channels": ["a", "a"]}, "names the channel 'a' twice"),
        ({"closers": ["b"]}, "lacks the channel 'b'"),
        ({"channels": [{"name": "a", "rest": 2, "limits": [0, 1]}]}, "rests at 2"),
        ({"channels": [{"name": "a", "limits": [1, 1]}]}, "finite limits"),
        ({"schema": "bilabial/vocabulary/9"}, "update Bilabial"),
        ({"additive": 1}, "neither true nor false"),
        ({"pairs": [["a"]]}, "where 2 belong"),
    ],
)
def test_a_broken_definition_is_refused_in_one_sentence(change: Mapping[str, Any], told: str) -> None:
    content = {"schema": "bilabial/vocabulary/1", "name": "x", "channels": ["a"], **change}
    with pytest.raises(FormatError, match=told):
        from_json(content, "x.json")


@pytest.mark.parametrize("name", ["nothing", "../arkit-52", ""])
def test_an_unknown_name_is_told_and_never_a_path(name: str) -> None:
    with pytest.raises(BilabialError, match="there is no vocabulary"):
        find(name)


def moving(rows: int = 200) -> NDArray[np.float32]:
    """The ears as a network would move them."""
    phase = np.arange(rows) / rows * 2 * np.pi
    return np.stack([0.5 + 0.5 * np.sin(phase), 0.5 - 0.5 * np.cos(phase), 60 * np.sin(3 * phase)], 1).astype(
        "f4"
    )


def test_a_made_up_vocabulary_goes_from_rows_to_keys_to_a_file_and_back() -> None:
    dense = moving()
    track = Track(EARS, reduce_track(dense, EARS), 0.02)
    times = np.arange(len(dense)) / 100
    got = rows_at(track.curves, EARS.names, times)
    reach = np.array([1.0, 1.0, 180.0])
    assert (np.abs(got - dense) <= 0.02 * reach + 1e-4).all()
    take = Take(SoundReference("a.wav", 2.0), tracks={"ears": track}, dense={"ears": dense})
    again = loads(dumps(take))
    assert again.track("ears").vocabulary == EARS
    assert dumps(again) == dumps(take)
    np.testing.assert_allclose(again.dense["ears"], dense, atol=2 * 180 / 65535)
    assert take.with_style(Style.preset("shout")).styled("ears") == dict(track.curves)  # no style acts on it
    edited = {**track.curves, "fold": track.curves["fold"].with_key_at(0.333)}
    merged = merge(track.curves, edited, reduce_track(dense * 0.9, EARS))
    assert merged.kept


def test_a_take_names_what_everyone_has_and_defines_what_nobody_has() -> None:
    text = dumps(
        Take(SoundReference("a.wav", 1.0), tracks={"speech": Track.of_controls({}), "ears": Track(EARS, {})})
    )
    assert '"vocabulary": "controls-31"' in text
    assert '"name": "ears"' in text
    with pytest.raises(FormatError, match="which is not installed"):
        loads(text.replace('"vocabulary": "controls-31"', '"vocabulary": "controls-99"'))


def test_a_name_taken_by_another_definition_travels_whole() -> None:
    own = replace(of_names("head", ["left ear"]), additive=True)
    take = Take(SoundReference("a.wav", 1.0), tracks={"head": Track(own, {})})
    assert loads(dumps(take)).track("head").vocabulary == own


def test_tracks_of_the_first_format_find_their_vocabulary() -> None:
    take = loads((BASELINES / "take-1-curve-2.json").read_text())
    assert take.track("speech").vocabulary == SPEECH_CONTROLS
    others = [track.vocabulary for name, track in take.tracks.items() if name != "speech"]
    assert all(vocabulary.additive for vocabulary in others)


def test_rows_are_held_within_their_limits() -> None:
    held = EARS.clipped(np.array([[2.0, -1.0, 500.0]]))
    np.testing.assert_array_equal(held, [[1.0, 0.0, 90.0]])
    with pytest.raises(BilabialError, match="3 channels"):
        EARS.clipped(np.zeros((1, 4)))


class _Ears:
    """A network that moves ears and hears no speech."""

    hears = "features-65"
    says = ("groups", "track:ears")
    lag = None

    def predict(self, features: NDArray[np.float32], progress: object = None) -> Prediction:
        rows = len(features)
        groups = np.zeros((rows, len(GROUPS)), np.float32)
        groups[:, GROUPS.index(SILENCE)] = 1.0
        return Prediction(groups, tracks={"ears": moving(rows)})


def test_what_a_network_says_of_a_vocabulary_is_in_the_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ears.json").write_text(json.dumps(to_json(EARS)))
    monkeypatch.setattr(vocabulary, "_home", lambda: tmp_path)
    vocabulary.find.cache_clear()
    card = Card("ears", "1", "ears", {}, "", False, {}, says=_Ears.says)
    monkeypatch.setattr(pipeline, "cached_model", lambda name: Model(card, _Ears(), tmp_path))
    noise = np.random.default_rng(1).normal(0.0, 0.01, 32_000).astype(np.float32)
    take = pipeline.generate_from_samples(noise, "noise", pipeline.GenerateOptions(model="ears"))
    assert take.track("ears").vocabulary == EARS
    rows = rows_at(take.track("ears").curves, EARS.names, np.arange(201) / 100)
    assert np.abs(rows - moving(201)).max() <= 0.02 * 180 + 1e-3
    vocabulary.find.cache_clear()
