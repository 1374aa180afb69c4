"""A preview that cannot be shown says so once, and stops."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import bpy
import fabricate
import pytest
from addon.bilabial.errors import RigError
from addon.line import lines
from addon.retarget import preview
from addon.ui.operators.retarget import poses


@pytest.fixture
def failing(extension: object, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A character whose face can no longer be shown; what was asked of it."""
    asked: list[str] = []

    def show(line: object, values: dict[str, float]) -> None:
        asked.append(next(iter(values), "rest"))
        raise RigError("the face is gone: choose another character")

    bpy.context.scene.bilabial.draft.character = fabricate.arkit_face()
    monkeypatch.setattr(preview, "show", show)
    return asked


def test_the_alphabet_ends_with_the_first_error(failing: list[str]) -> None:
    told: list[Any] = []
    ended: list[Any] = []
    running = SimpleNamespace(
        _time=0.0, report=lambda kind, text: told.append((kind, text)), cancel=ended.append
    )
    running._end = lambda context: poses.BILABIAL_OT_retarget_alphabet._end(running, context)
    timer = SimpleNamespace(type="TIMER")
    result = poses.BILABIAL_OT_retarget_alphabet.modal(running, bpy.context, timer)
    assert result == {"CANCELLED"}
    assert failing == [poses._SHAPES[0]], "to show the face at rest would fail alike"
    assert told == [({"ERROR"}, "the face is gone: choose another character")]
    assert len(ended) == 1


def test_a_slider_that_fails_tells_the_line(failing: list[str]) -> None:
    scene = bpy.context.scene
    scene.bilabial.control = "MBP"
    scene.bilabial.preview = 0.7
    assert "the face is gone" in lines.active(scene).report
