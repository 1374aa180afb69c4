"""A scene that is keyed from the terminal and killed on the way: the .blend is the old one or the new one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import bpy
import fabricate
import pytest
from addon.host import compat

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(
    "moment", ["while it generates", "while it keys", "while it bakes", "while it saves"]
)
def test_a_kill_leaves_the_old_scene_or_the_new_one(
    moment: str, scene: bpy.types.Scene, tmp_path: Path
) -> None:
    fabricate.arkit_face("Head")
    fabricate.tone(tmp_path / "line.wav")
    fabricate.textgrid(tmp_path / "line.TextGrid")
    path = tmp_path / "scene.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    old = path.read_bytes()
    command = [
        sys.executable, "-m", "bilabial", "key", str(path), "--character", "Head", "--sound",
        str(tmp_path / "line.wav"), "--phones", str(tmp_path / "line.TextGrid"), "-o", str(path),
        "--overwrite", "--jsonl", "--target", "bake" if moment == "while it bakes" else "controls",
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "core"), "PYTHONUTF8": "1"}
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment,
        start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        for text in process.stderr:
            share = json.loads(text)["progress"] if text.startswith("{") else 0.0
            if share > {"while it generates": 0.0, "while it saves": 0.99}.get(moment, 0.6):
                break
        if moment == "while it saves":
            deadline = time.monotonic() + 30
            while not list(tmp_path.glob("*.partial*")) and process.poll() is None:
                assert time.monotonic() < deadline
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(60)
    if path.read_bytes() != old:
        assert _is_keyed(path, moment)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert _is_keyed(path, moment)
    assert not [entry.name for entry in tmp_path.iterdir() if "partial" in entry.name]


def _is_keyed(path: Path, moment: str) -> bool:
    """Whether the scene opens, and its face has its keys: baked ones lie on the shape keys."""
    bpy.ops.wm.open_mainfile(filepath=str(path))
    head = bpy.data.objects["Head"]
    return compat.channels(head.data.shape_keys if moment == "while it bakes" else head) is not None
