"""How fast the extension is: ``.venv-bpy50/bin/python tests/addon/benchmark.py`` prints a table for the docs.

Writing ten minutes on 31 controls beside the naive keyframe_insert; delivering a take; playing the demo head.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import bpy  # noqa: E402
import fabricate  # noqa: E402
import numpy as np  # noqa: E402

SECONDS = 600.0
KEYS_A_SECOND = 40.0  # over all curves: what a performance has at the most


def emit(text: str) -> None:
    os.write(1, (text + "\n").encode())


def main() -> None:
    began = time.perf_counter()
    import addon

    addon.register()
    emit(f"| enabling the extension | {time.perf_counter() - began:.3f} s |")
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.scene.render.fps = 24
    if "ten" in sys.argv[1:]:
        ten_minutes()
        return
    writing()
    delivering()
    playing()
    waiting()


def writing() -> None:
    from addon.bilabial.controls import CONTROLS
    from addon.bilabial.curves.curve import Curve
    from addon.host import compat
    from addon.host.clock import Clock
    from addon.keys import fcurves
    from addon.rig import speech

    head = fabricate.mesh("Head")
    speech.ensure(head)
    rng = np.random.default_rng(0)
    count = int(SECONDS * KEYS_A_SECOND / len(CONTROLS))
    times = np.sort(rng.random((len(CONTROLS), count)), axis=1) * SECONDS
    times += np.arange(count) * 1e-3
    curves = {
        n: Curve.hermite(t, rng.random(count), np.zeros(count)) for n, t in zip(CONTROLS, times, strict=True)
    }
    clock = Clock(1.0, 24.0)
    channels = compat.channels(head, "Speech")

    def write() -> float:
        began = time.perf_counter()
        for name, curve in curves.items():
            fcurves.write(channels, fcurves.Target(head, speech.path(name)), curve, clock, (0.0, 20000.0))
        return time.perf_counter() - began

    first, again = write(), write()
    other = fabricate.mesh("Other")
    speech.ensure(other)
    began = time.perf_counter()
    for name in CONTROLS[:4]:  # a part of them: it is slow
        for moment, value in zip(curves[name].times, curves[name].values, strict=True):
            other[speech.property_name(name)] = float(value)
            other.keyframe_insert(speech.path(name), frame=float(clock.frames(moment)))
    naive = (time.perf_counter() - began) * len(CONTROLS) / 4
    emit(
        f"| {count * len(CONTROLS)} keys of ten minutes on 31 controls | {first:.3f} s; again {again:.3f} s |"
    )
    emit(f"| the same with keyframe_insert (an eighth of it, scaled up) | {naive:.1f} s |")


def delivering() -> None:
    from addon.line import lines, takes
    from addon.speak import delivery

    bpy.ops.bilabial.add_head()
    face = bpy.context.object
    draft = bpy.context.scene.bilabial.draft
    sound = ROOT / "docs" / "demo" / "line.flac"
    draft.character, draft.source, draft.file = face, "FILE", str(sound)
    bpy.ops.bilabial.generate()
    line = lines.active(bpy.context.scene)
    take, clock = takes.load(line), takes.written(line).clock
    began = time.perf_counter()
    delivery.deliver(bpy.context.scene, line, take, clock.start)
    emit(f"| the demo line's take (9 s) into the scene, with merge | {time.perf_counter() - began:.3f} s |")
    began = time.perf_counter()
    for _ in range(5):
        line.jaw = 0.3 + 0.1 * np.random.default_rng(1).random()
    emit(f"| one move of a style slider on it | {(time.perf_counter() - began) / 5:.3f} s |")


def playing() -> None:
    scene = bpy.context.scene
    scene.frame_set(1)
    began = time.perf_counter()
    for frame in range(1, 221):
        scene.frame_set(frame)
        scene.view_layers[0].update()
    rate = 220 / (time.perf_counter() - began)
    shapes = bpy.context.object.evaluated_get(bpy.context.evaluated_depsgraph_get())
    assert len(shapes.data.vertices) > 1000
    emit(f"| the demo head saying it, evaluated frame by frame | {rate:.0f} fps |")


def waiting() -> None:
    """How long at the most a listening job keeps another thread from running Python: what an interface
    feels.
    """
    from addon.bilabial.jobs import Job
    from addon.bilabial.pipeline import generate_from_samples
    from addon.line import audio

    line = audio.decode(audio.Hearing(ROOT / "docs" / "demo" / "line.flac", 1.0))
    long = np.tile(line, int(SECONDS * 16_000 / len(line)))
    job = Job(lambda progress, cancelled: generate_from_samples(long, "line", None, progress, cancelled))
    job.start()
    worst = 0.0
    while job.poll() is None:
        began = time.perf_counter()
        time.sleep(0.005)
        worst = max(worst, time.perf_counter() - began - 0.005)
    emit(f"| ten minutes of sound beside the interface: its longest wait | {worst:.2f} s |")


def ten_minutes() -> None:
    """Ten minutes of speech in a wav file to keys on the demo head, by ear alone: processor time by parts."""
    import tempfile
    import wave

    from addon.line import audio, lines
    from addon.speak import delivery, generation

    line = audio.decode(audio.Hearing(ROOT / "docs" / "demo" / "line.flac", 1.0))
    samples = np.int16(32767 * np.tile(line, int(SECONDS * 16_000 / len(line))))
    path = Path(tempfile.mkdtemp()) / "ten.wav"
    with wave.open(str(path), "wb") as stream:
        stream.setnchannels(1)
        stream.setsampwidth(2)
        stream.setframerate(16_000)
        stream.writeframes(samples.tobytes())
    bpy.ops.bilabial.add_head()
    scene = bpy.context.scene
    draft = scene.bilabial.draft
    draft.character, draft.source, draft.file = bpy.context.object, "FILE", str(path)
    draft.find_words = False
    stages: dict[str, float] = {}
    now, since = "", time.process_time()

    def told(_fraction: float, stage: str) -> None:
        nonlocal now, since
        if stage != now:
            stages[now] = stages.get(now, 0.0) + time.process_time() - since
            now, since = stage, time.process_time()

    told(0.0, "planning")
    plan = generation.plan(bpy.context, draft)
    done = generation.perform(plan, told, lambda: False)
    told(1.0, "writing keys")
    report = delivery.deliver_fresh(scene, lines.add(scene, like=draft), done)
    told(1.0, "")
    parts = ", ".join(f"{name.lower()} {spent:.1f} s" for name, spent in stages.items() if name)
    emit(f"| ten minutes of speech to {report.keys} keys | {sum(stages.values()):.1f} s: {parts} |")


main()
os._exit(0)
