"""Audio2Face JSON, both ways."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bilabial.errors import FormatError
from bilabial.exchange.animation import ChannelAnimation, read_animation, write_animation


def export(path: Path, **changes: object) -> Path:
    """A file as the tool writes it, joints and all."""
    data: dict[str, object] = {
        "exportFps": 60.0,
        "trackPath": "line_07.wav",
        "numPoses": 2,
        "numFrames": 3,
        "facsNames": ["jawOpen", "mouthClose"],
        "weightMat": [[0, 0.0], [0.5, 0.25], [1.0, 0.5]],
        "joints": ["jaw"],
        "rotations": [[[0, 0, 0, 1]]] * 3,
        "translations": [[[0, 0, 0]]] * 3,
    }
    data |= changes
    path.write_text(json.dumps({key: value for key, value in data.items() if value is not None}))
    return path


def test_reads_what_the_tool_writes(tmp_path: Path) -> None:
    read = read_animation(export(tmp_path / "a.json"))
    assert read.names == ("jawOpen", "mouthClose")
    assert read.fps == 60.0
    np.testing.assert_array_equal(read.column("jawOpen"), [0.0, 0.5, 1.0])


def test_round_trip(tmp_path: Path) -> None:
    values = np.random.default_rng(1).random((40, 3))
    write_animation(ChannelAnimation(("a", "b", "c"), 30.0, values), tmp_path / "a.json")
    read = read_animation(tmp_path / "a.json")
    assert (read.names, read.fps, read.start) == (("a", "b", "c"), 30.0, 0.0)
    np.testing.assert_allclose(read.values, values, atol=1e-8)


def test_a_late_start_becomes_leading_rest(tmp_path: Path) -> None:
    write_animation(ChannelAnimation(("a",), 10.0, np.array([[0.2], [0.4]]), 0.3), tmp_path / "a.json")
    np.testing.assert_allclose(read_animation(tmp_path / "a.json").values[:, 0], [0.2, 0.2, 0.2, 0.2, 0.4])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weightMat": None}, "'weightMat' is missing"),
        ({"exportFps": 0}, "exportFps is 0"),
        ({"exportFps": "fast"}, "exportFps is not a frame rate"),
        ({"weightMat": [[0, 0], [0.5], [1, 1]]}, r"weightMat\[1\] has 1 numbers, where 2 belong"),
        ({"weightMat": [[0, 0], [0.5, "x"], [1, 1]]}, r"weightMat\[1\] is not a list of numbers"),
        ({"numFrames": 4}, "numFrames says 4, but there are 3"),
        ({"facsNames": "jawOpen"}, "facsNames is not a list"),
        ({"weightMat": []}, "no frames"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read_animation(export(tmp_path / "a.json", **changes))


def test_broken_json_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{\n"exportFps": 60,\n"facsNames" ["a"]}')
    with pytest.raises(FormatError, match="line 3"):
        read_animation(tmp_path / "a.json")
