"""`bilabial key`: a scene keyed from the terminal, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import bpy
import fabricate
import pytest
from addon.host import compat
from addon.rig import speech

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(scene: bpy.types.Scene, tmp_path: Path) -> Path:
    """A folder with a scene of two faces, a sound and its timings; one name is not ASCII."""
    fabricate.arkit_face("Head")
    fabricate.arkit_face("Léa")
    fabricate.tone(tmp_path / "ligne é.wav")
    fabricate.textgrid(tmp_path / "line.TextGrid")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
    return tmp_path


def key(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "core"), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", "bilabial", "key", *arguments],
        capture_output=True, text=True, timeout=120, env=environment, cwd=cwd, encoding="utf-8",
    )  # fmt: skip


def keys_in(path: Path, name: str) -> list[tuple]:
    bpy.ops.wm.open_mainfile(filepath=str(path))
    return [
        (curve.data_path, tuple(k.co), tuple(k.handle_left), tuple(k.handle_right))
        for curve in sorted(compat.channels(bpy.data.objects[name]), key=lambda c: c.data_path)
        for k in curve.keyframe_points
    ]


def test_a_list_says_words_and_styles(project: Path) -> None:
    (project / "list.csv").write_text(
        "character,sound,phones,start,text,style\nHead,ligne é.wav,line.TextGrid,5,mama me,jaw=0\n"
        "Léa,ligne é.wav,line.TextGrid,5,,\n",
        encoding="utf-8",
    )
    done = key("scene.blend", "--lines", "list.csv", "-o", "out.blend", cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    bpy.ops.wm.open_mainfile(filepath=str(project / "out.blend"))
    jaws = [compat.channels(bpy.data.objects[name]).find(speech.path("Jaw")) for name in ("Head", "Léa")]
    assert jaws[0] is not None and jaws[0].evaluate(20) == pytest.approx(0.0, abs=1e-4)
    assert jaws[1] is None or jaws[1].evaluate(20) > 0.2
    (project / "list.csv").write_text("character,sound,style\nHead,ligne é.wav,loud\n", encoding="utf-8")
    done = key("scene.blend", "--lines", "list.csv", "-o", "other.blend", cwd=project)
    assert done.returncode == 2 and "line 2" in done.stderr and "loud" in done.stderr


def test_a_character_that_is_not_there_suggests_the_nearest(project: Path) -> None:
    done = key("scene.blend", "--character", "Haed", "--sound", "ligne é.wav", "--start", "3", cwd=project)
    assert done.returncode == 2 and "such as Head" in done.stderr


ONE = (
    "scene.blend",
    "--character",
    "Léa",
    "--sound",
    "ligne é.wav",
    "--phones",
    "line.TextGrid",
    "--at",
    "101",
)


def test_one_line_keys_the_scene_and_leaves_the_input_alone(project: Path) -> None:
    before = (project / "scene.blend").read_bytes()
    done = key(*ONE, "-o", "out.blend", "--jsonl", cwd=project)
    assert done.returncode == 0, done.stderr
    assert (project / "scene.blend").read_bytes() == before
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert said[0]["status"] == "done" and said[0]["keys"] > 10
    assert said[1]["output"].endswith("out.blend")
    progress = [json.loads(line)["progress"] for line in done.stderr.splitlines() if line.startswith("{")]
    assert progress == sorted(progress) and progress[-1] == 1.0
    keys = keys_in(project / "out.blend", "Léa")
    assert min(co[0] for _, co, *_ in keys) >= 100
    assert any(path == speech.path("MBP") for path, *_ in keys)
    assert not [p.name for p in project.iterdir() if "partial" in p.name]
    again = key(*ONE, "-o", "again.blend", cwd=project)
    assert again.returncode == 0
    assert keys_in(project / "again.blend", "Léa") == keys


def test_many_lines_and_one_that_fails(project: Path) -> None:
    (project / "lines.csv").write_text(
        "character,sound,start,phones,target\nHead,ligne é.wav,1,line.TextGrid,bake\n"
        "Nobody,ligne é.wav,1,line.TextGrid,\nLéa,ligne é.wav,51,line.TextGrid,controls\n",
        encoding="utf-8",
    )
    done = key("scene.blend", "--lines", "lines.csv", "-o", "out.blend", cwd=project)
    assert done.returncode == 1, done.stderr
    assert "no object is called 'Nobody'" in done.stdout
    bpy.ops.wm.open_mainfile(filepath=str(project / "out.blend"))
    assert compat.channels(bpy.data.objects["Head"].data.shape_keys) is not None
    assert compat.channels(bpy.data.objects["Léa"]) is not None
    # The keyed scene's own table runs again, without a csv.
    again = key("out.blend", "-o", "twice.blend", cwd=project)
    assert again.returncode == 0, again.stderr + again.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nothing.blend",), "there is no scene"),
        (("scene.blend",), "no ticked line"),
        (("scene.blend", "--character", "Head"), "--sound is missing"),
        (("scene.blend", "--character", "Head", "--sound", "no.wav"), "there is no file"),
        (("scene.blend", "--character", "Nobody", "--sound", "ligne é.wav"), "no object is called"),
        ((*ONE, "-o", "scene.blend"), "is there already"),
        ((*ONE, "-o", "nowhere/out.blend"), "make the folder"),
        ((*ONE, "-o", "out.txt"), ".blend"),
        ((*ONE, "--style", "loud"), "no style is called"),
        ((*ONE, "--rig", "robot"), "no rig profile is called"),
        (("line.TextGrid", *ONE[1:], "-o", "out.blend"), "cannot be opened"),
    ],
)
def test_bad_use_is_one_sentence_and_nothing_is_written(
    project: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    before = {p.name: p.read_bytes() for p in project.iterdir()}
    done = key(*arguments, cwd=project)
    assert done.returncode == 2, done.stdout + done.stderr
    assert sentence in done.stderr and "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert {p.name: p.read_bytes() for p in project.iterdir()} == before
