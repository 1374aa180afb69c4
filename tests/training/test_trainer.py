"""The training loop: exact resume, refusals, and that it learns."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bilabial.errors import ModelError

torch = pytest.importorskip("torch")

from bilabial.models.safetensors import read_tensors  # noqa: E402
from bilabial.models.store import load_model  # noqa: E402
from bilabial.phonemes.track import Phone, PhoneTrack  # noqa: E402
from bilabial.training.data.augment import AugmentOptions, augment  # noqa: E402
from bilabial.training.data.batches import Corpus, SamplerOptions, Shard, full  # noqa: E402
from bilabial.training.data.sets import Clip, Problems  # noqa: E402
from bilabial.training.engine.config import RunConfig  # noqa: E402
from bilabial.training.engine.schedule import TrainerOptions, one_cycle  # noqa: E402
from bilabial.training.engine.trainer import Trainer  # noqa: E402
from bilabial.training.families.found import family  # noqa: E402
from bilabial.training.families.phonenet.export import export, weights_of  # noqa: E402
from bilabial.training.families.phonenet.network import PhoneNetConfig  # noqa: E402
from bilabial.training.families.phonenet.task import PhoneNetTask  # noqa: E402
from bilabial.training.make.blend import blend  # noqa: E402
from bilabial.training.teach.listening import COLUMNS, listen, told_in  # noqa: E402

OPTIONS = TrainerOptions(steps=6, measure_steps=100, threads=1, half=False, average=0.9, learning_rate=5e-3)
GROUPS = (("m", "MBP"), ("s", "S"), ("a", "Ah"))


def toy_corpus() -> Corpus:
    """Three sounds with spectra of their own, from two speakers."""
    random = np.random.default_rng(0)
    shapes = random.normal(0, 3, size=(3, 52))
    rows, spans, phones, clips = [], {}, {}, {}
    for number in range(6):
        order = random.integers(0, 3, size=10)
        name = f"toy/{number}"
        spans[name] = (number * 200, number * 200 + 200)
        rows.append(np.repeat(shapes[order], 20, axis=0) + random.normal(0, 0.5, size=(200, 52)))
        rows[-1][:, :26] -= 8
        phones[name] = PhoneTrack.of(
            Phone(0.2 * i, 0.2 * i + 0.2, *GROUPS[which]) for i, which in enumerate(order)
        )
        clips[name] = Clip(name, Path("none"), f"s{number % 2}", "en", "train" if number else "tune")
    shard = Shard(np.concatenate(rows).astype(np.float16), spans)
    return Corpus(clips, {("toy", 1.0): shard}, phones)


def toy_task(
    channels: int = 16, seed: int = 3, dilations: tuple[int, ...] = (1, 2), look_ahead: int | None = None
) -> PhoneNetTask:
    return PhoneNetTask(
        toy_corpus(),
        PhoneNetConfig(channels=channels, dilations=dilations, mean_reach=50, look_ahead=look_ahead),
        SamplerOptions(rows=100, batch=4),
        AugmentOptions(),
        seed,
    )


def test_a_killed_run_goes_on_exactly(tmp_path: Path) -> None:
    straight = Trainer(toy_task(), tmp_path / "straight", OPTIONS)
    straight.run()
    broken = Trainer(toy_task(), tmp_path / "broken", OPTIONS)
    broken.folder.mkdir()
    for _ in range(2):
        broken._one_step()
    broken.save()
    torch.manual_seed(99)  # whatever else happens in between
    resumed = Trainer(toy_task(seed=3), tmp_path / "broken", OPTIONS)
    assert resumed.resume() and resumed.step == 2
    resumed.run()
    for name, value in straight.average.items():
        assert torch.equal(value, resumed.average[name]), name


def test_it_learns(tmp_path: Path) -> None:
    task = toy_task()
    trainer = Trainer(task, tmp_path / "run", replace(OPTIONS, steps=40))
    trainer.run()
    scores = trainer.measure()
    assert scores["tune/toy"] > 0.9
    lines = [json.loads(line) for line in (tmp_path / "run/log.jsonl").read_text().splitlines()]
    assert lines[-1]["step"] == 40 and "tune/toy" in lines[-1]


def test_a_checkpoint_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    trainer = Trainer(toy_task(), tmp_path / "run", OPTIONS)
    trainer.folder.mkdir()
    trainer.save()
    with pytest.raises(ModelError, match="channels = 16, the configuration says 8"):
        Trainer(toy_task(channels=8), tmp_path / "run", OPTIONS).resume()
    (tmp_path / "run/checkpoint.pt").write_bytes(b"no checkpoint")
    with pytest.raises(ModelError, match="no readable checkpoint"):
        Trainer(toy_task(), tmp_path / "run", OPTIONS).resume()
    assert not Trainer(toy_task(), tmp_path / "new", OPTIONS).resume()


def test_a_deeper_network_starts_as_the_shallower_one_did(tmp_path: Path) -> None:
    first = Trainer(toy_task(), tmp_path / "first", replace(OPTIONS, steps=10))
    first.run()
    deeper = Trainer(toy_task(dilations=(1, 2, 4)), tmp_path / "deeper", OPTIONS)
    deeper.start_from(first.checkpoint)
    rows = torch.from_numpy(deeper.task.batch(0)["rows"])
    with torch.no_grad():
        for wanted, found in zip(first.averaged()(rows), deeper.averaged()(rows), strict=True):
            torch.testing.assert_close(found, wanted)
    deeper.run()  # and the new block learns
    assert float(deeper.network.blocks[2].second.norm.weight.detach().abs().max()) > 0
    Trainer(toy_task(look_ahead=10), tmp_path / "live", OPTIONS).start_from(first.checkpoint)
    for misfit in (toy_task(dilations=(1, 4)), toy_task(dilations=(1,)), toy_task(channels=8)):
        with pytest.raises(ModelError, match="was trained with"):
            Trainer(misfit, tmp_path / "other", OPTIONS).start_from(first.checkpoint)
    with pytest.raises(ModelError, match="no checkpoint"):
        Trainer(toy_task(), tmp_path / "none", OPTIONS).start_from(tmp_path / "none.pt")


def test_a_run_starts_from_a_shipped_model(tmp_path: Path) -> None:
    first = Trainer(toy_task(look_ahead=10), tmp_path / "first", replace(OPTIONS, steps=20))
    first.run()
    features = full(np.asarray(first.task.corpus.compact_rows("toy/1"), np.float32))
    export(first.checkpoint, tmp_path / "shipped", "1", (), features)
    second = Trainer(toy_task(look_ahead=10, seed=5), tmp_path / "second", OPTIONS)
    second.begin(tmp_path / "shipped")
    rows = torch.from_numpy(second.task.batch(3)["rows"])
    with torch.no_grad():
        torch.testing.assert_close(
            second.averaged()(rows)[0], first.averaged()(rows)[0], atol=1e-3, rtol=1e-3
        )
        # Normalising by the batch itself says nearly the same: learning on does not begin with a jolt.
        second.network.train()
        right = (second.network(rows)[0].argmax(-1) == first.averaged()(rows)[0].argmax(-1)).float().mean()
    assert float(right) > 0.8
    with pytest.raises(ModelError, match="cannot start from"):
        Trainer(toy_task(channels=8, look_ahead=10), tmp_path / "third", OPTIONS).begin(tmp_path / "shipped")
    with pytest.raises(ModelError, match="no model folder"):
        Trainer(toy_task(), tmp_path / "fourth", OPTIONS).begin(tmp_path / "nothing")


def test_blended_weights_lie_between_two_models(tmp_path: Path) -> None:
    names = []
    for steps in (1, 3):
        trainer = Trainer(toy_task(), tmp_path / f"run{steps}", replace(OPTIONS, steps=steps))
        trainer.run()
        features = full(np.asarray(trainer.task.corpus.compact_rows("toy/1"), np.float32))
        names.append(tmp_path / f"model{steps}")
        export(trainer.checkpoint, names[-1], "1", (), features)
    card = blend(names[0], names[1], 0.25, tmp_path / "mixed", "3")
    assert (card.name, card.version, card.scores) == ("mixed", "3", {})
    load_model(tmp_path / "mixed").check_golden()
    one, two, between = (read_tensors(one / "weights.safetensors") for one in (*names, tmp_path / "mixed"))
    for name, array in between.items():
        wanted = 0.75 * one[name].astype(np.float32) + 0.25 * two[name].astype(np.float32)
        np.testing.assert_allclose(array.astype(np.float32), wanted, atol=2e-3)
    with pytest.raises(ModelError, match="between 0 and 1"):
        blend(names[0], names[1], 1.0, tmp_path / "none", "1")
    with pytest.raises(ModelError, match="not of one shape"):
        blend(names[0], "bilabial-1", 0.5, tmp_path / "none", "1")
    assert not (tmp_path / "none").exists()


def test_models_that_keep_bytes_blend_too(tmp_path: Path) -> None:
    """An ear mixed with itself is that ear."""
    blend("bilabial-2", "bilabial-2", 0.5, tmp_path / "mixed", "1")
    load_model(tmp_path / "mixed").check_golden()
    one, mixed = (
        read_tensors(load_model(name).folder / "weights.safetensors")
        for name in ("bilabial-2", tmp_path / "mixed")
    )
    assert sorted(one) == sorted(mixed)
    for name in ("conv1.weight", "blocks.0.attention.query.weight"):
        assert one[name].dtype == mixed[name].dtype == np.int8
        np.testing.assert_allclose(mixed[name], one[name], atol=1)


def test_a_teacher_is_believed_where_there_are_no_labels(tmp_path: Path) -> None:
    """Labels of one clip alone; what a teacher heard in the others is enough to name their sounds."""
    taught = toy_corpus()
    truth = dict(taught.phones)
    heard = np.zeros((1200, COLUMNS), np.float16)
    for name, (start, end) in taught.shards[("toy", 1.0)].spans.items():
        groups, sounds = taught.targets(name)
        heard[np.arange(start, end), groups] = 1.0
        heard[np.arange(start, end), 21 + sounds] = 1.0
    alone = Corpus(taught.clips, taught.shards, {name: truth[name] for name in ("toy/0", "toy/1")})
    task = PhoneNetTask(
        alone, PhoneNetConfig(channels=16, dilations=(1, 2), mean_reach=50),
        SamplerOptions(rows=100, batch=4, unlabelled=True), AugmentOptions(), 3,
        heard={"toy": Shard(heard, taught.shards[("toy", 1.0)].spans)}, heard_share=1.0,
    )  # fmt: skip
    batch = task.batch(0)
    assert batch["told"].any() and (batch["groups"] == -100).any()
    told = batch["told"] & (batch["groups"] >= 0)
    np.testing.assert_array_equal(batch["heard"][..., :21].argmax(-1)[told], batch["groups"][told])
    trainer = Trainer(task, tmp_path / "run", replace(OPTIONS, steps=40))
    trainer.run()
    assert trainer.measure()["tune/toy"] > 0.9


def test_a_teacher_listens_once_to_the_sets_it_is_given(tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    trainer = Trainer(toy_task(), tmp_path / "run", replace(OPTIONS, steps=2))
    trainer.run()
    features = full(np.asarray(trainer.task.corpus.compact_rows("toy/1"), np.float32))
    export(trainer.checkpoint, tmp_path / "teacher", "1", (), features)
    sound = np.random.default_rng(0).normal(0, 0.1, 16_000).astype(np.float32)
    clips = []
    for name, split in (("one/a", "train"), ("one/b", "dev"), ("two/a", "train")):
        path = tmp_path / f"{name.replace('/', '-')}.wav"
        soundfile.write(path, sound, 16_000)
        clips.append(Clip(name, path, "s", "en", split))
    corpus = Corpus({clip.name: clip for clip in clips}, {})
    teacher, told = load_model(tmp_path / "teacher"), []
    for _ in range(2):
        heard = listen(corpus, teacher, tmp_path / "cache", Problems(), ["one"], told.append)
    assert list(heard) == ["one"] and list(heard["one"].spans) == ["one/a"]
    assert len(told) == 1, "the second time it is kept"
    np.testing.assert_allclose(np.asarray(heard["one"].rows[:, :21], np.float32).sum(1), 1, atol=0.01)
    config = RunConfig(
        ("toy",), task={"teacher": str(tmp_path / "teacher"), "teacher_sets": ["one"], "heard_share": 0.5},
        network={"channels": 16, "dilations": (1, 2)}, cache=str(tmp_path / "cache"),
    )  # fmt: skip
    both = toy_corpus()
    both.clips |= corpus.clips
    task = family("phonenet").make_task(config, both, Problems())
    assert list(task.heard) == ["one"] and task.heard_share == 0.5
    assert len(told) == 1, "a configuration's teacher is the same"
    targets, known = told_in([(0, 3, "one/a", 1.25, 4, 20), (1, 0, "two/a", 1.0, 0, 9)], heard, (2, 30))
    assert known.sum() == 20 and known[0, 3:23].all()
    np.testing.assert_array_equal(targets[0, 7], heard["one"].rows[10])  # row 8 at speed 1.25


def test_the_learning_rate_goes_up_and_down() -> None:
    rates = [one_cycle(step, TrainerOptions(steps=100, learning_rate=1.0)) for step in range(100)]
    assert max(rates) == pytest.approx(1.0) and np.argmax(rates) < 10
    assert rates[0] < 0.2 and rates[-1] < 0.02
    assert all(a >= b for a, b in itertools.pairwise(rates[10:]))


def test_wear_is_finite_and_repeatable() -> None:
    batches = []
    for _ in range(2):
        batch = toy_task().sampler.batch(1)
        augment(
            batch,
            np.random.default_rng(4),
            AugmentOptions(room=1, noise=1, babble=1, telephone=1, silence=1, warp=1),
        )
        batches.append(batch)
    assert np.isfinite(batches[0]["rows"]).all()
    assert np.array_equal(batches[0]["rows"], batches[1]["rows"])
    assert (batches[0]["groups"] == 20).any()  # what was cut away is silent


def test_an_exported_folder_gives_what_the_network_gave(tmp_path: Path) -> None:
    task = toy_task()
    trainer = Trainer(task, tmp_path / "run", OPTIONS)
    trainer.run()
    rows = np.asarray(task.corpus.compact_rows("toy/1"), dtype=np.float32)
    export(trainer.checkpoint, tmp_path / "toy-1", "1", (), full(rows))
    model = load_model(tmp_path / "toy-1")
    assert model.check_golden() < 2e-3 and model.lag is None and model.card.trained
    with torch.no_grad():
        theirs = trainer.averaged()(torch.from_numpy(rows)[None])[0][0].softmax(-1).numpy()
    np.testing.assert_allclose(
        model.predict(full(rows)).groups, theirs, atol=2e-3
    )  # weights are halved to fp16
    assert set(weights_of(trainer.checkpoint)[1]) >= {"front.weight", "blocks.1.second.bias", "sounds.weight"}


def test_rebuilt_features_are_the_features() -> None:
    from bilabial.audio.features import features
    from bilabial.models.families.phonenet.network import compact

    samples = (0.1 * np.random.default_rng(1).standard_normal(16_000)).astype(np.float32)
    rows = features(samples)
    rebuilt = full(compact(rows))
    np.testing.assert_allclose(rebuilt[:, 1:], rows[:, 1:], rtol=1e-4, atol=2e-2)
    assert np.abs(rebuilt[:, 0] - rows[:, 0]).max() < 0.3  # the outermost bins are in no band
