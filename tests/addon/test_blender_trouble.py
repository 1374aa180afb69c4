"""What goes wrong in scenes: a sentence for each, nothing half-written, the old keys intact."""

from __future__ import annotations

import sys
import threading
import time
import wave
from pathlib import Path

import bpy
import fabricate
import numpy as np
import pytest
from addon.bilabial.errors import BilabialError, Cancelled, SoundError
from addon.bilabial.jobs import Job
from addon.host import compat
from addon.keys import fcurves
from addon.line import audio, lines, takes
from addon.rig import speech
from addon.speak import generation
from addon.ui.operators import generate as generating


def refused(sentence: str) -> None:
    """Generating says the sentence and leaves everything as it was."""
    before = everything()
    with pytest.raises(RuntimeError, match=f"(?i){sentence}"):
        bpy.ops.bilabial.generate()
    assert everything() == before


def everything() -> list[tuple]:
    """All keys, drivers, properties and texts of the file."""
    found: list[tuple] = [(text.name, text.as_string()) for text in bpy.data.texts]
    for owner in (*bpy.data.objects, *bpy.data.shape_keys):
        found.append((owner.name, *sorted(k for k in owner.keys() if k.startswith("Speech"))))  # noqa: SIM118
        if owner.animation_data is not None:
            found += [(owner.name, d.data_path, d.driver.expression) for d in owner.animation_data.drivers]
            found.append((owner.name, [t.name for t in owner.animation_data.nla_tracks]))
        for curve in compat.channels(owner) or ():
            found.append(
                (owner.name, curve.data_path, curve.array_index, [tuple(k.co) for k in curve.keyframe_points])
            )
    return found


# Sounds


def test_no_sound_and_a_missing_file(line: bpy.types.PropertyGroup) -> None:
    line.file = "/nowhere/at all.wav"
    refused("is missing")
    line.file = ""
    assert not bpy.ops.bilabial.generate.poll()
    line.source = "STRIP"
    assert not bpy.ops.bilabial.generate.poll()


def test_files_that_are_no_sound(line: bpy.types.PropertyGroup, tmp_path: Path) -> None:
    broken = tmp_path / "text.wav"
    broken.write_text("hello")
    line.file = str(broken)
    refused("cannot be read as sound")
    line.file = str(fabricate.tone(tmp_path / "short.wav", seconds=0.005))
    refused("nothing is left")


@pytest.fixture
def strip(line: bpy.types.PropertyGroup):
    """The line's sound as a strip from frame 20 on."""
    pytest.importorskip("aud", reason="this Blender was built without its audio library")
    scene = bpy.context.scene
    editor = scene.sequence_editor_create()
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    made = strips.new_sound("voice", line.file, 1, 20)
    line.source, line.strip = "STRIP", "voice"
    return made


def test_a_strips_place_trim_and_offset_are_heard(strip, line: bpy.types.PropertyGroup) -> None:
    whole = audio.decode(audio.Hearing(audio.absolute(line.file), 1.0))
    strip.frame_offset_start = 12
    strip.frame_offset_end = 6
    hearing = audio.hear(bpy.context.scene, line)
    assert hearing.start_frame == 32
    assert hearing.skip == pytest.approx(0.5) and hearing.speed == 1.0
    heard = audio.decode(hearing)
    assert len(heard) == round((strip.frame_final_end - 32) / 24 * 16000)
    assert np.abs(heard[:16000] - whole[8000:24000]).max() < 1e-6
    line.use_range, line.range_first, line.range_last = True, 44, 56
    part = audio.decode(audio.hear(bpy.context.scene, line))
    assert len(part) == 8000 and np.abs(part - whole[16000:24000]).max() < 1e-6
    line.range_first, line.range_last = 500, 600
    with pytest.raises(BilabialError, match="holds nothing"):
        audio.hear(bpy.context.scene, line)


