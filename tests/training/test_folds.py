"""Leave one speaker out: nobody is measured by a network that heard them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from bilabial.errors import BilabialError  # noqa: E402
from bilabial.training.cli.loading import load_corpus, make_task  # noqa: E402
from bilabial.training.data.batches import SamplerOptions  # noqa: E402
from bilabial.training.data.sets import Problems  # noqa: E402
from bilabial.training.data.writing import SetWriter  # noqa: E402
from bilabial.training.engine.config import RunConfig  # noqa: E402
from bilabial.training.engine.schedule import TrainerOptions  # noqa: E402
from bilabial.training.measure.evaluation import as_markdown  # noqa: E402
from bilabial.training.measure.folds import run_folds  # noqa: E402
from make_untrained_model import babble  # noqa: E402


def make_set(folder: Path, notes: list[str]) -> str:
    with SetWriter(folder) as out:
        for number, note in enumerate(notes):
            phones = [(0.0, 0.2, "SIL"), (0.2, 0.5, "m"), (0.5, 1.5, "a")]
            speaker = f"{folder.name}{number % 2}"
            out.add(
                f"c{number}",
                babble(1.5, number),
                phones,
                speaker=speaker,
                language="de",
                note=note,
                text="ma",
            )
    return str(folder)


@pytest.fixture
def config(tmp_path: Path) -> RunConfig:
    return RunConfig(
        (make_set(tmp_path / "read", [""] * 3), make_set(tmp_path / "acted", ["neutral f", "anger m"] * 2)),
        cache=str(tmp_path / "cache"),
        speeds=(1.0,),
        network={"channels": 8, "dilations": [1, 2]},
        sampler=SamplerOptions(rows=80, batch=2),
        trainer=TrainerOptions(steps=2, measure_steps=100, threads=1, half=False, device="cpu"),
    )


def test_each_speaker_is_measured_unheard(config: RunConfig, tmp_path: Path) -> None:
    heard: list[tuple[tuple[str, ...], set[str]]] = []

    def load(one: RunConfig) -> Any:
        corpus = load_corpus(one, Problems(strict=True))
        heard.append(
            (one.held_out, {clip.speaker for clip in corpus.clips.values() if clip.split == "train"})
        )
        return corpus, make_task(one, corpus, Problems(strict=True))

    result = run_folds(config, "acted", tmp_path / "run", 1, load, Problems(strict=True))
    assert heard == [
        (("acted",), {"read0", "read1"}),
        (("acted/acted0",), {"read0", "read1", "acted1"}),
        (("acted/acted1",), {"read0", "read1", "acted0"}),
    ]
    assert {row: one["clips"] for row, one in result["speech"].items()} == {
        f"{style}, {unheard} unheard": 2
        for unheard in ("set", "speaker")
        for style in ("expressive", "neutral")
    }
    assert "acted, each speaker left out" in as_markdown([result], "command")
    again = run_folds(config, "acted", tmp_path / "run", 1, load, Problems(strict=True))
    assert again == result, "what is trained already is only measured"


def test_one_speaker_alone_cannot_be_left_out(config: RunConfig, tmp_path: Path) -> None:
    def load(one: RunConfig) -> Any:
        corpus = load_corpus(one, Problems())
        return corpus, make_task(one, corpus, Problems())

    with pytest.raises(BilabialError, match="two at least"):
        sets = (config.sets[0], make_set(tmp_path / "alone", ["neutral"]))
        run_folds(replace(config, sets=sets), "alone", tmp_path / "run", 1, load, Problems())
