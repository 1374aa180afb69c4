"""The ear as trained and as run, its surroundings, and the borders of its labels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bilabial.audio.logmel import BANDS, SILENCE, log_mel
from bilabial.controls import GROUPS
from bilabial.errors import ModelError
from bilabial.models.families.whisper.network import build, levelled
from bilabial.models.safetensors import write_tensors
from bilabial.phonemes.inventory import INDEX, UNKNOWN
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.training.data.batches import Corpus, SamplerOptions, Shard
from bilabial.training.data.sets import Clip
from bilabial.training.labels.borders import moved

torch = pytest.importorskip("torch")

from bilabial.training.engine.schedule import TrainerOptions  # noqa: E402
from bilabial.training.engine.trainer import Trainer  # noqa: E402
from bilabial.training.families.whisper.augment import MelAugmentOptions, _grain, noise, spoiled  # noqa: E402
from bilabial.training.families.whisper.export import export, exported, in_int8  # noqa: E402
from bilabial.training.families.whisper.network import (  # noqa: E402
    Ear,
    EarConfig,
    load_encoder,
    use_numpy_products,
)
from bilabial.training.families.whisper.task import EarTask  # noqa: E402
from bilabial.training.make.blend import blend_runs  # noqa: E402

SMALL = EarConfig(size=16, heads=2, blocks=2, head_channels=8, window=400)
A, M, S, SIL = (GROUPS.index(name) for name in ("Ah", "MBP", "S", "SIL"))


def random_ear(seed: int = 0) -> Ear:
    torch.manual_seed(seed)
    network = Ear(SMALL)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    return network.eval()


def random_mel(rows: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(-2, 1, (rows, BANDS)).astype(np.float32)


@pytest.mark.parametrize("rows", [1, 2, 51, 400])
def test_torch_and_numpy_agree(rows: int) -> None:
    network, mel = random_ear(), random_mel(rows)
    groups, sounds = build(network.card_settings(), exported(network)).both(mel)
    level = levelled(mel)
    level = np.concatenate([level, level[-1:]]) if rows % 2 else level
    with torch.no_grad():
        theirs = [part[0, :rows].softmax(-1).numpy() for part in network(torch.from_numpy(level)[None])]
    np.testing.assert_allclose(groups, theirs[0], atol=1e-3)
    np.testing.assert_allclose(sounds, theirs[1], atol=1e-3)


def test_one_byte_a_weight_says_nearly_the_same() -> None:
    network, mel = random_ear(), random_mel(100)
    settings, arrays = network.card_settings(), exported(network)
    small = in_int8(arrays)
    assert sum(one.nbytes for one in small.values()) < 0.4 * sum(one.nbytes for one in arrays.values())
    np.testing.assert_allclose(
        build(settings, small).both(mel)[0], build(settings, arrays).both(mel)[0], atol=0.05
    )


def test_numpy_products_are_torchs() -> None:
    plain, quick = random_ear(), random_ear()
    use_numpy_products(quick)
    mel = torch.from_numpy(random_mel(40))[None]
    for network in (plain, quick):
        groups, sounds = network(mel)
        (groups.square().mean() + sounds.square().mean()).backward()
    for (name, one), other in zip(plain.named_parameters(), quick.parameters(), strict=True):
        np.testing.assert_allclose(one.grad, other.grad, atol=1e-5, err_msg=name)


def test_training_begins_with_whispers_encoder(tmp_path: Path) -> None:
    size, random = SMALL.size, np.random.default_rng(1)
    shapes = {"conv1.weight": (size, BANDS, 3), "conv1.bias": (size,), "conv2.weight": (size, size, 3)}
    shapes |= {"conv2.bias": (size,), "layer_norm.gamma": (size,), "layer_norm.beta": (size,)}
    for index in range(SMALL.blocks):
        for part, outputs in (("linear_0", 3 * size), ("linear_1", size)):
            shapes[f"layer_{index}.self_attention.{part}.weight"] = (outputs, size)
            shapes[f"layer_{index}.self_attention.{part}.bias"] = (outputs,)
        shapes[f"layer_{index}.ffn.linear_0.weight"] = (4 * size, size)
        shapes[f"layer_{index}.ffn.linear_0.bias"] = (4 * size,)
        shapes[f"layer_{index}.ffn.linear_1.weight"] = (size, 4 * size)
        shapes[f"layer_{index}.ffn.linear_1.bias"] = (size,)
        for norm in ("self_attention.layer_norm", "ffn.layer_norm"):
            shapes |= {f"layer_{index}.{norm}.gamma": (size,), f"layer_{index}.{norm}.beta": (size,)}
    stored = {name: random.normal(size=shape).astype(np.float16) for name, shape in shapes.items()}
    write_tensors(tmp_path / "encoder.safetensors", stored)
    network = random_ear()
    load_encoder(network, tmp_path / "encoder.safetensors")
    arrays = exported(network)
    np.testing.assert_array_equal(arrays["conv1.weight"], stored["conv1.weight"])
    np.testing.assert_array_equal(
        arrays["blocks.1.attention.value.weight"],
        stored["layer_1.self_attention.linear_0.weight"][2 * size :],
    )
    np.testing.assert_array_equal(arrays["blocks.0.feed.norm.bias"], stored["layer_0.ffn.layer_norm.beta"])
    del stored["layer_1.ffn.linear_0.bias"]
    write_tensors(tmp_path / "cut.safetensors", stored)
    with pytest.raises(ModelError, match="no Whisper encoder"):
        load_encoder(network, tmp_path / "cut.safetensors")


def small_corpus() -> Corpus:
    """Two sets of two speakers; vowels are loud, closures are not."""
    clips, shards, phones = {}, {}, {}
    for set_name in ("one", "two"):
        rows, spans = [], {}
        for number in range(4):
            name = f"{set_name}/{number}"
            mel = random_mel(120, number) * 0.1 - 6
            mel[20:50] += 5
            mel[60:100] += 5
            spans[name] = (120 * number, 120 * number + 120)
            rows.append(mel)
            split = "dev" if number == 3 else "train"
            clips[name] = Clip(name, Path(name), f"{set_name}{number % 2}", "en", split)
            phones[name] = PhoneTrack.of(
                [
                    Phone(0.195, 0.495, "a", "Ah"),
                    Phone(0.495, 0.595, "m", "MBP"),
                    Phone(0.595, 0.995, "a", "Ah"),
                ]
            )
        shards[(set_name, 1.0)] = Shard(np.concatenate(rows).astype(np.float16), spans)
    return Corpus(clips, shards, phones)


def small_task() -> EarTask:
    return EarTask(
        small_corpus(), SMALL, SamplerOptions(rows=60, batch=4), seed=3, by_hand=["two"],
        lengths={"60": 0.5, "120": 0.5}, surroundings={"noise_snr": [0.0, 20.0]},
    )  # fmt: skip


def test_batches_are_the_same_for_the_same_step() -> None:
    first, second = small_task(), small_task()
    for step in (0, 5, 1):
        one, other = first.batch(step), second.batch(step)
        assert one["mel"].shape[0] * one["mel"].shape[1] == 240
        for key in ("mel", "groups", "sounds"):
            np.testing.assert_array_equal(one[key], other[key])
        assert np.isfinite(one["mel"]).all()
        assert one["groups"].max() < len(GROUPS)
    assert not np.array_equal(first.batch(0)["mel"], first.batch(1)["mel"])


def test_a_run_learns_exports_and_hears(tmp_path: Path) -> None:
    options = TrainerOptions(steps=30, learning_rate=3e-3, threads=1, measure_steps=1000)
    trainer = Trainer(small_task(), tmp_path / "run", options)
    trainer.run()
    lines = (tmp_path / "run" / "log.jsonl").read_text().splitlines()
    assert '"dev/one"' in lines[-1]
    paces = {group["pace"] for group in trainer.optimisers["network"].param_groups}
    assert paces == {1.0, 0.18}
    card = export(trainer.checkpoint, tmp_path / "ear", "0", (), random_mel(150))
    assert card.architecture == "whisper"
    from bilabial.models.store import load_model

    model = load_model(tmp_path / "ear")
    assert model.check_golden() <= card.golden_tolerance
    assert model.predict(random_mel(900)).groups.shape == (900, 21)


def test_a_run_starts_from_a_shipped_ear(tmp_path: Path) -> None:
    first = Trainer(small_task(), tmp_path / "first", TrainerOptions(steps=2, threads=1, measure_steps=1000))
    first.run()
    export(first.checkpoint, tmp_path / "ear", "0", (), random_mel(150))
    second = Trainer(small_task(), tmp_path / "second", TrainerOptions(steps=1, threads=1))
    second.begin(tmp_path / "ear")
    mel = torch.from_numpy(random_mel(100))[None]
    with torch.no_grad():
        wanted, found = (one.averaged()(mel)[0].softmax(-1) for one in (first, second))
    assert float((wanted - found).abs().max()) < 0.02  # a byte a weight
    second.run()  # and learns on
    other = small_task()
    other.network = Ear(replace(SMALL, size=32))
    with pytest.raises(ModelError, match="cannot start from"):
        Trainer(other, tmp_path / "third", TrainerOptions()).begin(tmp_path / "ear")


def test_two_runs_are_blended_into_one_to_export(tmp_path: Path) -> None:
    runs = []
    for name, steps in (("first", 2), ("second", 4)):
        one = Trainer(small_task(), tmp_path / name, TrainerOptions(steps=steps, threads=1))
        one.run()
        runs.append(one)
    mixed = tmp_path / "mixed.pt"
    blend_runs(runs[0].checkpoint, runs[1].checkpoint, 0.25, mixed)
    third = Trainer(small_task(), tmp_path / "third", TrainerOptions(steps=1, threads=1))
    third.begin(mixed)
    for name, value in third.average.items():
        wanted = 0.75 * runs[0].average[name] + 0.25 * runs[1].average[name]
        np.testing.assert_allclose(value, wanted, atol=1e-6)
    assert export(mixed, tmp_path / "ear", "0", (), random_mel(150)).architecture == "whisper"
    with pytest.raises(ModelError, match="between 0 and 1"):
        blend_runs(mixed, mixed, 1.0, tmp_path / "none.pt")
    other = small_task()
    other.network = Ear(replace(SMALL, size=32))
    large = Trainer(other, tmp_path / "large", TrainerOptions(threads=1))
    large.folder.mkdir()
    large.save()
    with pytest.raises(ModelError, match="not of one shape"):
        blend_runs(mixed, large.checkpoint, 0.5, tmp_path / "none.pt")


def test_surroundings_leave_numbers_and_loudness_plausible() -> None:
    random = np.random.default_rng(0)
    speech = random_mel(200)
    every = replace(MelAugmentOptions(), clean=0.0, babble=1.0, room=1.0, noise=1.0, telephone=1.0)
    for _ in range(20):
        heard = spoiled(speech, lambda: speech, random, every)
        assert np.isfinite(heard).all()
        assert heard.min() >= SILENCE
    quiet = spoiled(
        speech, lambda: speech, random, replace(every, gain_sd=0.0, noise=0.0, babble=0.0, room=0.0)
    )
    assert quiet[:, :2].mean() < speech[:, :2].mean() - 1  # what a telephone does not carry
    assert np.isfinite(noise(50, random)).all()


def test_noise_has_the_grain_of_noise_in_samples() -> None:
    random = np.random.default_rng(1)
    heard = log_mel((0.1 * random.standard_normal(16_000 * 20)).astype(np.float32))
    made = np.log10(_grain(2000, random))
    for measure in (lambda rows: np.abs(np.diff(rows, axis=0)).mean(axis=0), lambda rows: rows.std(axis=0)):
        share = measure(made)[2:] / measure(heard)[2:]
        assert share.mean() == pytest.approx(1, abs=0.1)
        assert np.abs(share - 1).max() < 0.3


def labelled(*stretches: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    groups = np.concatenate([np.full(rows, group) for group, rows in stretches])
    return groups, np.where(groups == SIL, INDEX["SIL"], groups % 5)


def test_a_closure_begins_where_the_sound_changes() -> None:
    mel = np.full((60, BANDS), -1.0, np.float32)
    mel[30:40] = -4.0
    groups, sounds = labelled((A, 28), (M, 12), (A, 20))  # two rows early
    found, _ = moved(mel, groups, sounds)
    assert np.flatnonzero(found == M).tolist() == list(range(30, 40))
    again, _ = moved(mel, found, sounds)
    np.testing.assert_array_equal(again, found)


def test_speech_ends_where_the_level_does() -> None:
    mel = np.full((120, BANDS), -5.0, np.float32)
    mel[30:70] = -1.0
    groups, sounds = labelled((SIL, 22), (S, 20), (A, 44), (SIL, 34))  # 80 ms early, 160 ms late
    found, _ = moved(mel, groups, sounds)
    spoken = np.flatnonzero(found != SIL)
    assert (spoken[0], spoken[-1]) == (30, 71)


def test_lips_close_before_a_burst_after_a_pause() -> None:
    mel = np.full((100, BANDS), -5.0, np.float32)
    mel[30:80] = -1.0
    groups, sounds = labelled((SIL, 18), (M, 12), (A, 50), (SIL, 20))
    found, _ = moved(mel, groups, sounds)
    assert int((found == M).sum()) == 8


def test_unlabelled_rows_stay_so() -> None:
    groups = np.full(20, UNKNOWN)
    found, _ = moved(random_mel(20), groups, groups)
    assert (found == UNKNOWN).all()
