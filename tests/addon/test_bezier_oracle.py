"""Curve.evaluate against the real thing: F-curves that bpy evaluates, in a Python beside this one."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from bilabial.curves.curve import BEZIER, CONSTANT, LINEAR, Curve, Key

ROOT = Path(__file__).parents[2]
PYTHONS = {name: ROOT / f".venv-{name}" / "bin" / "python" for name in ("bpy45", "bpy50")}
SECONDS = 120  # for Blender to start and answer

SCRIPT = """
import json, sys
import bpy

given = json.load(sys.stdin)
names = {0: "CONSTANT", 1: "LINEAR", 2: "BEZIER"}
action = bpy.data.actions.new("oracle")
owner = bpy.data.objects.new("oracle", None)
bpy.context.scene.collection.objects.link(owner)
owner.animation_data_create().action = action
answers = []
for index, keys in enumerate(given["curves"]):
    owner[f"p{index}"] = 0.0
    curve = action.fcurve_ensure_for_datablock(owner, f'["p{index}"]')
    curve.keyframe_points.add(len(keys))
    for point, (t, v, lt, lv, rt, rv, kind) in zip(curve.keyframe_points, keys):
        point.handle_left_type = point.handle_right_type = "FREE"
        point.co = t, v
        point.handle_left, point.handle_right = (lt, lv), (rt, rv)
        point.interpolation = names[int(kind)]
    curve.update()
    read = [
        [*point.co, *point.handle_left, *point.handle_right] for point in curve.keyframe_points
    ]
    answers.append({"values": [curve.evaluate(frame) for frame in given["frames"]], "keys": read})
print("ANSWER" + json.dumps({"version": bpy.app.version[:2], "curves": answers}))
"""


def random_curves(count: int, seed: int) -> list[Curve]:
    """In frames: every interpolation, short, long, crossed and flat handles."""
    random = np.random.default_rng(seed)
    curves = []
    for index in range(count):
        times = np.cumsum(random.uniform(1.0, 12.0, 7))
        reach = [3.0, 12.0, 40.0][index % 3]
        keys = [
            Key(
                float(time),
                float(random.uniform(-1, 1)),
                (float(time - random.uniform(0, reach)), float(random.uniform(-1, 1))),
                (float(time + random.uniform(0, reach)), float(random.uniform(-1, 1))),
                BEZIER if index < count // 2 else int(random.choice([CONSTANT, LINEAR, BEZIER])),
            )
            for time in times
        ]
        curves.append(Curve.from_keys(keys))
    for index in range(count // 2):
        times = np.cumsum(random.uniform(1.0, 12.0, 7))
        slopes = random.uniform(-0.3, 0.3, 7) * (index % 2)
        curves.append(Curve.hermite(times, random.uniform(0, 1, 7), slopes))
    curves.append(Curve.hermite([2.0, 4.0, 6.0, 8.0], [0.0, 1.0, 1.0, 0.0], [0.0] * 4))
    return curves


def answer_of_blender(python: Path, curves: list[Curve], frames: np.ndarray) -> dict:
    rows = [
        np.column_stack([curve.times, curve.values, curve.left, curve.right, curve.interpolation]).tolist()
        for curve in curves
    ]
    done = subprocess.run(
        [str(python), "-c", SCRIPT],
        input=json.dumps({"curves": rows, "frames": frames.tolist()}),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    line = next((line for line in done.stdout.splitlines() if line.startswith("ANSWER")), None)
    assert line is not None, done.stderr[-2000:]
    return json.loads(line.removeprefix("ANSWER"))


@pytest.mark.bpy
@pytest.mark.parametrize("name", PYTHONS)
def test_evaluates_as_blender_does(name: str) -> None:
    python = PYTHONS[name]
    if not python.exists():
        pytest.skip(f"there is no {python.parent.parent.name} in this checkout")
    curves = random_curves(24, seed=int(name[-2:]))
    frames = np.arange(-4, 100, 0.173)
    answer = answer_of_blender(python, curves, frames)
    for index, (curve, told) in enumerate(zip(curves, answer["curves"], strict=True)):
        read = np.array(told["keys"])
        np.testing.assert_allclose(read[:, 0], curve.times, atol=1e-4)
        values = curve.evaluate(frames)
        error = np.abs(values - told["values"])
        # Blender works in 32 bits: beside an almost upright stretch a frame's rounding shows.
        steep = np.abs(curve.evaluate(frames + 1e-4) - curve.evaluate(frames - 1e-4)) * 5
        assert np.all(error <= 2e-4 + steep), (index, frames[error.argmax()], error.max())


@pytest.mark.bpy
def test_a_plateau_is_exact_in_blender() -> None:
    python = next((path for path in PYTHONS.values() if path.exists()), None)
    if python is None:
        pytest.skip("there is no bpy environment in this checkout")
    curve = Curve.hermite([2.0, 4.0, 6.0, 8.0], [0.0, 1.0, 1.0, 0.0], [0.0] * 4)
    frames = np.linspace(4.0, 6.0, 41)
    (told,) = answer_of_blender(python, [curve], frames)["curves"]
    assert told["values"] == [1.0] * 41
