"""The networks of Tian (2019) and Pham (2018): numpy beside torch, training, sets of faces, commands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

from bilabial.audio.hearings import HEARINGS, SAMPLES, rows_of
from bilabial.controls import CONTROLS
from bilabial.errors import BilabialError, FormatError, ModelError
from bilabial.models.families.audio2face import network as numpy_tian
from bilabial.models.families.audio2face.shape import CLIP, WINDOW, Audio2FaceShape
from bilabial.models.families.pham import network as numpy_pham
from bilabial.models.families.pham.shape import PhamShape
from bilabial.models.store import load_model
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.timing import SAMPLE_RATE, row_count
from bilabial.training.cli.commands import main
from bilabial.training.data.face_sets import (
    FaceClip,
    FaceSet,
    read_face_set,
    refuse_misfit,
    write_face_set,
)
from bilabial.training.data.sets import Clip, Problems
from bilabial.training.engine.schedule import TrainerOptions
from bilabial.training.engine.trainer import Trainer
from bilabial.training.families.audio2face import hmm
from bilabial.training.families.audio2face import task as tian
from bilabial.training.families.face_crops import prepare
from bilabial.training.families.face_export import arrays_of
from bilabial.training.families.pham import task as pham
from bilabial.training.make.face_sets import taught_set
from bilabial.training.measure.demo_mouth import DemoMouth
from bilabial.training.measure.face_retarget import arrive
from bilabial.training.measure.face_voices import closures_met
from bilabial.training.measure.face_weights import Told, mouth_slopes
from bilabial.training.measure.mouth import Drawer
from bilabial.vocabulary import find
from make_untrained_face import audio2face

SMALL = PhamShape((2, 3, 4, 5, 6), 7, units=8)
QUICK = TrainerOptions(steps=30, learning_rate=1e-2, measure_steps=1000, threads=1, half=False)
MOUTH = "JawOpen"


def toy_clip(seed: int, seconds: float = 2.0, fps: float = 25.0, **more: Any) -> FaceClip:
    """A tone that swells; the jaw opens as it does, 40 ms before."""
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    rate, shift = random.uniform(1.0, 2.5), random.uniform(0.0, 6.0)
    level = 0.5 - 0.5 * np.cos(2 * np.pi * rate * time + shift)
    sound = 0.3 * level * np.sin(2 * np.pi * 300 * time) + 1e-3 * random.standard_normal(len(time))
    frames = round(seconds * fps)
    moments = (np.arange(frames) + 0.5) / fps
    opening = 0.5 - 0.5 * np.cos(2 * np.pi * rate * (moments + 0.04) + shift)
    weights = {}
    for vocabulary, jaw in (("faceshift-51", "JawOpen"), ("facewarehouse-46", "JawOpen")):
        names = find(vocabulary).names
        rows = np.zeros((frames, len(names)), np.float32)
        rows[:, names.index(jaw)] = opening
        weights[vocabulary] = rows
    head = np.stack([3 * opening, 0 * opening, -2 * opening], axis=1).astype(np.float32)
    made = FaceClip(
        f"toy{seed}", "somebody", np.round(32767 * sound).astype(np.int16), fps, 0.5 / fps, weights, head
    )
    return replace(made, **more)


def toy_set(name: str = "toys") -> FaceSet:
    clips = [toy_clip(seed, is_test=seed > 5) for seed in range(8)]
    return FaceSet(name, "real", tuple(clips))


def test_samples_as_rows_are_the_same_in_blocks_of_any_size() -> None:
    sound = np.random.default_rng(1).standard_normal(3333).astype(np.float32)
    whole = rows_of(sound, SAMPLES)
    assert whole.shape == (row_count(3333), 160)
    np.testing.assert_array_equal(whole[4], sound[4 * 160 - 80 : 4 * 160 + 80])
    stream = HEARINGS[SAMPLES].stream()
    cuts = [0, 1, 2, 500, 501, 2000, 3333]
    parts = [stream.push(sound[a:b]) for a, b in pairwise(cuts)]
    np.testing.assert_array_equal(np.concatenate([*parts, stream.finish()]), whole)


@pytest.mark.parametrize("memory", [CLIP, WINDOW])
def test_tians_network_says_in_numpy_what_it_says_in_torch(memory: str) -> None:
    task = tian.Audio2FaceTask([toy_set()], Audio2FaceShape(12, memory), 3, batch=2, frames=40)
    network = task.network.eval()
    with torch.no_grad():
        network.attention.weight.normal_()
        network.out.weight.normal_(std=0.3)
    clip = toy_clip(20)
    (one,) = prepare([clip], tian.RATE, "faceshift-51", tian.inputs_of)
    ours = numpy_tian.Audio2Face(task.shape, arrays_of(network))
    with torch.no_grad():
        wanted = network(torch.from_numpy(one.inputs[None]))[0].numpy()
    x = (one.inputs - ours._mean) / ours._deviation
    assert wanted.std() > 0.01
    np.testing.assert_allclose(ours.frames(x), wanted, atol=2e-4)
    rows = rows_of(clip.samples(), SAMPLES)
    prediction = ours.predict(rows)
    track = prediction.tracks["faceshift-51"]
    assert track.shape == (len(rows), 51)
    assert prediction.groups.shape == (0, 21)
    np.testing.assert_allclose(
        track[::10][: len(wanted[::3])], np.clip(wanted[::3], 0, 1)[: len(track[::10])], atol=2e-3
    )


def test_a_window_forgets_what_lies_outside_and_a_clip_does_not() -> None:
    task = tian.Audio2FaceTask([toy_set()], Audio2FaceShape(12), 3, batch=2, frames=40)
    arrays = arrays_of(task.network)
    x = np.random.default_rng(2).standard_normal((200, 39)).astype(np.float32)
    other = x.copy()
    other[:40] = 0.0
    window = numpy_tian.Audio2Face(Audio2FaceShape(12, WINDOW), arrays)
    clip = numpy_tian.Audio2Face(Audio2FaceShape(12, CLIP), arrays)
    assert np.array_equal(window.frames(x)[100:], window.frames(other)[100:])
    assert not np.array_equal(clip.frames(x)[41], clip.frames(other)[41])
    # Far from its window's ends a frame is told alike by both.
    np.testing.assert_allclose(window.frames(x), clip.frames(x), atol=0.02)


@pytest.mark.parametrize("cell", ["gru", "lstm", "static"])
def test_phams_network_says_in_numpy_what_it_says_in_torch(cell: str) -> None:
    task = pham.PhamTask([toy_set()], replace(SMALL, cell=cell), 3, batch=2, frames=40)
    network = task.network
    with torch.no_grad():
        network.out.weight.normal_()
        for step in range(3):  # batch norms that have seen something
            network(task.batch(step)["inputs"])
    network.eval()
    clip = toy_clip(21, seconds=12.0)  # several blocks
    (one,) = prepare([clip], pham.RATE, "facewarehouse-46", pham.inputs_of)
    with torch.no_grad():
        wanted = network(torch.from_numpy(one.inputs[None].astype(np.float32)))[0].numpy()
    ours = numpy_pham.Pham(task.shape, arrays_of(network))
    samples = np.concatenate([np.zeros(numpy_pham.LEAD), clip.samples(), np.zeros(20_000)]).astype(np.float32)
    told = ours.frames(samples, numpy_pham.LEAD, len(wanted))
    assert wanted.std() > 0.01
    np.testing.assert_allclose(told, wanted, atol=0.03)  # torch heard columns in half precision
    prediction = ours.predict(rows_of(clip.samples(), SAMPLES))
    assert prediction.tracks["facewarehouse-46"].shape == (row_count(len(clip.sound)), 46)
    assert np.abs(prediction.tracks["head"]).max() <= 90.0


def test_the_papers_sizes() -> None:
    shape = PhamShape()
    network = pham.PhamTorch(shape)
    assert shape.flat == 8192
    assert network(torch.zeros(1, 8 * 3 + 31, 128)).shape == (1, 3, 49)
    assert [layer[0].out_channels for layer in network.frequency] == [32, 64, 128, 256, 512]
    assert network.memory.hidden_size == 256
    assert pham.PhamTorch(PhamShape(cell="static")).static.out_features == 1024
    tians = tian.Audio2FaceTorch(Audio2FaceShape(256))
    assert tians(torch.zeros(1, 64 + 4, 39)).shape == (1, 5, 51)


@pytest.mark.parametrize("kind", ["audio2face", "lstm", "pham", "engineered"])
def test_it_learns_that_a_jaw_follows_a_swelling_tone(kind: str, tmp_path: Path) -> None:
    if kind in ("audio2face", "lstm"):
        task: Any = tian.Audio2FaceTask([toy_set()], Audio2FaceShape(16), 1, kind, batch=4, frames=50)
        score = "test/rmse"
    else:
        task = pham.PhamTask([toy_set()], SMALL, 1, kind, batch=4, frames=60)
        score = "test/mse"
    before = task.measure(task.network.eval())[score]
    steps = 120 if kind in ("pham", "engineered") else 30
    trainer = Trainer(task, tmp_path, replace(QUICK, steps=steps))
    trainer.run()
    assert trainer.measure()[score] < 0.75 * before


def test_the_hidden_markov_model_follows_it_too() -> None:
    faces = toy_set()
    train, test = (
        prepare(faces.picked(held), tian.RATE, "faceshift-51", tian.inputs_of) for held in (False, True)
    )
    model = hmm.fit(train)
    column = find("faceshift-51").names.index(MOUTH)
    for one in test:
        assert np.corrcoef(model(one)[:, column], one.targets[:, column])[0, 1] > 0.7


def test_another_actors_weights_begin_a_run_and_another_shapes_do_not() -> None:
    task = tian.Audio2FaceTask([toy_set()], Audio2FaceShape(12), 1)
    assert task.adopt({}, {**task.settings(), "memory": WINDOW}, "") == {}
    assert task.adopt({}, {**task.settings(), "nodes": 13}, "") is None
    other = pham.PhamTask([toy_set()], SMALL, 1)
    assert other.adopt({}, json.loads(json.dumps(other.settings())), "") == {}


def test_a_set_comes_back_from_its_file(tmp_path: Path) -> None:
    write_face_set(toy_set(), tmp_path / "toys.npz")
    again = read_face_set(tmp_path / "toys.npz")
    assert again.name == "toys"
    assert again.kind == "real"
    assert [clip.name for clip in again.picked(True)] == ["toy6", "toy7"]
    one, two = again.clips[3], toy_set().clips[3]
    np.testing.assert_array_equal(one.sound, two.sound)
    np.testing.assert_allclose(one.weights["faceshift-51"], two.weights["faceshift-51"], atol=1e-4)
    np.testing.assert_allclose(
        one.at(np.array([0.02, 0.04]), "faceshift-51")[0], one.weights["faceshift-51"][0]
    )
    middle = one.at(np.array([0.04]), "faceshift-51")[0]
    np.testing.assert_allclose(middle, one.weights["faceshift-51"][:2].mean(axis=0), atol=1e-6)


def high(clip: FaceClip) -> FaceClip:
    return replace(clip, weights={"faceshift-51": 100 * clip.weights["faceshift-51"]})


def nan(clip: FaceClip) -> FaceClip:
    rows = clip.weights["faceshift-51"].copy()
    rows[3, 2] = np.nan
    return replace(clip, weights={"faceshift-51": rows})


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda clip: replace(clip, sound=np.tile(clip.sound, 2)), "do not belong together"),
        (lambda clip: replace(clip, fps=60.0), "do not belong together"),
        (high, "divide percents by 100"),
        (nan, "no number"),
    ],
)
def test_a_track_that_is_no_track_of_its_sound_is_refused(harm: Any, told: str) -> None:
    refuse_misfit(toy_clip(1))
    with pytest.raises(FormatError, match=told):
        refuse_misfit(harm(toy_clip(1)))


def test_clips_of_several_rates_are_no_set(tmp_path: Path) -> None:
    mixed = FaceSet("mixed", "real", (toy_clip(1), toy_clip(2, fps=30.0)))
    with pytest.raises(BilabialError, match="several rates"):
        write_face_set(mixed, tmp_path / "mixed.npz")
    with pytest.raises(BilabialError, match="no clip is left"):
        write_face_set(FaceSet("none", "real", ()), tmp_path / "none.npz")


@pytest.mark.parametrize("broken", ["missing", "text", "another"])
def test_a_file_that_is_no_set_is_refused(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "set.npz"
    if broken == "text":
        path.write_text("no set")
    if broken == "another":
        np.savez(path, something=np.zeros(3))
    with pytest.raises(FormatError, match=r"set\.npz"):
        read_face_set(path)


CONFIGS: Mapping[str, str] = {
    "audio2face": 'architecture = "audio2face"\nsets = ["x"]\n[network]\nnodes = 8\n[task]\nbatch = 2\n'
    "frames = 30\n[trainer]\nsteps = 2\nthreads = 1\n",
    "pham": 'architecture = "pham"\nsets = ["x"]\n[network]\nfilters = [1, 1, 1, 1, 2]\ntime_filters = 2\n'
    "units = 4\n[task]\nbatch = 2\nframes = 30\n[trainer]\nsteps = 2\nthreads = 1\n",
}


@pytest.mark.parametrize("family", CONFIGS)
def test_the_commands_train_measure_and_export(family: str, tmp_path: Path) -> None:
    write_face_set(toy_set(), tmp_path / "toys.npz")
    (tmp_path / "c.toml").write_text(CONFIGS[family])
    runs, only = str(tmp_path / "runs"), "nodes-128" if family == "audio2face" else "gru"
    more = ["--set", "network.nodes=8"] if family == "audio2face" else []
    assert (
        main(
            [
                "face-train",
                str(tmp_path / "c.toml"),
                str(tmp_path / "toys.npz"),
                "--run",
                runs,
                "--only",
                only,
                *more,
            ]
        )
        == 0
    )
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- begin t -->\n<!-- end t -->\nb\n")
    assert (
        main(
            [
                "face-tables",
                family,
                str(tmp_path / "toys.npz"),
                "--run",
                runs,
                "--into",
                str(page),
                "--mark",
                "t",
            ]
        )
        == 0
    )
    table = page.read_text()
    assert "somebody" in table or "real: toys" in table
    assert "Steps: toys:" in table
    soundfile.write(tmp_path / "golden.wav", toy_clip(1).samples(), SAMPLE_RATE)
    folder = tmp_path / f"{family}-toy"
    checkpoint = tmp_path / "runs" / "toys" / only / "checkpoint.pt"
    command = [
        "face-export",
        str(checkpoint),
        str(folder),
        "--sets",
        "toys.npz",
        "--golden",
        str(tmp_path / "golden.wav"),
        "--summary",
        "A toy's face.",
    ]
    assert main(command) == 0
    model = load_model(folder)
    assert model.card.summary.endswith(". A toy's face.")
    assert model.check_golden() < 2e-3
    assert "not from an animator" in model.card.teacher
    assert model.card.look_ahead_s is None
    marks = [
        f"<!-- {end} {mark} -->"
        for mark in ("face-speed", "face-retarget", "face-voices")
        for end in ("begin", "end")
    ]
    page.write_text("\n".join(marks))
    sound, toys, into = str(tmp_path / "golden.wav"), str(tmp_path / "toys.npz"), ["--into", str(page)]
    size = {"audio2face": "audio2face/nodes-128", "pham": "pham/gru"}[family]
    assert main(["face-speed", str(folder), "--untrained", size, "--sound", sound, *into]) == 0
    assert main(["face-voices", str(folder), "--sets", toys, *into]) == 0
    assert main(["face-retarget", str(folder), toys, "--clips", "1", *into]) == 0
    for rig in ("arkit-52", "metahuman", "vrm-1", "together", "untrained)", "| toys, 1 |", folder.name):
        assert rig in page.read_text()
    assert main(["face-speed", "--untrained", f"{family}/none", "--sound", sound, *into]) == 2
    with pytest.raises(ModelError, match="hears no phones"):
        model.groups(np.zeros((3, 160), np.float32))
    with pytest.raises(ModelError, match="whole clip"):
        model.session()


def test_lips_that_come_together_where_the_sets_are_shut_count_as_met() -> None:
    names = find("faceshift-51").names
    wanted = np.zeros((200, len(names)))
    wanted[:, names.index(MOUTH)] = 0.5
    for shut in (slice(50, 60), slice(120, 130)):
        wanted[shut, names.index(MOUTH)] = 0.0
    told = wanted.copy()
    told[120:130, names.index(MOUTH)] = 0.45  # stays open at the second
    told[50:60, names.index(MOUTH)] = 0.02
    assert closures_met(Told("a", "neutral", told, wanted), "faceshift-51") == [True, False]
    late = np.roll(wanted, 20, axis=0)  # 200 ms behind
    assert closures_met(Told("a", "neutral", late, wanted), "faceshift-51") == [False, False]


def test_lips_count_in_phams_training_where_they_are_asked_for() -> None:
    sets = [toy_set()]
    plain, lips = (pham.PhamTask(sets, SMALL, 1, batch=2, frames=30, lips=lips) for lips in (0.0, 1.0))
    player = plain.players[0]
    without, by_lips = (task.loss(task.batch(0), player) for task in (plain, lips))
    assert "lips" not in without
    assert by_lips["lips"].item() > 0
    assert by_lips["loss"].item() > without["loss"].item()


def test_a_taught_set_holds_back_the_speakers_of_split_dev(tmp_path: Path) -> None:
    track = PhoneTrack.of([Phone(0.1, 0.4, "m", "MBP"), Phone(0.4, 0.8, "a", "Ah")])
    soundfile.write(tmp_path / "a.wav", toy_clip(1, 1.0).samples(), SAMPLE_RATE)
    clips = [
        Clip(f"s/{split}", tmp_path / "a.wav", f"one of {split}", "en", split, phones=track)
        for split in ("train", "dev")
    ]
    made = taught_set("s", clips, [], Problems(strict=True))
    assert [clip.actor for clip in made.picked(True)] == ["one of dev"]
    jaw = made.clips[0].weights["faceshift-51"][:, find("faceshift-51").names.index(MOUTH)]
    assert jaw[round(0.6 * 50)] > 0.1  # it opens for the vowel


def test_a_face_arrives_on_other_rigs_with_its_shut_lips() -> None:
    names = find("faceshift-51").names
    rows = np.zeros((60, len(names)))
    opening = np.clip(np.sin(np.linspace(0, 9, 60)), 0, 1)
    rows[:, names.index(MOUTH)] = opening
    rows[:, names.index("LipsPucker")] = 0.5 * opening
    found = {one.rig: one for one in arrive(rows, "faceshift-51")}
    assert set(found) == {"arkit-52", "metahuman", "vrm-1"}
    for one in found.values():
        assert one.gap_r > 0.95
        assert one.shut == 1.0
        assert one.moving >= 1


def test_lips_can_count_beside_the_weights() -> None:
    names = find("faceshift-51").names
    slopes = mouth_slopes("faceshift-51")
    assert slopes[names.index("JawOpen"), 0] > 1.0
    assert not slopes[names.index("BrowsU_C")].any()
    plain, lips = (
        tian.Audio2FaceTask([toy_set()], Audio2FaceShape(12), 3, batch=2, frames=40, lips=share)
        for share in (0.0, 0.5)
    )
    batch = plain.batch(0)
    before, after = (task.loss(batch, task.players[0]) for task in (plain, lips))
    told = {name: part.item() for name, part in after.items()}
    assert told["lips"] > 0.0
    assert told["loss"] == pytest.approx(before["loss"].item() + 0.5 * told["lips"])


@pytest.mark.parametrize("shuts", [False, True])
def test_a_drawn_mouth_is_measured_bare_and_under_speech(tmp_path: Path, shuts: bool) -> None:
    model = load_model(audio2face(tmp_path / "open", opens=0.6))
    samples = toy_clip(1).samples()
    dense = np.zeros((row_count(len(samples)), len(CONTROLS)), np.float32)
    dense[:, :2] = 0.6
    dense[50:70, CONTROLS.index("MBP")] = 1.0
    gap, width = Drawer(model, shuts).mouth(samples, dense, DemoMouth())
    assert gap[:40].min() > 0.1
    assert (gap[50:70].max() < 1e-6) == shuts
    assert len(width) == len(dense)


def test_an_unknown_variant_and_another_network_are_told(tmp_path: Path) -> None:
    write_face_set(toy_set(), tmp_path / "toys.npz")
    (tmp_path / "c.toml").write_text(CONFIGS["pham"])
    command = ["face-train", str(tmp_path / "c.toml"), str(tmp_path / "toys.npz"), "--run", str(tmp_path)]
    assert main([*command, "--only", "transformer"]) == 2
    (tmp_path / "c.toml").write_text('architecture = "phonenet"\nsets = ["x"]\n')
    assert main(command) == 2


@pytest.mark.parametrize(
    "change", [{"nodes": 0}, {"memory": "all"}, {"vocabulary": "no-such"}, {"nodes": "x"}]
)
def test_settings_that_cannot_be_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ModelError):
        Audio2FaceShape.of({"nodes": 8, "memory": CLIP, "vocabulary": "faceshift-51", **change})
