"""From labelled sound to a VisemeNet model folder: teacher, landmarks, both steps, thresholds, tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import soundfile  # noqa: E402

from bilabial.audio.features import features  # noqa: E402
from bilabial.audio.prosody import prosody  # noqa: E402
from bilabial.controls import CONTROLS, SHAPES  # noqa: E402
from bilabial.errors import BilabialError, ModelError  # noqa: E402
from bilabial.models.card import DataCredit  # noqa: E402
from bilabial.models.families.visemenet.network import VisemeNetConfig  # noqa: E402
from bilabial.models.store import load_model  # noqa: E402
from bilabial.phonemes.track import Phone, PhoneTrack  # noqa: E402
from bilabial.solve.jali.solve import solve  # noqa: E402
from bilabial.timing import SAMPLE_RATE  # noqa: E402
from bilabial.training.data.augment import AugmentOptions  # noqa: E402
from bilabial.training.data.batches import Corpus, SamplerOptions, build_corpus  # noqa: E402
from bilabial.training.data.sets import Clip, Problems  # noqa: E402
from bilabial.training.engine.config import RunConfig  # noqa: E402
from bilabial.training.engine.schedule import TrainerOptions  # noqa: E402
from bilabial.training.engine.trainer import Trainer  # noqa: E402
from bilabial.training.families.visemenet import variants as variants_module  # noqa: E402
from bilabial.training.families.visemenet.export import export_visemenet, network_of, warm_up_of  # noqa: E402
from bilabial.training.families.visemenet.task import VisemeNetTask, make_visemenet_task  # noqa: E402
from bilabial.training.families.visemenet.variant_tables import Row, as_markdown, run_variants  # noqa: E402
from bilabial.training.families.visemenet.variants import Variant  # noqa: E402
from bilabial.training.measure.measures import ACTIVE  # noqa: E402
from bilabial.training.measure.thresholds import fit_thresholds  # noqa: E402
from bilabial.training.teach.landmarks import LEFT_CORNER, LandmarkTeacher  # noqa: E402
from bilabial.training.teach.teacher import curves_of, solve_at_speed, teach  # noqa: E402
from make_untrained_model import babble, random_weights  # noqa: E402

SMALL = VisemeNetConfig(units=8, layers=1, before=2, after=2)
SPOKEN = (("m", "MBP"), ("ɑ", "Ah"), ("s", "S"), ("u", "U"), ("f", "FV"), ("i", "Ee"))
SAMPLER = SamplerOptions(rows=60, batch=4)
PLAIN = AugmentOptions(room=0, noise=0, babble=0, equaliser=0, telephone=0, warp=0, silence=0)


def track(seconds: float, shift: int = 0) -> PhoneTrack:
    starts = np.arange(0.2, seconds - 0.3, 0.15)
    each = (SPOKEN[(index + shift) % len(SPOKEN)] for index in range(len(starts)))
    return PhoneTrack.of(
        Phone(float(start), float(start + 0.15), label, group)
        for start, (label, group) in zip(starts, each, strict=True)
    )


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("set")
    clips = []
    for index, (split, note) in enumerate(
        [
            ("train", ""),
            ("train", ""),
            ("tune", ""),
            ("dev", "neutral"),
            ("dev", "anger f"),
            ("dev", "fear m"),
        ]
    ):
        path = folder / f"{index}.wav"
        soundfile.write(path, babble(2.0, index), SAMPLE_RATE)
        clips.append(
            Clip(f"made/{index}", path, f"speaker {index}", "en", split, note, "", track(2.0, index))
        )
    return build_corpus(
        {"made": clips}, folder / "cache", Problems(strict=True), (0.8, 1.0), lambda message: None
    )


@pytest.fixture
def config(corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunConfig:
    monkeypatch.setitem(variants_module.VARIANTS, "full", Variant("small", SMALL))  # type: ignore[index]
    window = Variant("small too", replace(SMALL, cell="window", landmarks=False), pretrained=False)
    monkeypatch.setitem(variants_module.VARIANTS, "sliding-window", window)  # type: ignore[index]
    options = TrainerOptions(steps=3, measure_steps=100, half=False, threads=1, device="cpu")
    return RunConfig(
        (), "visemenet", cache=str(tmp_path / "cache"), sampler=SAMPLER, augmentation=PLAIN, trainer=options
    )


def task_of(config: RunConfig, corpus: Corpus, stage: str) -> VisemeNetTask:
    return make_visemenet_task(replace(config, task={"stage": stage}), corpus, Problems(strict=True))


def test_the_teacher_is_the_procedural_model_at_every_speed(corpus: Corpus, tmp_path: Path) -> None:
    curves = teach(corpus, tmp_path, Problems(strict=True), lambda message: None)
    clip = corpus.clips["made/0"]
    heard = prosody(soundfile.read(clip.path, dtype="float32")[0])
    taught = curves_of(curves, clip.name)
    assert taught is not None
    np.testing.assert_allclose(taught, solve(corpus.phones[clip.name], heard), atol=1e-3)
    slow = curves_of(curves, clip.name, 0.8)
    assert slow is not None
    assert len(slow) == len(corpus.compact_rows(clip.name, 0.8)) == 251
    # The first closure: 0.2 s at speed 1, 0.25 s at 0.8.
    closed = CONTROLS.index("MBP")
    assert taught[20:25, closed].max() > 0.9
    assert slow[25:31, closed].max() > 0.9
    again = teach(corpus, tmp_path, Problems(strict=True), lambda message: pytest.fail(message))
    np.testing.assert_array_equal(curves_of(again, clip.name), taught)
    assert solve_at_speed(clip.phones or PhoneTrack(), heard, 101, 2.0).shape == (101, 31)


def test_landmarks_move_as_a_mouth_does() -> None:
    teacher = LandmarkTeacher()
    curves = np.zeros((4, len(CONTROLS)), np.float32)
    curves[:, :2] = 0.6
    for row, name in enumerate(("Ah", "U", "MBP"), start=1):
        curves[row, CONTROLS.index(name)] = 1.0
    rest, ah, rounded, closed = teacher(curves).reshape(4, 38, 2)
    assert np.abs(rest).max() < 1e-6
    chin, lower_lip = 8, 26
    assert ah[chin, 1] < -0.2, "the jaw drops by a good part of a mouth's width"
    assert rounded[LEFT_CORNER, 0] < -0.1, "the corner on the face's left moves inwards"
    assert closed[lower_lip, 1] > 0.03, "the lower lip rises"


def test_a_batch_holds_what_belongs_together(config: RunConfig, corpus: Corpus) -> None:
    task = task_of(config, corpus, "joint")
    batch, again = task.batch(3), task.batch(3)
    assert batch["features"].shape == (4, 60, 65)
    for name, array in batch.items():
        np.testing.assert_array_equal(array, again[name])
    # Where the label says m, the lips of the teacher are shut or shutting; where it says ah, they are open.
    m = batch["mask"] & (batch["groups"] == SHAPES.index("MBP"))
    closure = batch["curves"][..., [CONTROLS.index("MBP"), CONTROLS.index("MBPa")]].max(axis=-1)
    assert closure[m].mean() > 0.7
    assert closure[batch["groups"] == SHAPES.index("Ah")].mean() < 0.4
    np.testing.assert_allclose(batch["landmarks"][0], task.landmarks(batch["curves"][0]), atol=1e-6)


def test_two_steps_then_a_model_folder(config: RunConfig, corpus: Corpus, tmp_path: Path) -> None:
    first = Trainer(task_of(config, corpus, "groups"), tmp_path / "groups", config.trainer)
    first.run()
    joint = task_of(config, corpus, "joint")
    second = Trainer(joint, tmp_path / "joint", config.trainer)
    second.start_from(first.checkpoint)
    for name, value in joint.network.state_dict().items():
        if name.startswith(("shared", "groups", "landmarks", "features")):
            assert torch.equal(value, first.average[name]), "the second step starts where the first ended"
    woken = "activations_memory.weight_ih_l0"
    assert not torch.equal(joint.network.state_dict()[woken], first.average[woken])
    second.run()
    third = Trainer(task_of(config, corpus, "joint"), tmp_path / "third", config.trainer)
    third.start_from(second.checkpoint)
    assert torch.equal(third.network.state_dict()[woken], second.average[woken]), "nobody is woken twice"
    scores = joint.measure(second.averaged())
    assert set(scores) == {
        f"{split}/{part}"
        for split in ("tune", "dev")
        for part in ("groups", "precision", "recall", "motion_difference")
    }
    credit = DataCredit("made", "CC0", "nobody", 0.01)
    golden = features(babble(1.0))
    card = export_visemenet(second.checkpoint, tmp_path / "made-net", "1", joint, [credit], golden)
    model = load_model(tmp_path / "made-net")
    assert model.check_golden() < 1e-4
    assert card.thresholds is not None
    assert len(card.thresholds) == len(SHAPES)
    assert model.card.scores["dev"]["clips"] == 3
    # numpy and torch agree. The folder holds fp16, whose rounding three steps of training have not settled.
    got = model.predict(golden)
    network = network_of(second.checkpoint)
    network.load_state_dict(
        {
            name: value if name.startswith("features.") else value.half().float()
            for name, value in network.state_dict().items()
        }
    )
    with torch.no_grad():
        wanted = network(torch.from_numpy(golden)[None])
    assert np.abs(got.values - wanted.values[0].numpy()).max() < 1e-4
    assert np.abs(got.groups - wanted.groups[0].softmax(-1).numpy()).max() < 1e-4


def test_the_warm_up_is_as_long_as_the_memory() -> None:
    rows = features(babble(20.0))
    config = VisemeNetConfig(units=8, layers=1, before=0, after=0)
    weights = random_weights(config)
    assert warm_up_of(config, weights, rows) == 100
    for name in ("shared", "values_memory"):
        weights[f"{name}.bias_hh_l0"][8:16] = 3.0  # forget gates that keep 95 % from row to row
    assert warm_up_of(config, weights, rows) > 100
    weights["values_memory.bias_hh_l0"][8:16] = 20.0
    assert warm_up_of(config, weights, rows) == 0


def test_the_tables_of_variants(config: RunConfig, corpus: Corpus, tmp_path: Path) -> None:
    names = ("full", "sliding-window")
    rows = run_variants(config, corpus, Problems(strict=True), tmp_path, names, joint_steps=2)
    assert [(row.variant, row.style) for row in rows] == [
        (name, style) for name in names for style in ("neutral", "expressive")
    ]
    assert (tmp_path / "full" / "groups" / "checkpoint.pt").is_file()
    assert not (tmp_path / "sliding-window" / "groups").exists(), "it is trained jointly from the start"
    page = as_markdown(rows)
    assert page.count("| sliding-window |") == 2
    (tmp_path / "full" / "joint" / "checkpoint.pt").unlink()
    assert run_variants(config, corpus, Problems(strict=True), tmp_path, names, 2) == rows


def test_a_variant_that_was_not_measured_has_dashes() -> None:
    rows = [
        Row("full", "neutral", 0.9, 0.8, 0.01, 0.076, 0.002),
        Row("gru", "expressive", 0.7, 0.6, 0.02, 0.1, 0.003),
    ]
    page = as_markdown(rows)
    assert "| full | 90.0 | 80.0 | 1.0 | - | - | - |" in page
    assert "| full | 7.6 | 0.2 | - | - |" in page
    assert "read" not in page, "a style that nobody speaks has no columns"


def test_variants_grow_and_shrink_alike() -> None:
    assert variants_module.variant("gru", 128).network.units == 128
    assert variants_module.variant("sliding-window", 128).network.units == 421


def test_thresholds_split_what_can_be_split() -> None:
    random = np.random.default_rng(0)
    active = random.random((400, 3)) < 0.3
    active[:, 2] = False
    probabilities = np.where(active, 0.3, 0.1).astype(np.float32) + random.uniform(0, 0.1, active.shape)
    low, other, never = fit_thresholds(probabilities.astype(np.float32), active)
    for threshold in (low, other):
        assert 0.2 <= threshold <= 0.3
    assert never == 0.5
    assert ACTIVE < 0.1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"network": {"variant": "best"}}, "no variant 'best'"),
        ({"network": {"depth": 3}}, "no setting network.depth"),
        ({"task": {"stage": "third"}}, "no stage 'third'"),
        ({"task": {"stage": "groups"}, "network": {"variant": "audio-based"}}, "jointly from the start"),
        ({"network": {"variant": "asr"}}, "recogniser's phones"),
    ],
)
def test_configurations_that_make_no_sense(
    config: RunConfig, corpus: Corpus, changes: dict[str, dict[str, object]], reason: str
) -> None:
    with pytest.raises(BilabialError, match=reason):
        make_visemenet_task(replace(config, **changes), corpus, Problems())


def test_a_checkpoint_of_another_task_is_refused(tmp_path: Path) -> None:
    torch.save({"schema": "bilabial/checkpoint/1", "task": "phonenet"}, tmp_path / "other.pt")
    with pytest.raises(ModelError, match="'phonenet'"):
        network_of(tmp_path / "other.pt")
