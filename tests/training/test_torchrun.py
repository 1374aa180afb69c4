"""Several processes train one network; without GPUs only the backend differs from several GPUs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from bilabial.training.data.writing import SetWriter  # noqa: E402
from bilabial.training.engine.checkpoints import load_checkpoint  # noqa: E402
from make_untrained_model import babble  # noqa: E402

CONFIG = """
sets = ["{set}"]
cache = "{cache}"
speeds = [1.0]
[network]
channels = 8
dilations = [1, 2]
[sampler]
rows = 60
batch = 2
[trainer]
steps = 4
measure_steps = 100
half = false
threads = 1
device = "cpu"
"""


def test_two_processes_share_a_run(tmp_path: Path) -> None:
    with SetWriter(tmp_path / "set") as out:
        for number in range(4):
            phones = [(0.0, 0.2, "SIL"), (0.2, 0.5, "m"), (0.5, 1.5, "a")]
            out.add(f"c{number}", babble(1.5, number), phones, speaker=f"s{number}", language="de", text="ma")
    config = tmp_path / "run.toml"
    config.write_text(CONFIG.format(set=tmp_path / "set", cache=tmp_path / "cache"))

    def run(folder: str, launcher: list[str]) -> dict[str, np.ndarray]:
        train = ["bilabial.training", "train", str(config), "--run", str(tmp_path / folder)]
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            [*launcher, *train], capture_output=True, text=True, timeout=150, check=False, env=environment
        )
        assert done.returncode == 0, done.stderr
        lines = [json.loads(line) for line in (tmp_path / folder / "log.jsonl").read_text().splitlines()]
        assert sum("loss" in line for line in lines) == 1, "only one of them writes"
        state = load_checkpoint(tmp_path / folder / "checkpoint.pt")
        assert state["step"] == 4
        return {name: value.numpy() for name, value in state["network"].items()}

    alone = run("alone", [sys.executable, "-m"])
    both = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m"]
    both.append("--")  # or torchrun takes --run for one of its own
    together, again = run("together", both), run("again", both)
    for name, value in together.items():
        np.testing.assert_allclose(value, again[name], rtol=1e-5, atol=1e-6)
    assert any(not np.allclose(value, alone[name]) for name, value in together.items()), (
        "the second process's batches count"
    )