def test_speed_is_heard(tmp_path: Path, scene: bpy.types.Scene) -> None:
    """Twice as fast: half as long, an octave up."""
    rate = 48_000
    samples = np.int16(16000 * np.sin(2 * np.pi * 440 * np.arange(rate * 2) / rate))
    file = tmp_path / "a.wav"
    with wave.open(str(file), "wb") as stream:
        stream.setnchannels(1)
        stream.setsampwidth(2)
        stream.setframerate(rate)
        stream.writeframes(samples.tobytes())
    heard = audio.decode(audio.Hearing(file, 1.0, speed=2.0))
    assert len(heard) == 16000
    spectrum = np.abs(np.fft.rfft(heard[2000:14000]))
    assert np.argmax(spectrum) * 16000 / 12000 == pytest.approx(880, abs=2)
    plain = audio.decode(audio.Hearing(file, 1.0))
    assert (
        np.abs(plain - 16000 / 32768 * np.sin(2 * np.pi * 440 * np.arange(32000) / 16000))[200:-200].max()
        < 1e-3
    )


def test_retiming_is_read_where_it_can_be(scene: bpy.types.Scene) -> None:
    class Strip:
        name = "s"

    # 97 frames of sound from frame 10 on; trimmed to 22; from there twice as fast (as Blender writes it).
    assert audio._retimed(Strip(), [10, 22, 65], 22, 65, 97) == (12, pytest.approx(85 / 43))
    assert audio._retimed(Strip(), [10, 58], 10, 58, 96) == (0, 2.0)
    assert audio._retimed(Strip(), [10, 107], 10, 107, 97)[1] == 1.0
    with pytest.raises(SoundError, match="changes its speed"):
        audio._retimed(Strip(), [10, 40, 65], 10, 65, 97)


def test_strips_that_say_nothing(strip, line: bpy.types.PropertyGroup, tmp_path: Path) -> None:
    strip.mute = True
    refused("is muted")
    strip.mute = False
    line.strip = "other"
    refused("no sound strip is called 'other'")
    line.strip = "voice"
    strip.sound.filepath = str(tmp_path / "gone.wav")
    refused("is missing")


def test_speakers(line: bpy.types.PropertyGroup) -> None:
    bpy.ops.object.speaker_add()
    speaker = bpy.context.object
    line.source, line.speaker = "SPEAKER", speaker
    refused("has no sound")
    speaker.data.sound = bpy.data.sounds.load(line.file)
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    start = speaker.animation_data.nla_tracks[0].strips[0].frame_start
    assert takes.written(lines.active(bpy.context.scene)).clock.start == start
    speaker.data.muted = True
    refused("is muted")


# Characters


def test_characters_without_a_face(line: bpy.types.PropertyGroup) -> None:
    line.character = fabricate.mesh("Cube")
    refused("neither shape keys nor bones")
    line.character = fabricate.mesh("Odd", ["one", "two"])
    refused("No profile knows this rig")


