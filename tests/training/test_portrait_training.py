"""The portrait GAN on tiny data: exact resume of three players, the paper's parts, numpy beside torch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bilabial.errors import FormatError, ModelError

torch = pytest.importorskip("torch")

from bilabial.models.families.portrait.generator import load_generator  # noqa: E402
from bilabial.models.families.portrait.shape import HOP, WINDOW  # noqa: E402
from bilabial.training.engine.schedule import TrainerOptions  # noqa: E402
from bilabial.training.engine.trainer import Trainer  # noqa: E402
from bilabial.training.families.portrait.clips import (  # noqa: E402
    FaceClip,
    FaceClips,
    read_clips,
    windows_of,
    write_clip,
)
from bilabial.training.families.portrait.export import export  # noqa: E402
from bilabial.training.families.portrait.looks import formed, raised  # noqa: E402
from bilabial.training.families.portrait.network import Portrait, PortraitConfig, carried  # noqa: E402
from bilabial.training.families.portrait.task import PortraitTask, made_frames  # noqa: E402
from bilabial.training.measure.pictures import fdbm, psnr, ssim  # noqa: E402

TINY = PortraitConfig(48, 64, channels=4, most=16, sound_channels=2, identity=6, context=12, noise=3)
OPTIONS = TrainerOptions(
    steps=4, measure_steps=100, threads=1, half=False, average=0.9, learning_rate=2e-3, weight_decay=0.0
)


def toy_clip(seed: int, frames: int = 12) -> FaceClip:
    """A face that is a colour, and a mouth that is as bright as its sound is loud."""
    random = np.random.default_rng(seed)
    skin = random.integers(90, 200, 3)
    loud = random.uniform(0, 1, frames)
    film = np.empty((frames, 64, 48, 3), np.uint8)
    film[:] = skin
    film[:, 44:54, 14:34] = (loud * 255).astype(np.uint8)[:, None, None, None]
    sound = np.repeat(loud, HOP) * np.sin(np.arange(frames * HOP) * 0.4) * 20_000
    return FaceClip(f"toy{seed}", film, sound.astype(np.int16))


CLIPS = FaceClips([toy_clip(i) for i in range(4)], [toy_clip(9)])


def task(config: PortraitConfig = TINY, seed: int = 3) -> PortraitTask:
    return PortraitTask(CLIPS, config, seed, batch=2, frames=4)


def states_of(trainer: Trainer) -> list[object]:
    """Everything that the next step depends on, flat."""
    optimisers = [
        value
        for one in trainer.optimisers.values()
        for state in one.state_dict()["state"].values()
        for value in state.values()
    ]
    return [*trainer.network.state_dict().values(), *trainer.average.values(), *optimisers]


class _KilledError(Exception):
    pass


@pytest.mark.parametrize("moment", ["frame_judge", "sequence_judge", "generator", "average"])
def test_a_gan_that_is_killed_at_any_moment_goes_on_exactly(moment: str, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Killed in the third step: after a player's optimiser moved, or between the last one and the counter."""
    straight = Trainer(task(), tmp_path / "straight", OPTIONS)
    straight.run()

    broken = Trainer(task(), tmp_path / "broken", OPTIONS)
    broken.folder.mkdir()
    broken._one_step()
    broken._one_step()
    broken.save()
    if moment == "average":
        monkeypatch.setattr(broken, "_average", _kill)
    else:
        step = broken.optimisers[moment].step

        def moved_and_killed(*given: object) -> None:
            step(*given)
            _kill()

        monkeypatch.setattr(broken.optimisers[moment], "step", moved_and_killed)
    with pytest.raises(_KilledError):
        broken.run()

    torch.manual_seed(99)  # whatever else happens in between
    resumed = Trainer(task(), tmp_path / "broken", OPTIONS)
    assert resumed.resume() and resumed.step == 2
    resumed.run()
    assert resumed.step == straight.step == 4
    pairs = list(zip(states_of(straight), states_of(resumed), strict=True))
    assert len(pairs) > 100
    assert all(torch.equal(torch.as_tensor(a), torch.as_tensor(b)) for a, b in pairs)


def _kill(*_: object) -> None:
    raise _KilledError


def test_each_player_moves_its_own_and_nobody_elses() -> None:
    made = task()
    trainer = Trainer(made, Path("unused"), OPTIONS)
    batch = made.batch(0)
    for player in made.players:
        before = {name: value.clone() for name, value in made.network.named_parameters()}
        trainer._move(player, batch)
        moved = {
            name.split(".")[0]
            for name, value in made.network.named_parameters()
            if not torch.equal(value, before[name])
        }
        assert moved == {player.name}
    assert [player.name for player in made.players] == ["frame_judge", "sequence_judge", "generator"]
    rates = {player.name: player.rate * 2e-4 for player in made.players}
    assert rates == pytest.approx({"generator": 2e-4, "frame_judge": 1e-3, "sequence_judge": 5e-5})


