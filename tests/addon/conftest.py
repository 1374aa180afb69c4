"""Tests inside pip's bpy. Each environment runs them with its own Python; without bpy nothing here is collected.

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
sys.path.insert(0, str(ROOT))

if importlib.util.find_spec("bpy") is None:
    collect_ignore_glob = ["test_*.py"]
else:
    import bpy

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
