"""Sounds that a person corrected stay corrected, and a correction is quick however long the line is."""

from __future__ import annotations

import time
import wave
from pathlib import Path

import bpy
import fabricate
import numpy as np
import pytest
from addon.host import compat
from addon.line import audio, lines, takes
from addon.rig import speech


def generate() -> bpy.types.PropertyGroup:
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    return lines.active(bpy.context.scene)


def said(line: bpy.types.PropertyGroup) -> list[str]:
    return [phone.label for phone in takes.load(line).phones if not phone.is_silence]


def shown(line: bpy.types.PropertyGroup, control: str, seconds: float) -> float:
    clock = takes.written(line).clock
    found = compat.channels(line.character).find(speech.path(control))
    return found.evaluate(float(clock.frames(seconds))) if found is not None else 0.0


@pytest.fixture
def corrected(line: bpy.types.PropertyGroup) -> bpy.types.PropertyGroup:
    """i said as u, the second m split and its first half an f, the last f deleted."""
    made = generate()
    names = [phone.name for phone in made.phones]
    made.phones[names.index("i")].name = "u"
    made.phone_index = max(i for i, name in enumerate(names) if name == "f")
    assert bpy.ops.bilabial.phone_delete() == {"FINISHED"}
    return lines.active(bpy.context.scene)


def test_corrected_sounds_survive_generating_again(
    corrected: bpy.types.PropertyGroup, tmp_path: Path
) -> None:
    assert said(corrected) == ["m", "ɑ", "m", "u"]
    made = generate()
    assert said(made) == ["m", "ɑ", "m", "u"]
    assert "corrected by hand kept at 1 place (u 0.8 s)" in made.report
    assert shown(made, "U", 0.95) > 0.25
    # And with other timings elsewhere.
    moved = [(a, b, "o" if label == "ɑ" else label) for a, b, label in fabricate.SOUNDS]
    fabricate.textgrid(tmp_path / "line.TextGrid", moved)
    made = generate()
    assert said(made) == ["m", "o", "m", "u"]
    assert [item.name for item in made.phones if item.group != "SIL"] == ["m", "o", "m", "u"]
    # What is heard there is told, and the correction stands against it.
    moved[4] = (0.82, 1.1, "e")
    fabricate.textgrid(tmp_path / "line.TextGrid", moved)
    made = generate()
    assert said(made) == ["m", "o", "m", "u"] and "Other phones are heard now" in made.report
    assert bpy.ops.bilabial.phones_as_heard() == {"FINISHED"}
    assert said(lines.active(bpy.context.scene)) == ["m", "o", "m", "e", "f"]
    assert not bpy.ops.bilabial.phones_as_heard.poll()
    assert said(generate()) == ["m", "o", "m", "e", "f"]


def test_a_moved_border_survives(line: bpy.types.PropertyGroup) -> None:
    made = generate()
    index = [phone.name for phone in made.phones].index("ɑ")
    made.phones[index].end = 0.6
    made = generate()
    found = {round(phone.end, 4) for phone in takes.load(made).phones if phone.label == "ɑ"}
    assert found == {0.6} and "corrected" in made.report


def test_corrections_and_edits_stay_with_the_sound_where_its_start_is_trimmed(
    corrected: bpy.types.PropertyGroup,
) -> None:
    points = compat.channels(corrected.character).ensure(speech.path("Oh"), 0, "Lip-Sync").keyframe_points
    points.insert(35, 0.3).type = "KEYFRAME"
    corrected.use_range, corrected.range_first, corrected.range_last = True, 23, 59  # half a second less
    made = generate()
    assert said(made) == ["ɑ", "m", "u"]
    u = next(phone for phone in takes.load(made).phones if phone.label == "u")
    assert u.start == pytest.approx(0.82 - 0.5, abs=1e-4)
    found = compat.channels(made.character).find(speech.path("Oh"))
    assert [round(key.co[0], 3) for key in found.keyframe_points if key.type == "KEYFRAME"] == [35.0]
    assert shown(made, "U", 0.95 - 0.5) > 0.25