def test_it_learns_what_the_sound_says_and_only_below() -> None:
    """L1 alone on the toy: the mouth follows loudness; the upper half is not asked for."""
    config = replace(TINY, frame_judge=False, sequence_judge=False)
    assert _reach_of_l1(config, whole=True)[0] > 0
    made = PortraitTask(CLIPS, config, 1, batch=2, frames=6, mirrored=False)
    trainer = Trainer(made, Path("unused"), replace(OPTIONS, steps=60, learning_rate=1e-2))
    first = trainer._one_step()["l1"]
    last = first
    for _ in range(50):
        last = trainer._one_step()["l1"]
    assert last < 0.5 * first
    upper, lower = _reach_of_l1(config, whole=False)
    assert upper == 0 and lower > 0


def _reach_of_l1(config: PortraitConfig, whole: bool) -> tuple[float, float]:
    """The largest slope that the loss gives to the upper and to the lower half of the frames."""
    made = PortraitTask(CLIPS, config, 1, batch=2, frames=4, whole=whole)
    batch = made.batch(0)
    frames = made.network.generator(batch["still"], batch["sound"], batch["noise"], batch["shown"])
    frames.retain_grad()
    made._made = batch, frames
    made.loss(batch)["loss"].backward()
    return float(frames.grad[..., :32, :].abs().max()), float(frames.grad[..., 32:, :].abs().max())


