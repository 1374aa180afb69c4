"""The Studio's windows, each suite in a process of its own with a time limit: Qt must not outlive a test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


@pytest.mark.timeout(280)
def test_the_windows_without_a_screen(tmp_path: Path) -> None:
    pytest.importorskip("PySide6")
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "BILABIAL_STATE": str(tmp_path / "state"),
        "BILABIAL_OPENGL": "0",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "core"), str(ROOT / "tests")]),
    }
    environment.pop("PYTEST_ADDOPTS", None)
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:xdist", "-p", "no:cacheprovider"]
    command += ["-p", "pytestqt.plugin", "-W", "error", str(HERE / "windows.py")]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=270, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