def test_locked_and_driven_channels(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    bpy.ops.bilabial.generate()
    compat.channels(head).find(speech.path("MBP")).lock = True
    refused("is locked")
    compat.channels(head).find(speech.path("MBP")).lock = False
    other = fabricate.arkit_face("Other")
    other.data.shape_keys.driver_add('key_blocks["jawOpen"].value').driver.expression = "0.5"
    lines.active(bpy.context.scene).character = other
    refused("has a driver already")
    lines.active(bpy.context.scene).target = "BAKE"
    refused("has a driver already")


def test_a_strip_in_tweak_mode_is_refused(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    head.keyframe_insert("location", frame=1)
    animation = head.animation_data
    animation.nla_tracks.new().strips.new("walk", 40, animation.action)
    animation.action = None
    animation.use_tweak_mode = True
    refused("tweak mode")
    animation.use_tweak_mode = False
    assert bpy.ops.bilabial.generate() == {"FINISHED"}


def test_the_report_says_why_a_face_might_not_move(line: bpy.types.PropertyGroup) -> None:
    line.character.data.shape_keys.key_blocks["jawOpen"].mute = True
    bpy.ops.bilabial.generate()
    assert "unmute jawOpen of 'Head'" in lines.active(bpy.context.scene).report


def test_a_shape_key_that_is_gone_since(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    bpy.ops.bilabial.generate()
    bpy.context.view_layer.objects.active = head
    head.active_shape_key_index = head.data.shape_keys.key_blocks.find("mouthFunnel")
    bpy.ops.object.shape_key_remove()
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    assert not lines.active(bpy.context.scene).failed


def test_a_profile_from_a_newer_bilabial(line: bpy.types.PropertyGroup) -> None:
    text = bpy.data.texts.new("own.json")
    text.from_string('{"schema": "bilabial/rig-profile/99", "name": "x"}')
    line.own_profile = text
    refused("99|newer")


def test_a_damaged_take_says_so(line: bpy.types.PropertyGroup) -> None:
    bpy.ops.bilabial.generate()
    made = lines.active(bpy.context.scene)
    made.take.from_string("not json")
    made.take["bilabial_stamp"] = ""
    before = [tuple(k.co) for c in compat.channels(made.character) for k in c.keyframe_points]
    made.jaw = 0.3
    assert made.failed and "damaged" in made.report
    assert [tuple(k.co) for c in compat.channels(made.character) for k in c.keyframe_points] == before


def test_a_damaged_take_is_made_again_and_edits_by_hand_stay(line: bpy.types.PropertyGroup) -> None:
    """From the keys' own record, which stands beside the text."""
    bpy.ops.bilabial.generate()
    made = lines.active(bpy.context.scene)
    whole = made.take.as_string()
    curve = max(compat.channels(made.character), key=lambda c: len(c.keyframe_points))
    path, point = curve.data_path, curve.keyframe_points[len(curve.keyframe_points) // 2]
    frame, value = point.co.x, point.co.y + 0.25
    point.co.y = value
    made.take.from_string(whole[: len(whole) // 2])
    made.take["bilabial_stamp"] = ""
    bpy.ops.bilabial.generate()
    made = lines.active(bpy.context.scene)
    assert not made.failed and "was damaged and is made anew" in made.report
    assert takes.load(made).track().key_count > 0
    kept = next(c for c in compat.channels(made.character) if c.data_path == path)
    assert [p.co.y for p in kept.keyframe_points if abs(p.co.x - frame) < 1e-3] == [pytest.approx(value)]


# Libraries


@pytest.fixture
def library(extension: object, tmp_path: Path) -> Path:
    """A character in a file of its own, once as it is and once prepared."""
    for prepared in (False, True):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        head = fabricate.arkit_face()
        collection = bpy.data.collections.new("Char")
        collection.objects.link(head)
        bpy.context.scene.collection.children.link(collection)
        if prepared:
            bpy.context.scene.bilabial.draft.character = head
            assert bpy.ops.bilabial.prepare() == {"FINISHED"}
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / f"{'prepared' if prepared else 'plain'}.blend"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.scene.render.fps = 24
    fabricate.tone(tmp_path / "line.wav")
    fabricate.textgrid(tmp_path / "line.TextGrid")
    return tmp_path


def linked(folder: Path, name: str, override: bool) -> bpy.types.Object:
    with bpy.data.libraries.load(str(folder / name), link=True) as (_, data):
        data.collections = ["Char"]
    collection = bpy.data.collections["Char"]
    bpy.context.scene.collection.children.link(collection)
    if override:
        collection.override_hierarchy_create(
            bpy.context.scene, bpy.context.view_layer, do_fully_editable=True
        )
        return next(o for o in bpy.data.objects if o.override_library)
    return collection.objects[0]


def ask(folder: Path, head: bpy.types.Object, target: str = "CONTROLS") -> None:
    draft = bpy.context.scene.bilabial.draft
    draft.character, draft.target = head, target
    draft.source, draft.file = "FILE", str(folder / "line.wav")
    draft.phones_file = str(folder / "line.TextGrid")


def test_a_linked_character_is_refused(library: Path) -> None:
    ask(library, linked(library, "plain.blend", override=False))
    assert not bpy.ops.bilabial.generate.poll()


def test_an_unprepared_override_is_told_what_to_do(library: Path) -> None:
    ask(library, linked(library, "plain.blend", override=True))
    refused("Prepare character")


def test_a_prepared_override_speaks_and_still_does_after_opening(library: Path) -> None:
    head = linked(library, "prepared.blend", override=True)
    ask(library, head)
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    name = head.name
    bpy.ops.wm.save_as_mainfile(filepath=str(library / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(library / "shot.blend"))
    head = next(o for o in bpy.data.objects if o.name == name and o.override_library)
    bpy.context.scene.frame_set(round(1 + 0.55 * 24))
    assert head[speech.property_name("Ah")] > 0.2
    assert head.data.shape_keys.key_blocks["jawOpen"].value > 0.1
    assert bpy.ops.bilabial.generate() == {"FINISHED"}


# The job


def test_a_job_reports_and_ends() -> None:
    job = Job(lambda progress, cancelled: (progress(0.5, "half"), 42)[1]).start()
    assert job.join(5.0)
    outcome = job.poll()
    assert outcome.result == 42 and (job.fraction, job.stage) == (0.5, "half")


def test_cancelling_returns_at_once_and_the_thread_ends() -> None:
    entered = threading.Event()

    def work(progress, cancelled):
        entered.set()
        while not cancelled():
            time.sleep(0.001)
        raise Cancelled("Stopped.")

    job = Job(work).start()
    assert entered.wait(5.0)
    began = time.perf_counter()
    job.cancel()
    assert job.poll().cancelled
    assert time.perf_counter() - began < 0.2
    assert job.join(1.0)


def test_an_error_in_a_job_is_an_outcome() -> None:
    def work(progress, cancelled):
        raise ZeroDivisionError("on purpose")

    job = Job(work).start()
    assert job.join(5.0)
    assert isinstance(job.poll().error, ZeroDivisionError)


def test_the_job_knows_no_bpy() -> None:
    source = Path(sys.modules[Job.__module__].__file__).read_text()
    assert "import bpy" not in source and "from ." not in source


@pytest.mark.parametrize("when", [0.0, 0.25, 0.5, 0.75, 0.99])
def test_real_work_stops_at_every_stage_within_a_fifth_of_a_second(
    line: bpy.types.PropertyGroup,
    when: float,
) -> None:
    line.file = str(fabricate.tone(Path(line.file).with_name("long.wav"), seconds=30.0))
    plan = generation.plan(bpy.context, line)
    job = Job(lambda progress, cancelled: generating.perform_all([plan], progress, cancelled)).start()
    limit = time.perf_counter() + 30
    while job.fraction < when and job.poll() is None and time.perf_counter() < limit:
        time.sleep(0.001)
    began = time.perf_counter()
    job.cancel()
    assert job.poll().cancelled and time.perf_counter() - began < 0.2
    assert job.join(10.0)


def test_an_exception_in_the_work_is_reported_and_nothing_is_written(
    line: bpy.types.PropertyGroup,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bpy.ops.bilabial.generate()

    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr(generation, "perform", broken)
    refused("fault in Bilabial.*on purpose")


def test_a_failure_while_writing_puts_the_old_keys_back(
    line: bpy.types.PropertyGroup,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bpy.ops.bilabial.generate()
    head = lines.active(bpy.context.scene).character
    made = lines.active(bpy.context.scene)
    keys = [tuple(k.co) for c in compat.channels(head) for k in c.keyframe_points]
    real, count = fcurves.write, [0]

    def failing(*arguments: object) -> int:
        count[0] += 1
        if count[0] == 4:
            raise ZeroDivisionError("on purpose")
        return real(*arguments)

    fabricate.textgrid(Path(made.phones_file), [(0.0, 0.5, "u"), (0.5, 1.0, "m"), (1.0, 1.5, "s")])
    monkeypatch.setattr(fcurves, "write", failing)
    with pytest.raises(RuntimeError, match="on purpose"):
        bpy.ops.bilabial.generate()
    assert [tuple(k.co) for c in compat.channels(head) for k in c.keyframe_points] == keys