def loudness(windows: np.ndarray) -> np.ndarray:
    """Of the 40 ms in the middle of each window: what a toy clip's mouth shows."""
    middle = windows[..., WINDOW // 2 - HOP // 2 : WINDOW // 2 + HOP // 2]
    return np.asarray(np.abs(middle).max(-1) * 32768 / 20_000)


@pytest.mark.parametrize("films", ["whole", "with frames left out"])
def test_what_is_drawn_goes_with_what_is_heard(films: str) -> None:
    """Any few frames of a stretch, of a film that holds all or some of its frames: each has its own sound."""
    clips = [toy_clip(i, frames=40) for i in range(4)]
    if films != "whole":
        at = np.array([2, 3, 9, 17, 30, 39], np.int32)
        clips = [replace(clip, frames=clip.frames[at], at=at) for clip in clips]
    config = replace(TINY, frame_judge=False, sequence_judge=False)
    made = PortraitTask(FaceClips(clips, []), config, 1, batch=6, frames=3, heard=10, mirrored=False)
    assert made.batch(7)["shown"].tolist() == made.batch(7)["shown"].tolist()
    for step in range(5):
        batch = made.batch(step)
        assert batch["sound"].shape[:2] == (6, 10) and batch["frames"].shape[:2] == (6, 3)
        rows = torch.arange(6)[:, None]
        heard = loudness(batch["sound"][rows, batch["shown"]].numpy())
        shown = (batch["frames"][:, :, 0, 48, 24].numpy() + 1) / 2
        assert np.abs(heard - shown).max() < 0.02
    assert not bool(batch["joined"].all())


def test_a_sequence_judge_sees_frames_that_follow_one_another() -> None:
    at = np.array([2, 5, 9, 30], np.int32)
    film, still = toy_clip(1, frames=40), toy_clip(2, frames=40)
    left_out = replace(still, frames=still.frames[at], at=at)
    made = PortraitTask(FaceClips([film, left_out], []), TINY, 1, batch=4, frames=3, heard=10)
    for step in range(4):
        batch = made.batch(step)
        assert bool(batch["joined"].any())  # something to judge in each step
        assert bool((torch.diff(batch["shown"][batch["joined"]], dim=1) == 1).all())
        seen = made._sequence_verdicts(batch, batch["frames"])
        assert len(seen) == int(batch["joined"].sum())
    with pytest.raises(ModelError, match="needs films"):
        PortraitTask(FaceClips([left_out], []), TINY, 1)


def test_drawing_some_frames_draws_what_drawing_all_does() -> None:
    network = Portrait(replace(TINY, frame_judge=False, sequence_judge=False)).eval().generator
    random = torch.Generator().manual_seed(1)
    still, sound = torch.rand(2, 3, 64, 48, generator=random), torch.rand(2, 5, WINDOW, generator=random)
    noise, shown = torch.rand(2, 5, 3, generator=random), torch.tensor([[0, 3], [2, 4]])
    with torch.no_grad():
        whole = network(still, sound, noise)
        some = network(still, sound, noise, shown)
    assert torch.allclose(some, whole[torch.arange(2)[:, None], shown], atol=1e-5)


def test_faces_are_dyed_and_voices_raised_alike_within_a_stretch() -> None:
    """Still and frames get the same colours; sound keeps its moments, and sounds higher."""
    config = replace(TINY, frame_judge=False, sequence_judge=False)
    plain = PortraitTask(CLIPS, config, 1, batch=4, frames=3, mirrored=False)
    worn = PortraitTask(CLIPS, config, 1, batch=4, frames=3, mirrored=False, dyed=0.2, voices=0.1)
    assert torch.equal(worn.batch(3)["frames"], worn.batch(3)["frames"])
    skins = [worn.batch(step)["still"][:, :, 5, 5] for step in range(3)]
    assert float((skins[0] - plain.batch(0)["still"][:, :, 5, 5]).abs().max()) > 0.02
    for step, skin in enumerate(skins):
        frames = worn.batch(step)["frames"][:, :, :, 5, 5]
        assert torch.allclose(frames, skin[:, None].expand_as(frames))
    tone = np.sin(np.arange(WINDOW) * 0.2, dtype=np.float32)[None]
    assert np.allclose(raised(tone, 1.0), tone, atol=1e-6)
    peaks = [np.abs(np.fft.rfft(raised(tone, times)[0])).argmax() for times in (1.0, 0.8)]
    assert peaks[1] == pytest.approx(0.8 * peaks[0], rel=0.03)


def test_a_film_on_a_face_of_another_form_moves_alike() -> None:
    """Still and frames are pulled alike, by a few pixels, and nothing is if no form is drawn."""
    config = replace(TINY, frame_judge=False, sequence_judge=False)
    plain = PortraitTask(CLIPS, config, 1, batch=4, frames=3, mirrored=False)
    other = PortraitTask(CLIPS, config, 1, batch=4, frames=3, mirrored=False, formed=0.03)
    assert torch.equal(other.batch(3)["frames"], other.batch(3)["frames"])
    assert float((other.batch(0)["still"] - plain.batch(0)["still"]).abs().max()) > 0.1
    ramp = torch.linspace(-1, 1, 48).expand(2, 3, 64, 48)
    flat = formed(ramp, np.zeros((2, 5, 4), np.float32), np.ones(2, np.float32))
    assert torch.allclose(flat, ramp, atol=1e-5)
    pulled = np.zeros((2, 5, 4), np.float32)
    pulled[0, 2, 1] = 0.05  # a knot is fetched from so far to the right
    moved = formed(ramp, pulled, np.ones(2, np.float32))
    assert torch.equal(moved[0], moved[1])
    row, column = 2 * 63 // 4, 47 // 3
    assert float(moved[0, 0, row, column] - ramp[0, 0, row, column]) == pytest.approx(0.1, abs=0.02)
    assert torch.allclose(moved[..., -1, -1], ramp[..., -1, -1], atol=0.02)
    some = PortraitTask(CLIPS, config, 1, batch=16, frames=3, mirrored=False, formed=0.03, as_filmed=0.5)
    stills = {clip.frames[0].tobytes() for clip in CLIPS.train}
    shown = ((some.batch(0)["still"] + 1) * 127.5).round().numpy().transpose(0, 2, 3, 1).astype(np.uint8)
    assert 3 <= sum(still.tobytes() in stills for still in shown) <= 13


def test_clips_that_are_kept_train_nothing_and_choose_instead_of_the_test() -> None:
    config = replace(TINY, frame_judge=False, sequence_judge=False)
    twice = FaceClips([*CLIPS.train, *CLIPS.train], CLIPS.test)
    kept = PortraitTask(twice, config, 1, batch=4, frames=3, kept=1)
    gone = {clip.name for clip in CLIPS.train} - {clip.name for clip in kept.clips.train}
    assert len(gone) == 1 and len(kept.clips.train) == len(twice.train) - 2
    measured = kept.measure(kept.network)
    assert {name.split("/")[0] for name in measured} == {"kept"}
    plain = PortraitTask(CLIPS, config, 1, batch=4, frames=3)
    assert {name.split("/")[0] for name in plain.measure(plain.network)} == {"test"}


def test_of_a_clip_with_few_frames_the_very_moments_are_made() -> None:
    clip = toy_clip(3)
    few = FaceClip(clip.name, clip.frames[[0, 3]], clip.sound, np.array([0, 3], np.int32))
    network = Portrait(TINY).eval()
    assert np.array_equal(made_frames(network, few, 2), made_frames(network, clip, 4)[[0, 3]])


def test_the_mouth_may_count_more() -> None:
    config = replace(TINY, frame_judge=False, sequence_judge=False)
    weight = PortraitTask(CLIPS, config, 1, mouth=3.0, whole=True).weight
    assert float(weight.mean()) == pytest.approx(1.0)
    assert float(weight[48, 24] / weight[5, 5]) == pytest.approx(4.0)


def test_a_network_without_memory_starts_from_one_that_has_it() -> None:
    whole, static = task(), task(replace(TINY, temporal=False, sequence_judge=False))
    weights = {name: value.clone() for name, value in whole.network.state_dict().items()}
    adopted = static.adopt(weights, whole.settings(), "portrait")
    assert adopted is not None and set(adopted) == set(static.network.state_dict())
    assert torch.equal(adopted["generator.first.0.weight"], weights["generator.first.0.weight"])
    assert whole.adopt(adopted, static.settings(), "portrait") is not None
    assert static.adopt(weights, whole.settings() | {"channels": 5}, "portrait") is None


def test_a_network_that_carries_its_still_starts_from_one_that_draws_on_it() -> None:
    on_still = replace(TINY, on_still=True)
    drawing, carrying = task(on_still), task(replace(on_still, carried=True))
    weights = {name: value.clone() for name, value in drawing.network.state_dict().items()}
    adopted = carrying.adopt(weights, drawing.settings(), "portrait")
    assert adopted is not None
    carrying.network.load_state_dict(adopted)
    last = carrying.network.generator.levels[-1][0]
    assert torch.equal(last.weight[:, :3], weights["generator.levels.3.0.weight"])
    assert last.weight.shape[1] == 5 and bool((last.weight[:, 3:] != 0).any())


def test_a_network_grows_from_one_that_saw_pictures_half_as_large(tmp_path: Path) -> None:
    """What lies within is taken over; only the layers at the picture itself begin anew."""
    small = task(replace(TINY, channels=8))
    large = task(replace(TINY, width=96, height=128, channels=4))
    weights = {name: value.clone() for name, value in small.network.state_dict().items()}
    grown = large.adopt(weights, small.settings(), "portrait")
    assert grown is not None
    before = large.network.state_dict()
    new = {
        name
        for name, value in grown.items()
        if value.is_floating_point() and torch.equal(value, before[name])
    }
    assert torch.equal(
        grown["generator.identity.levels.2.0.weight"], weights["generator.identity.levels.1.0.weight"]
    )
    assert torch.equal(grown["generator.levels.2.0.weight"], weights["generator.levels.2.0.weight"])
    assert torch.equal(
        grown["sequence_judge.frames.last.weight"], weights["sequence_judge.frames.last.weight"]
    )
    assert torch.equal(grown["generator.context.weight_hh_l1"], weights["generator.context.weight_hh_l1"])
    drawn = {
        "generator.identity.levels.0.0.weight",
        "generator.identity.levels.1.0.weight",
        "generator.levels.3.0.weight",
    }
    assert drawn <= new and "generator.levels.4.0.weight" in new
    large.network.load_state_dict(grown)
    assert large.adopt(weights, small.settings() | {"channels": 16}, "portrait") is None
    assert small.adopt(dict(before), large.settings(), "portrait") is None  # nothing shrinks


def test_carried_pixels_come_from_where_the_ways_point() -> None:
    ramp = torch.linspace(-1, 1, 48).expand(1, 3, 64, 48)
    ways = torch.zeros(1, 2, 64, 48)
    assert torch.allclose(carried(ramp, ways), ramp, atol=1e-5)
    ways[:, 0] = 9.0  # as far as may be: a tenth of the width from the right
    step = float(ramp[0, 0, 0, 1] - ramp[0, 0, 0, 0])
    moved = carried(ramp, ways)
    assert float(moved[0, 0, 20, 10] - ramp[0, 0, 20, 10]) == pytest.approx(4.8 * step, rel=1e-3)
    assert float(moved[0, 0, 20, -1]) == pytest.approx(1.0)
    with pytest.raises(ModelError, match="set on_still = true"):
        Portrait(replace(TINY, carried=True))


def test_with_a_mask_it_begins_near_the_still_of_somebody_unknown() -> None:
    """Without, an untrained or hardly trained network draws nobody: worse than a still that never moves."""
    torch.manual_seed(0)
    clip = toy_clip(77)

    def off(**drawn: bool) -> float:
        network = Portrait(replace(TINY, **drawn)).eval()
        return float(np.abs(made_frames(network, clip, 4).astype(float) - clip.frames[:1]).mean())

    assert off(mask=True) < 10 < 30 < off(mask=False)
    assert off(on_still=True) < 5


def test_skips_carry_the_still_to_every_layer_of_the_decoder() -> None:
    """A change of the still reaches the frames through each skip alone."""
    network = Portrait(replace(TINY, frame_judge=False, sequence_judge=False)).eval().generator
    still, sound, noise = torch.randn(1, 3, 64, 48), torch.zeros(1, 1, WINDOW), torch.zeros(1, 1, 3)
    with torch.no_grad():
        base = network(still, sound, noise)
        for number, level in enumerate(network.levels):
            weight = level[0].weight
            half = weight.shape[0] // 2
            kept = weight[half:].clone()
            weight[half:] *= 2
            assert not torch.equal(network(still, sound, noise), base), number
            weight[half:] = kept


def test_the_papers_sizes() -> None:
    network = Portrait(PortraitConfig())
    assert network.generator.shape.levels == (
        64,
        128,
        256,
        512,
        1024,
    )  # and a sixth convolution to 50 numbers
    assert network.generator.identity.last.out_channels == 50
    assert network.generator.context.num_layers == 2 and network.generator.context.hidden_size == 256
    network.eval()
    with torch.no_grad():
        frames = network.generator(
            torch.zeros(1, 3, 128, 96), torch.zeros(1, 2, WINDOW), torch.zeros(1, 2, 10)
        )
        assert frames.shape == (1, 2, 3, 128, 96)
        assert network.frame_judge(frames[:, 0], frames[:, 1]).shape == (1,)
        assert network.sequence_judge(frames, torch.zeros(1, 2, WINDOW)).shape == (1,)
    with pytest.raises(ModelError, match="no sequence to judge"):
        Portrait(replace(TINY, temporal=False))
    with pytest.raises(ModelError, match="cannot be halved"):
        Portrait(replace(TINY, width=50))


@pytest.mark.parametrize(
    ("temporal", "drawn"),
    [
        (True, {}),
        (False, {}),
        (True, {"mask": True}),
        (True, {"on_still": True}),
        (True, {"mask": True, "on_still": True, "carried": True}),
    ],
)
def test_numpy_draws_what_torch_draws_frame_by_frame(
    temporal: bool, drawn: dict[str, bool], tmp_path: Path
) -> None:
    config = replace(TINY, temporal=temporal, sequence_judge=temporal, **drawn)
    trainer = Trainer(task(config), tmp_path / "run", OPTIONS)
    trainer.run()
    export(trainer.checkpoint, tmp_path / "model", {"summary": "a toy", "trained": False})
    generator = load_generator(tmp_path / "model")
    clip = toy_clip(9)
    wanted = made_frames(trainer.averaged(), clip, len(clip.frames)).astype(int)
    samples = clip.sound.astype(np.float32) / 32768
    whole = generator.session(clip.frames[0])
    frames = [*whole.push(samples), *whole.finish()]
    assert len(frames) == len(clip.frames)
    assert np.abs(np.array(frames).astype(int) - wanted).max() <= 3  # half-precision weights
    pieces = generator.session(clip.frames[0])
    streamed = []
    for start in range(0, len(samples), 417):
        streamed += pieces.push(samples[start : start + 417])
        due = (min(start + 417, len(samples)) + HOP // 2 - WINDOW // 2) // HOP
        assert len(streamed) == max(0, due)  # each as soon as it is heard
    streamed += pieces.finish()
    assert np.array_equal(np.array(streamed), np.array(frames))


def test_a_model_folder_that_was_changed_is_refused(tmp_path: Path) -> None:
    trainer = Trainer(task(), tmp_path / "run", OPTIONS)
    trainer.folder.mkdir()
    trainer.save()
    export(trainer.checkpoint, tmp_path / "model", {})
    with pytest.raises(ModelError, match="crop and scale"):
        load_generator(tmp_path / "model").session(np.zeros((10, 10, 3), np.uint8))
    weights = tmp_path / "model" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\1")
    with pytest.raises(ModelError, match="not the file"):
        load_generator(tmp_path / "model")
    with pytest.raises(ModelError, match=r"no card\.json"):
        load_generator(tmp_path)


def test_clips_come_back_and_the_held_out_ones_stand_aside(tmp_path: Path) -> None:
    for seed in (1, 2):
        write_clip(tmp_path, toy_clip(seed))
    (tmp_path / "test.txt").write_text("toy2\n")
    clips = read_clips([tmp_path], (48, 64))
    assert [clip.name for clip in clips.train] == ["toy1"] and [clip.name for clip in clips.test] == ["toy2"]
    assert np.array_equal(clips.train[0].frames, toy_clip(1).frames)
    twice = read_clips([tmp_path, tmp_path], (48, 64)).train
    assert len(twice) == 2 and twice[0] is twice[1]  # it counts twice, and lies in memory once
    with pytest.raises(FormatError, match="make it again"):
        read_clips([tmp_path], (96, 128))
    some = replace(toy_clip(1), at=np.arange(12, dtype=np.int32) * 3)
    write_clip(tmp_path, some)
    assert np.array_equal(read_clips([tmp_path], (48, 64)).train[0].moments(), some.at)
    write_clip(tmp_path, replace(some, at=np.arange(5, dtype=np.int32)))
    with pytest.raises(FormatError, match="which frames"):
        read_clips([tmp_path], (48, 64))
    with pytest.raises(FormatError, match="portrait-clips"):
        read_clips([tmp_path / "none"], (48, 64))


def test_windows_are_centred_on_their_frames() -> None:
    sound = np.arange(HOP * 10, dtype=np.int16)
    windows = windows_of(sound, 3, 2)
    assert windows.shape == (2, WINDOW)
    middle = 3 * HOP + HOP // 2
    assert windows[0, WINDOW // 2] * 32768 == pytest.approx(middle)
    assert windows_of(sound, 0, 1)[0, 0] == 0.0  # before the sound there is silence


def test_measures_of_pictures() -> None:
    random = np.random.default_rng(0)
    film = random.integers(0, 256, (2, 40, 40, 3), dtype=np.uint8)
    smooth = np.repeat(np.repeat(film[:, ::8, ::8], 8, 1), 8, 2)
    assert psnr(film, film) == 99.0 and ssim(film, film) == pytest.approx(1.0)
    worse = np.clip(film.astype(int) + 10, 0, 255).astype(np.uint8)
    assert 20 < psnr(film, worse) < 30 and 0.9 < ssim(film, worse) < 1.0
    assert ssim(film, smooth) < 0.3
    assert fdbm(film) > fdbm(smooth)


def test_sharpness_falls_as_edges_widen() -> None:
    """CPBD of bars whose edges are ramps: all sharp at one pixel, none at ten; a flat picture has none."""
    from bilabial.training.measure.sharpness import cpbd

    def bars(ramp: int) -> np.ndarray:
        line = np.clip((np.abs((np.arange(64) % 32) - 16) - 8) / ramp + 0.5, 0, 1)
        return np.repeat(np.repeat((line * 200 + 20).astype(np.uint8)[None, :, None], 64, 0), 3, 2)[None]

    shares = [cpbd(bars(ramp)) for ramp in (1, 4, 10)]
    assert shares[0] == 1.0 and shares[2] == 0.0 and shares[0] >= shares[1] >= shares[2]
    assert cpbd(np.full((2, 64, 48, 3), 120, np.uint8)) == 0.0


def test_likeness_tells_people_apart_by_their_numbers() -> None:
    """The arithmetic, with an embedding that everybody can check; the package's own where it is installed."""
    from bilabial.training.measure.likeness import Embedder, _chip, content_distance, separation

    class Mean(Embedder):
        def __init__(self) -> None:
            pass

        def __call__(self, frames: np.ndarray) -> np.ndarray:
            return frames.reshape(len(frames), -1, 3).mean(1).astype(np.float64)

    grey = [np.full((3, 64, 48, 3), value, np.uint8) for value in (50, 100, 200)]
    same, other, wrong = separation(Mean(), grey)
    assert same == 0.0 and other == pytest.approx(100 * 3**0.5) and wrong == 0.0
    assert content_distance(Mean(), [grey[0][0]], [grey[0]]) == 0.0
    assert content_distance(Mean(), [grey[0][0]], [grey[1]]) == pytest.approx(50 * 3**0.5)
    chip = _chip(toy_clip(1).frames[0])
    assert chip.shape == (150, 150, 3)
    pytest.importorskip("dlib")
    told = Embedder()(toy_clip(1).frames[:1])
    assert told.shape == (1, 128) and np.isfinite(told).all()


def test_the_command_draws_with_a_model(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    av = pytest.importorskip("av")
    import soundfile
    from PIL import Image

    from bilabial.cli import main

    trainer = Trainer(task(), tmp_path / "run", OPTIONS)
    trainer.folder.mkdir()
    trainer.save()
    export(trainer.checkpoint, tmp_path / "model", {})
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (256, 192, 3), dtype=np.uint8)).save(
        tmp_path / "a.png"
    )
    soundfile.write(tmp_path / "a.wav", np.zeros(8000), 16_000)
    points = "75,80,75,90,117,80,117,90,96,120,80,150,112,150,96,190"
    told = [
        "portrait",
        str(tmp_path / "a.png"),
        str(tmp_path / "a.wav"),
        "--points",
        points,
        "--engine",
        "gan",
    ]
    assert main([*told, "-o", str(tmp_path / "o.mp4"), "--portrait-model", "nobody-1999"]) == 2
    assert "no portrait model 'nobody-1999'" in capsys.readouterr().err
    assert main([*told, "-o", str(tmp_path / "o.mp4"), "--portrait-model", str(tmp_path / "model")]) == 0
    with av.open(str(tmp_path / "o.mp4")) as film:
        assert film.streams.video[0].width == 192 and film.streams.video[0].frames == 13


def test_a_face_is_aligned_as_the_network_saw_faces() -> None:
    from bilabial.portrait.drawn import aligned
    from bilabial.portrait.points import points_by_hand

    still = np.zeros((400, 400, 4), np.uint8)
    still[..., 3] = 255
    for x in (150, 250):
        still[195:206, x - 5 : x + 6] = 255
    points = points_by_hand([150, 190, 150, 210, 250, 190, 250, 210, 200, 240, 160, 280, 240, 280, 200, 340])
    small = aligned(still, points, 48, 64)[..., 0].astype(float)
    left, right = small[:, :24], small[:, 24:]
    assert np.unravel_index(left.argmax(), left.shape)[0] == pytest.approx(23, abs=1)
    places = [float((half.sum(0) * np.arange(24)).sum() / half.sum()) for half in (left, right)]
    assert places[1] + 24 - places[0] == pytest.approx(21, abs=0.6)


def test_made_heads_are_many_and_the_same_each_time(tmp_path: Path) -> None:
    import soundfile

    from bilabial.render.demo_head import load_head
    from bilabial.training.data.sets import Problems
    from bilabial.training.make.heads import HeadOptions, write_heads
    from bilabial.training.make.identities import identity

    head = load_head()
    one, again, other = (identity(head, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.vertices, again.vertices) and np.array_equal(
        one.mesh.colours, again.mesh.colours
    )
    assert np.abs(one.vertices - other.vertices).max() > 2e-3
    soundfile.write(tmp_path / "a.wav", np.random.default_rng(0).normal(0, 0.1, 4800), 16_000)
    options = HeadOptions(heads=4, seconds=0.12, test=1, test_seconds=0.2)
    assert write_heads([tmp_path / "a.wav"], tmp_path / "clips", options, Problems()) == 4
    clips = read_clips([tmp_path / "clips"], (48, 64))
    assert len(clips.train) == 3 and [len(clip.frames) for clip in clips.test] == [5]
    assert clips.train[0].frames.shape == (3, 64, 48, 3) and clips.train[0].frames.std() > 10
    assert np.abs(clips.train[0].frames[0].astype(int) - clips.train[1].frames[0]).mean() > 5
    assert len(clips.train[0].sound) == 3 * HOP
    some = replace(options, frames=2)
    assert write_heads([tmp_path / "a.wav"], tmp_path / "some", some, Problems()) == 4
    fewer = read_clips([tmp_path / "some"], (48, 64))
    for clip, whole in zip(fewer.train, clips.train, strict=True):
        assert len(clip.frames) == 2 and np.array_equal(clip.frames, whole.frames[clip.moments()])
        assert np.array_equal(clip.sound, whole.sound)
    assert [len(clip.frames) for clip in fewer.test] == [5]


def test_heads_speak_with_a_voice_each_and_held_out_ones_with_other_peoples(tmp_path: Path) -> None:
    import soundfile

    from bilabial.training.data.sets import Problems
    from bilabial.training.make.heads import HeadOptions, voices_in, write_heads

    (tmp_path / "set").mkdir()
    rows = ["utt\tfile\tspeaker\tlang\tsplit"]
    for utt, speaker, split in (
        ("a1", "a", "train"),
        ("a2", "a", "train"),
        ("b1", "b", "train"),
        ("c1", "c", "dev"),
    ):
        soundfile.write(tmp_path / "set" / f"{utt}.wav", np.zeros(3200), 16_000)
        rows.append(f"{utt}\t{utt}.wav\t{speaker}\ten\t{split}")
    (tmp_path / "set" / "manifest.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    options = HeadOptions(heads=4, test=1)
    voices = voices_in([tmp_path / "set"], options, Problems())
    assert sorted(path.stem[0] for path in voices.train) == ["a", "b"]
    assert [path.stem for path in voices.held] == ["c1"]
    assert voices == voices_in([tmp_path / "set"], options, Problems())
    loose = [tmp_path / "set" / f"{name}.wav" for name in ("a1", "a2", "b1", "c1")]
    told = voices_in(loose, options, Problems())  # nobody says who speaks: the last sounds are kept
    assert told.train == tuple(loose[:3]) and told.held == tuple(loose[3:])
    (tmp_path / "none").mkdir()
    with pytest.raises(FormatError, match="no sound"):
        write_heads([tmp_path / "none"], tmp_path / "out", replace(options, heads=1), Problems())


def test_frames_of_a_head_have_the_mouth_at_every_opening() -> None:
    from bilabial.training.make.heads import _over_the_mouth

    openings = np.zeros(50)  # by chance alone eight of ten frames would be shut
    openings[[3, 20, 21, 40, 41]] = (0.4, 0.9, 1.0, 0.6, 0.2)
    for seed in range(5):
        at = _over_the_mouth(openings, 10, np.random.default_rng(seed))
        assert len(at) == 10 and (np.diff(at) > 0).all() and (openings[at] > 0).sum() == 5
    assert np.array_equal(_over_the_mouth(openings, 50, np.random.default_rng(0)), np.arange(50))


def test_a_made_heads_lips_and_lids_shut_whatever_its_form() -> None:
    """Edges that touch on the demo head touch on every identity: one map carries both."""
    from bilabial.render.demo_head import load_head
    from bilabial.training.make.identities import identity

    head = load_head()
    open_, shut = {"jawOpen": 0.6}, {"jawOpen": 0.6, "mouthClose": 0.6}
    closed = head.lip_gap(head.pose(shut)).max() <= head.lip_gap(head.vertices).max() + 1e-4
    styles = set()
    for seed in range(3, 9):
        who = identity(head, seed)
        styles.add(who.cartoon > 0)
        assert head.lip_gap(who.posed(head, open_)).max() > 4e-3
        assert head.lip_gap(who.posed(head, {})).max() < 2e-3
        if closed:
            assert head.lip_gap(who.posed(head, shut)).max() < 2.5e-3
    assert styles == {True, False}


def test_films_of_a_real_face_are_packed(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    import soundfile

    from bilabial.training.data.sets import Problems
    from bilabial.training.make.face_films import pack_films

    for folder in ("video", "audio"):
        (tmp_path / folder).mkdir()
    for name in ("a", "b", "c"):
        with av.open(str(tmp_path / "video" / f"{name}.mp4"), "w") as film:
            stream = film.add_stream("libx264", rate=25)
            stream.width, stream.height, stream.pix_fmt = 128, 160, "yuv420p"
            for i in range(5):
                picture = np.full((160, 128, 3), 40 * i, np.uint8)
                film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            film.mux(stream.encode())
        if name != "b":
            soundfile.write(tmp_path / "audio" / f"{name}.wav", np.zeros(3200), 16_000)
    (tmp_path / "test.txt").write_text("c\n")
    problems = Problems()
    assert pack_films(tmp_path, tmp_path / "clips", (48, 64), None, 1, problems) == 2
    assert len(problems) == 1  # b has no sound
    clips = read_clips([tmp_path / "clips"], (48, 64))
    assert [c.name for c in clips.train] == ["a"] and [c.name for c in clips.test] == ["c"]
    assert (
        clips.train[0].frames.shape == (5, 64, 48, 3) and abs(int(clips.train[0].frames[2].mean()) - 80) < 6
    )


def test_the_table_has_a_row_a_run(tmp_path: Path) -> None:
    from bilabial.training.families.portrait.tables import (
        ablation_tables,
        frames_side_by_side,
        mouth_likeness,
    )

    for clip in (*CLIPS.train, *CLIPS.test):
        write_clip(tmp_path / "clips" if (tmp_path / "clips").is_dir() else _made(tmp_path / "clips"), clip)
    (tmp_path / "clips" / "test.txt").write_text("toy9\n")
    trainer = Trainer(task(), tmp_path / "l1", OPTIONS)
    trainer.folder.mkdir()
    trainer.save()
    text, films = ablation_tables([tmp_path / "l1"], [tmp_path / "clips"], 5)
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()[2:]]
    assert [line[0] for line in lines[2:]] == ["real", "the still, unmoved", "l1"]
    assert {len(line) for line in lines} == {11}
    assert lines[2][1] == "" and float(lines[4][1]) > 0 and lines[3][4] == "0.00"
    film = CLIPS.test[0].frames  # its first frame is the still itself: that one proves nothing
    held = np.repeat(film[:1], len(film) - 1, 0)
    assert float(lines[3][1]) == pytest.approx(psnr(film[1:], held), abs=0.006)
    frames_side_by_side(films, tmp_path / "rows.png")
    assert (tmp_path / "rows.png").is_file()
    same = CLIPS.test[0].frames
    assert mouth_likeness([(same, same)]) == pytest.approx(1.0)
    assert mouth_likeness([(same, np.repeat(same[:1], len(same), 0))]) == 0.0


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
