"""Inside Blender there is numpy and nothing else: the whole inference path must run so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from make_untrained_model import make_untrained_model

HERE = Path(__file__).parent
CORE = HERE.parents[1] / "core"


def run(script: Path, *arguments: Path | str) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ, PYTHONPATH=str(CORE), OMP_NUM_THREADS="1")
    command = [sys.executable, str(script), *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


def test_samples_become_a_saved_take_with_numpy_alone(tmp_path: Path) -> None:
    make_untrained_model(tmp_path / "random", units=8)
    done = run(HERE / "numpy_alone.py", tmp_path / "random", tmp_path)
    assert done.returncode == 0, done.stderr
    assert {"network.json", "procedural.json"} <= {path.name for path in tmp_path.iterdir()}


def test_the_refusal_works(tmp_path: Path) -> None:
    """The program above proves something only if it would notice a stranger."""
    script = tmp_path / "script.py"
    text = (HERE / "numpy_alone.py").read_text()
    script.write_text(
        text.replace("    import numpy as np\n", "    import numpy as np\n    import soundfile\n")
    )
    done = run(script, tmp_path, tmp_path)
    assert done.returncode != 0 and "soundfile is not there" in done.stderr


@pytest.mark.parametrize(
    "module", ["bilabial.pipeline", "bilabial.solve.live", "bilabial.curves.format", "bilabial.cli"]
)
def test_importing_pulls_in_nothing_but_numpy(module: str) -> None:
    code = (
        f"import sys, {module}\n"
        "optional = {'soundfile', 'soxr', 'av', 'tqdm', 'scipy', 'matplotlib', 'torch', 'pxr'}\n"
        "print(sorted(optional & set(sys.modules)))"
    )
    environment = dict(os.environ, PYTHONPATH=str(CORE))
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