@pytest.mark.parametrize("label", ["zzz", "mm mm", "not a sound", "qq"])
def test_a_label_that_is_no_sound_is_refused(line: bpy.types.PropertyGroup, label: str) -> None:
    made = generate()
    index = [phone.name for phone in made.phones].index("i")
    made.phones[index].name = label
    assert made.failed and "is no phone" in made.report
    assert made.phones[index].name == "i"


@pytest.mark.parametrize("label", ["m", "ɑ", "AA", "MBP", "aɪ", "tʃ", "iː", "SH"])
def test_sounds_of_every_alphabet_are_known(line: bpy.types.PropertyGroup, label: str) -> None:
    made = generate()
    index = [phone.name for phone in made.phones].index("f")
    made.phones[index].name = label
    assert not made.failed and made.phones[index].name == takes.load(made).phones.phones[index].label != "f"
    made.phones[index].name += "ː"  # the same sound, held: nothing changes, and the list says what there is
    assert made.phones[index].name == takes.load(made).phones.phones[index].label


def test_markers_may_all_move_at_once_and_one_that_is_deleted_deletes_its_sound(
    line: bpy.types.PropertyGroup,
) -> None:
    made = generate()
    was = {phone.label: phone.start for phone in takes.load(made).phones}
    assert bpy.ops.bilabial.markers_show() == {"FINISHED"}
    for marker in list(bpy.context.scene.timeline_markers):
        if marker.name.endswith(" f"):
            bpy.context.scene.timeline_markers.remove(marker)
        else:
            marker.frame += 4  # further than some of these sounds last
    assert bpy.ops.bilabial.markers_apply() == {"FINISHED"}
    made = lines.active(bpy.context.scene)
    now = {phone.label: phone.start for phone in takes.load(made).phones}
    assert "f" not in now and now["i"] == pytest.approx(was["i"] + 4 / 24, abs=0.5 / 24)


def test_a_part_is_decoded_as_of_the_whole(line: bpy.types.PropertyGroup) -> None:
    for speed, skip in ((1.0, 0.0), (1.25, 0.3), (1.0, -0.2)):
        hearing = audio.Hearing(audio.absolute(line.file), 1.0, skip, None, speed)
        whole = audio.decode(hearing)
        part = audio.decode_part(hearing, 4000, 12000)
        assert len(part) == 8000
        assert np.abs(part - whole[4000:12000]).max() < (1e-6 if speed == 1.0 else 0.02)
        after = audio.decode_part(hearing, len(whole) - 100, len(whole) + 400)
        assert np.abs(after[100:]).max() < 0.02 and len(after) == 500


def test_the_first_correction_of_ten_minutes_takes_no_time(
    line: bpy.types.PropertyGroup, tmp_path: Path
) -> None:
    pytest.importorskip("aud")
    seconds = 600
    rate = 48_000
    with wave.open(str(tmp_path / "long.wav"), "wb") as stream:
        stream.setnchannels(2)
        stream.setsampwidth(2)
        stream.setframerate(rate)
        second = np.int16(
            9000 * np.sin(np.arange(rate) / 40) * np.sin(np.arange(rate) * np.pi * 3 / rate) ** 2
        )
        stream.writeframes(np.tile(np.repeat(second, 2), seconds).tobytes())
    sounds = [
        (t + a * 0.5, t + b * 0.5, label)
        for t in range(seconds)
        for a, b, label in ((0.0, 0.3, "m"), (0.3, 0.8, "ɑ"), (0.8, 1.1, "s"), (1.1, 1.8, "i"))
    ]
    line.file = str(tmp_path / "long.wav")
    line.phones_file = str(fabricate.textgrid(tmp_path / "long.TextGrid", sounds))
    made = generate()
    assert len(made.phones) >= 2400
    times = []
    for index in (len(made.phones) // 2, len(made.phones) - 3):
        other = "u" if made.phones[index].name != "u" else "i"
        began = time.process_time()
        made.phones[index].name = other
        times.append(time.process_time() - began)
        assert not made.failed, made.report
    assert max(times) < 0.5, times  # 0.2 s on a machine that does nothing else


@pytest.mark.parametrize("name", ["file", "phones_file"])
def test_paths_may_begin_at_the_blend(line: bpy.types.PropertyGroup, name: str) -> None:
    found = line.bl_rna.properties[name]
    assert getattr(found, "is_path_supports_blend_relative", True), "newer Blenders warn without it"
