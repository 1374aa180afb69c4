"""Filmed mouths: they teach landmarks, at every speed, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

torch = pytest.importorskip("torch")

from bilabial.training.cli.loading import load_corpus  # noqa: E402
from bilabial.training.data.batches import SamplerOptions  # noqa: E402
from bilabial.training.data.faces import read_faces  # noqa: E402
from bilabial.training.data.sets import Problems  # noqa: E402
from bilabial.training.data.writing import SetWriter  # noqa: E402
from bilabial.training.engine.config import RunConfig  # noqa: E402
from bilabial.training.engine.schedule import TrainerOptions  # noqa: E402
from bilabial.training.families.visemenet.task import make_visemenet_task  # noqa: E402
from bilabial.training.teach.landmarks import LandmarkTeacher  # noqa: E402
from make_untrained_model import babble  # noqa: E402

CHIN_Y = 2 * 8 + 1  # of the 76 numbers


def make_faces(folder: Path) -> Path:
    """A jaw that opens over the first second and shuts over the next."""
    folder.mkdir()
    soundfile.write(folder / "one.flac", babble(2.0, 1), 16_000)
    lines = ["frame,jawOpen,mouthPucker"]
    lines += [f"{frame},{min(frame, 60 - frame) / 30:.4f},0" for frame in range(61)]
    (folder / "one.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_the_chin_follows_the_film(tmp_path: Path) -> None:
    teacher = LandmarkTeacher()
    clips, movements = read_faces(make_faces(tmp_path / "film"), teacher, Problems(strict=True))
    assert [clip.name for clip in clips] == ["film/one"] and clips[0].phones is None
    chin = movements["film/one"].landmarks(teacher, 201)[:, CHIN_Y]
    assert chin[0] == pytest.approx(0, abs=1e-4) and np.argmin(chin) == 100 and chin[100] < -0.2
    slow = movements["film/one"].landmarks(teacher, 251, 0.8)[:, CHIN_Y]
    assert np.argmin(slow) == 125 and slow[125] == pytest.approx(chin[100], abs=1e-5)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda folder: (folder / "one.flac").unlink(), "no sound beside"),
        (lambda folder: (folder / "one.csv").write_text("frame,jawOpen\n0,wide\n"), "no number"),
        (lambda folder: (folder / "one.csv").write_text("frame,jawOpen\n0,nan\n"), "no numbers"),
        (lambda folder: (folder / "one.csv").write_text("frame,jawOpen\n0\n"), "a line a frame"),
        (lambda folder: (folder / "one.csv").write_text("frame,eyebrow\n0,1\n"), "'eyebrow'"),
    ],
)
def test_a_film_that_is_wrong_is_named_and_left_out(tmp_path: Path, spoil: object, reason: str) -> None:
    folder = make_faces(tmp_path / "film")
    spoil(folder)  # type: ignore[operator]
    problems = Problems()
    clips, movements = read_faces(folder, LandmarkTeacher(), problems)
    assert not clips and not movements
    assert len(problems) == 1 and "film/one" in problems.messages[0] and reason in problems.messages[0]


def test_films_teach_landmarks_alone(tmp_path: Path) -> None:
    with SetWriter(tmp_path / "read") as out:
        phones = [(0.0, 0.2, "SIL"), (0.2, 0.5, "m"), (0.5, 1.5, "a")]
        out.add("c", babble(1.5, 2), phones, speaker="s", language="de", text="ma")
    config = RunConfig(
        (str(tmp_path / "read"),),
        "visemenet",
        cache=str(tmp_path / "cache"),
        speeds=(1.0,),
        network={"units": 8},
        sampler=SamplerOptions(rows=60, batch=24),
        trainer=TrainerOptions(half=False, threads=1, device="cpu"),
        task={"stage": "groups", "faces": str(make_faces(tmp_path / "film"))},
    )
    corpus = load_corpus(config, Problems(strict=True))
    task = make_visemenet_task(config, corpus, Problems(strict=True))
    batch = task.batch(0)
    filmed = batch["seen"] & ~batch["mask"]
    assert filmed.all(axis=1).any() and batch["mask"].any(axis=1).any(), "both kinds are drawn"
    assert not (batch["mask"] & ~batch["seen"]).any()
    assert batch["landmarks"][filmed][:, CHIN_Y].min() < -0.1
    assert (batch["curves"][filmed] == 0).all()
    assert np.isfinite(float(task.loss(tensors(batch))["loss"].detach()))
    joint = make_visemenet_task(replace(config, task=config.task | {"stage": "joint"}), corpus, Problems())
    assert np.isfinite(float(joint.loss(tensors(joint.batch(0)))["loss"].detach()))


def tensors(batch: dict[str, np.ndarray]) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(array) for name, array in batch.items()}
