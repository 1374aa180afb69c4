"""A whole face that a network draws: in a take beside speech, on rigs, and under lips that still close."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bilabial.audio.hearings import SAMPLES, rows_of
from bilabial.cli import main
from bilabial.controls import CONTROLS
from bilabial.curves.format import dumps, loads
from bilabial.curves.take import Take
from bilabial.errors import ModelError
from bilabial.exchange.animation.files import read_animation
from bilabial.expression.compose import FaceComposer, posed, sealed
from bilabial.expression.drawn import DrawnFace, drawn_by
from bilabial.expression.export import animation_of, left_out
from bilabial.expression.face import face_options
from bilabial.models import store
from bilabial.models.store import load_model
from bilabial.phonemes import groups
from bilabial.phonemes.transcript import hear
from bilabial.pipeline import GenerateOptions, generate_from_samples
from bilabial.retarget.evaluate import lip_gap
from bilabial.retarget.profile_format import load_profile
from bilabial.timing import row_count
from bilabial.vocabulary import find
from make_untrained_face import audio2face, noise, pham
from make_untrained_model import make_untrained_model

SPEECH = groups.track(
    [(0.0, 0.4, "SIL"), (0.4, 0.55, "M"), (0.55, 0.8, "AA1"), (0.8, 0.95, "B"), (0.95, 1.2, "IY0"),
     (1.2, 2.0, "SIL")], "arpabet",
)  # fmt: skip


def take_of(folder: Path, **options: object) -> Take:
    wanted = GenerateOptions(model=str(folder), phones=SPEECH)
    return generate_from_samples(noise(), "noise", replace(wanted, **options))  # type: ignore[arg-type]


def test_a_take_has_speech_and_the_drawn_face(tmp_path: Path) -> None:
    take = take_of(audio2face(tmp_path / "tian"), keep_dense=True)
    assert set(take.tracks) == {"speech", "faceshift-51"}
    assert take.model is not None and take.model.name == "tian"
    assert drawn_by(take) == "faceshift-51"
    track = take.track("faceshift-51")
    assert track.vocabulary == find("faceshift-51")
    dense = take.dense["faceshift-51"]
    jaw = find("faceshift-51").names.index("JawOpen")
    times = np.arange(len(dense)) / 100
    assert np.abs(track.curves["JawOpen"].evaluate(times) - dense[:, jaw]).max() <= 0.021
    assert dumps(loads(dumps(take))) == dumps(take)


def test_a_head_that_the_network_turns_is_not_turned_by_chance(tmp_path: Path) -> None:
    take = take_of(pham(tmp_path / "pham"), face=face_options("head,blinks"), keep_dense=True)
    assert {"facewarehouse-46", "head", "blinks"} <= set(take.tracks)
    assert take.dense["head"].shape == (row_count(32_000), 3)
    moved = posed(take, load_profile("arkit-52"), np.arange(200) / 100).head
    assert np.abs(moved - take.dense["head"][:200]).max() < 0.6


@pytest.mark.parametrize(
    "rig", ["demo-head", "arkit-52", "faceshift-51", "facewarehouse-46", "vrm-1", "metahuman"]
)
def test_the_lips_of_a_drawn_face_close_at_m_and_b_on_every_rig(tmp_path: Path, rig: str) -> None:
    take = take_of(audio2face(tmp_path / "tian", opens=0.8))
    profile = load_profile(rig)
    times = np.arange(200) / 100
    dense = np.stack(
        [
            take.styled()[name].evaluate(times) if len(take.styled()[name]) else np.zeros(200)
            for name in CONTROLS
        ],
        axis=1,
    )
    gap = lip_gap(profile, posed(take, profile, times).values)
    speech = lip_gap(profile, FaceComposer(profile).speech(dense))
    shut = sealed(dense) > 0.999
    assert shut.sum() >= 5
    assert np.abs(gap[shut] - speech[shut]).max() < 1e-6
    quiet = times > 1.5  # where nobody speaks the face is the network's alone
    assert gap[quiet].min() > 0.1
    assert speech[quiet].max() < 0.1


def test_where_nobody_closes_the_lips_the_rig_shows_what_the_network_says(tmp_path: Path) -> None:
    take = take_of(audio2face(tmp_path / "tian", opens=0.7))
    animation = animation_of(take, load_profile("arkit-52"), 50.0)
    late = animation.times > 1.5
    track = take.track("faceshift-51").curves["JawOpen"].evaluate(animation.times)
    np.testing.assert_allclose(animation.column("jawOpen")[late], track[late], atol=1e-6)
    assert left_out(take, load_profile("arkit-52")) == ()
    blind = replace(load_profile("arkit-52"), name="blind", poses={"jawOpen": {}})
    assert left_out(take, blind) == ("faceshift-51",)


@pytest.mark.parametrize("rig", ["arkit-52", "demo-head"])
def test_lids_that_a_network_leaves_half_shut_open_where_blinks_are_a_layer(rig: str) -> None:
    profile = load_profile(rig)
    composer = FaceComposer(profile)
    rows = np.zeros((20, 51))
    for name in ("EyeBlink_L", "EyeBlink_R", "JawOpen"):
        rows[:, find("faceshift-51").names.index(name)] = 0.5
    blinks = np.zeros((20, 2))
    blinks[10] = 1.0
    silent = np.zeros((20, len(CONTROLS)))
    bare = composer(silent, {"faceshift-51": rows}).values
    shown = composer(silent, {"faceshift-51": rows, "blinks": blinks}).values
    lid, jaw = (list(profile.channels).index(name) for name in ("eyeBlinkLeft", "jawOpen"))
    assert bare[:, lid].min() > 0.4
    assert shown[:9, lid].max() == 0.0
    assert shown[10, lid] > 0.9
    np.testing.assert_array_equal(shown[:, jaw], bare[:, jaw])


def test_a_drawn_face_goes_onto_its_own_rig_as_it_is() -> None:
    rows = np.random.default_rng(1).uniform(0.0, 1.0, (4, 51))
    profile = load_profile("faceshift-51")
    shown = DrawnFace("faceshift-51", profile)(rows)
    assert shown is not None
    order = [find("faceshift-51").names.index(name) for name in profile.channels]
    np.testing.assert_array_equal(shown, rows[:, order])


def test_the_command_line_makes_a_take_and_a_capture_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import soundfile

    folder = audio2face(tmp_path / "tian")
    soundfile.write(tmp_path / "line.wav", noise(), 16_000)
    (tmp_path / "line.lab").write_text("0.4 0.55 m\n0.55 0.8 a\n0.8 0.95 b\n")
    take, capture = tmp_path / "take.json", tmp_path / "face.csv"
    command = [
        "generate",
        str(tmp_path / "line.wav"),
        "--model",
        str(folder),
        "--phones",
        str(tmp_path / "line.lab"),
    ]
    assert main([*command, "-o", str(take), "--progress", "none"]) == 0, capsys.readouterr().err
    assert load_model(folder).card.summary in capsys.readouterr().err  # whose face it knows
    assert main(["convert", str(take), str(capture), "--rig", "arkit-52", "--progress", "none"]) == 0
    assert read_animation(capture).column("jawOpen").max() > 0.3
    assert main(["show", str(take)]) == 0
    assert "the whole face from tian " in capsys.readouterr().out  # a person gave the phones


def test_who_hears_no_phones_is_not_asked_for_them(tmp_path: Path) -> None:
    model = load_model(pham(tmp_path / "pham"))
    with pytest.raises(ModelError, match="hears no phones: choose another one"):
        hear(rows_of(noise(), SAMPLES), model)


def test_a_golden_face_that_differs_is_refused(tmp_path: Path) -> None:
    folder = audio2face(tmp_path / "tian")
    model = load_model(folder)
    assert model.check_golden() < 1e-6
    other = audio2face(tmp_path / "other", opens=0.2)
    (folder / "golden.safetensors").write_bytes((other / "golden.safetensors").read_bytes())
    card = (folder / "card.json").read_text()
    theirs = load_model(other).card.hashes["golden.safetensors"]
    (folder / "card.json").write_text(card.replace(model.card.hashes["golden.safetensors"], theirs))
    with pytest.raises(ModelError, match="differs from its golden output"):
        load_model(folder).check_golden()


def test_who_hears_no_phones_is_nobodys_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    audio2face(tmp_path / "aaa")
    make_untrained_model(tmp_path / "zzz")
    monkeypatch.setattr(store.resources, "folder", lambda name: tmp_path)
    monkeypatch.setattr(store, "available_models", lambda: ["aaa", "zzz"])
    assert store.default_model() == "zzz"
