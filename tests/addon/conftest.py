"""Tests inside pip's bpy. Each environment runs them with its own Python; without bpy nothing here is
collected.

Rigs are made in code. Every test begins in an empty scene at 24 fps.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "proof")]

if importlib.util.find_spec("bpy") is None:
    collect_ignore_glob = ["test_*.py"]
else:
    import bpy
    import fabricate

_status = 0


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    global _status
    _status = int(exitstatus)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave without Blender's own tidying up, which can hang in the wheel once classes were registered."""
    if "bpy" in sys.modules:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_status)


@pytest.fixture
def scene() -> bpy.types.Scene:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = 24, 1.0
    return scene


@pytest.fixture
def extension(scene: bpy.types.Scene) -> Iterator[object]:
    """The extension registered in an empty scene."""
    import addon

    addon.register()
    yield addon
    addon.unregister()


@pytest.fixture
def line(extension: object, tmp_path: Path) -> bpy.types.PropertyGroup:
    """A head, two seconds of sound from frame 11 on, and somebody's timings, so that no model is needed."""
    head = fabricate.arkit_face()
    draft = bpy.context.scene.bilabial.draft
    draft.character = head
    draft.source, draft.file, draft.start = "FILE", str(fabricate.tone(tmp_path / "line.wav")), 11.0
    draft.phones_file = str(fabricate.textgrid(tmp_path / "line.TextGrid"))
    return draft
