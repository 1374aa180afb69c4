"""From a sound to keys on a face, again with edits, styles, phones, scenes: as a person does it."""

from __future__ import annotations

from pathlib import Path

import bpy
import fabricate
import numpy as np
import pytest
from addon.bilabial.controls import CONTROLS
from addon.bilabial.retarget.evaluate import evaluate
from addon.host import compat
from addon.host.clock import Clock
from addon.keys import baking
from addon.line import lines, takes
from addon.rig import speech, staging


def generate(**options: object) -> bpy.types.PropertyGroup:
    assert bpy.ops.bilabial.generate(**options) == {"FINISHED"}
    return lines.active(bpy.context.scene)


def face_values(head: bpy.types.Object, names: list[str], frames: np.ndarray) -> np.ndarray:
    rows = []
    for frame in frames:
        bpy.context.scene.frame_set(int(frame), subframe=float(frame) % 1)
        rows.append([head.data.shape_keys.key_blocks[name].value for name in names])
    return np.array(rows)


def test_the_keys_play_the_take(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    made = generate()
    take = takes.load(made)
    clock = Clock(11.0, 24.0)
    channels = compat.channels(head)
    frames = np.arange(11, 60)
    keyed = 0
    for name, curve in take.styled().items():
        fcurve = channels.find(speech.path(name))
        values = (
            np.array([fcurve.evaluate(f) for f in frames])
            if fcurve
            else np.full(len(frames), speech.neutral(name))
        )
        assert np.abs(values - curve.evaluate(clock.seconds(frames))).max() < 1e-3, name
        keyed += fcurve is not None
    assert 4 <= keyed <= 31
    assert made.report.startswith(f"{sum(len(c.keyframe_points) for c in channels)} keys")


def test_the_face_follows_as_the_profile_says_and_the_lips_close(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    made = generate()
    found = staging.stage(made)
    for name in found.fit.profile.driven:
        for target in found.fit.targets[name]:
            driver = target.owner.animation_data.drivers.find(target.path).driver
            assert driver.is_simple_expression and driver.is_valid, name
            assert len(driver.expression) < 256
    frames = np.arange(11, 60, dtype=float)
    names = list(found.fit.profile.driven)
    times = (frames - 11) / 24
    curves = baking.styled(takes.load(made))
    rows = np.column_stack([curves[name].evaluate(times) for name in CONTROLS])
    wanted = evaluate(found.fit.profile, rows)[:, [list(found.fit.profile.channels).index(n) for n in names]]
    assert np.abs(face_values(head, names, frames) - wanted).max() < 2e-3
    closed = 11 + 0.36 * 24
    jaw, close = face_values(head, ["jawOpen", "mouthClose"], np.array([closed]))[0]
    assert abs(jaw - close) < 1e-3
    vowel = face_values(head, ["jawOpen"], np.array([11 + 0.55 * 24]))[0, 0]
    assert vowel > jaw + 0.1


def test_bake_keys_the_shape_keys_within_the_tolerance(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    line.target, line.whole_frames = "BAKE", False
    made = generate()
    found = staging.stage(made)
    channels = compat.channels(head.data.shape_keys)
    curves = baking.styled(takes.load(made))
    frames = np.arange(11, 59, 0.5)
    rows = np.column_stack([curves[name].evaluate((frames - 11) / 24) for name in CONTROLS])
    wanted = evaluate(found.fit.profile, rows)
    for i, name in enumerate(found.fit.profile.channels):
        fcurve = channels.find(f'key_blocks["{name}"].value')
        if fcurve is not None:
            values = np.array([fcurve.evaluate(f) for f in frames])
            assert np.abs(values - wanted[:, i]).max() < 0.025, name
    assert channels.find('key_blocks["jawOpen"].value') is not None
    assert not head.data.shape_keys.animation_data.drivers
    assert not speech.has_controls(head)


def test_from_bake_to_controls_nothing_is_left_behind_and_an_edit_lies_on_top(
    line: bpy.types.PropertyGroup,
) -> None:
    keys = line.character.data.shape_keys
    line.target = "BAKE"
    made = generate()
    jaw = compat.channels(keys).find('key_blocks["jawOpen"].value')
    baked = jaw.evaluate(25)
    jaw.keyframe_points.insert(25, 0.9).type = "KEYFRAME"
    made.target = "CONTROLS"
    made = generate()
    assert not [key for curve in compat.channels(keys) or () for key in curve.keyframe_points]
    assert compat.channels(line.character).find(speech.path("MBP")) is not None
    on_top = compat.channels(line.character).find(speech.path("+ jawOpen"))
    assert max(key.co.y for key in on_top.keyframe_points) == pytest.approx(0.9 - baked, abs=0.03)
    assert face_values(line.character, ["jawOpen"], np.array([25]))[0, 0] > 0.85
    assert compat.channels(line.character).find(speech.hand_path("jawOpen")) is not None


def test_nla_strip_plays_the_same_and_leaves_the_action_alone(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    line.place = "NLA"
    head.keyframe_insert("location", frame=1)
    before = head.animation_data.action.name
    made = generate()
    assert head.animation_data.action.name == before
    assert len(compat.channels(head).find("location", 0).keyframe_points) == 1
    curve = baking.styled(takes.load(made))["MBP"]
    for frame in range(11, 59):
        bpy.context.scene.frame_set(frame)
        assert abs(head[speech.property_name("MBP")] - float(curve.evaluate((frame - 11) / 24))) < 1e-3
    assert bpy.ops.bilabial.clear() == {"FINISHED"}
    assert not head.animation_data.nla_tracks


def test_generating_twice_gives_the_same_keys(line: bpy.types.PropertyGroup) -> None:
    def keys() -> list[tuple]:
        return [
            (c.data_path, tuple(k.co), tuple(k.handle_left), tuple(k.handle_right))
            for c in sorted(compat.channels(head), key=lambda c: c.data_path)
            for k in c.keyframe_points
        ]

    head = line.character
    generate()
    first = keys()
    generate()
    assert keys() == first
    assert len(bpy.context.scene.bilabial.lines) == 1


def test_edits_by_hand_survive_generating_again(line: bpy.types.PropertyGroup, tmp_path: Path) -> None:
    head = line.character
    made = generate()
    fcurve = compat.channels(head).find(speech.path("Ah"))
    top = max(fcurve.keyframe_points, key=lambda k: k.co[1])
    frame, raised = top.co[0], top.co[1] * 0.5
    top.co[1] = raised
    top.handle_left[1] = top.handle_right[1] = raised
    own = compat.channels(head).ensure(speech.path("Oh"), 0, "Lip-Sync").keyframe_points.insert(20, 0.3)
    own.type = "KEYFRAME"
    generate()
    fcurve = compat.channels(head).find(speech.path("Ah"))
    assert abs(fcurve.evaluate(frame) - raised) < 2e-3
    assert abs(compat.channels(head).find(speech.path("Oh")).evaluate(20) - 0.3) < 1e-4
    # And with other timings, which change everything around.
    moved = [(a, b, label if label != "i" else "u") for a, b, label in fabricate.SOUNDS]
    fabricate.textgrid(tmp_path / "line.TextGrid", moved)
    generate()
    fcurve = compat.channels(head).find(speech.path("Ah"))
    assert abs(fcurve.evaluate(frame) - raised) < 2e-3
    assert compat.channels(head).find(speech.path("U")) is not None
    assert "kept" in made.report.lower()
    assert bpy.ops.bilabial.restore() == {"FINISHED"}
    fcurve = compat.channels(head).find(speech.path("Ah"))
    assert fcurve.evaluate(frame) > raised + 0.05


def test_other_channels_and_frames_are_never_touched(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    speech.ensure(head)
    head.keyframe_insert("location", frame=30)
    channels = compat.channels(head)
    mine = channels.ensure(speech.path("Ah"), 0, "Mine")
    for frame in (1, 200):
        key = mine.keyframe_points.insert(frame, 0.5)
        key.handle_left_type = key.handle_right_type = "FREE"
    mine.update()

    def state() -> list[tuple]:
        found = compat.channels(head)
        location = [
            (tuple(k.co), k.type) for i in range(3) for k in found.find("location", i).keyframe_points
        ]
        outside = [
            (tuple(k.co), tuple(k.handle_left), tuple(k.handle_right), k.type)
            for k in found.find(speech.path("Ah")).keyframe_points
            if k.co[0] in (1, 200)
        ]
        return location + outside

    before = state()
    generate()
    assert state() == before
    bpy.ops.bilabial.clear(hand=True)
    assert state() == before


def test_style_is_live_and_undoable(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    made = generate()
    neutral = baking.styled(takes.load(made))
    made.jaw = 0.0
    jaw = compat.channels(head).find(speech.path("Jaw"))
    assert max(abs(jaw.evaluate(f)) for f in range(11, 59)) < 1e-4
    mbp = compat.channels(head).find(speech.path("MBP"))
    assert abs(mbp.evaluate(11 + 0.36 * 24) - 1.0) < 1e-3, "lips close whatever the style"
    made.jaw = 0.6
    assert (
        abs(
            compat.channels(head).find(speech.path("Jaw")).evaluate(30)
            - float(neutral["Jaw"].evaluate(19 / 24))
        )
        < 1e-4
    )
    assert bpy.ops.bilabial.style_preset(name="shout") == {"FINISHED"}
    assert lines.active(bpy.context.scene).jaw > 0.7
    made.gains[0] = 0.5
    ah = compat.channels(head).find(speech.path("Ah"))
    top = max(k.co[1] for k in ah.keyframe_points)
    assert top == pytest.approx(0.5 * max(neutral["Ah"].values), abs=0.02)


def test_a_style_for_a_range_leaves_the_rest(line: bpy.types.PropertyGroup) -> None:
    def jaw(frame: float) -> float:
        found = compat.channels(head).find(speech.path("Jaw"))  # a voice that never changes needs no keys
        return found.evaluate(frame) if found is not None else speech.neutral("Jaw")

    head = line.character
    made = generate()
    values = [jaw(f) for f in range(11, 59)]
    made.style_range, made.style_first, made.style_last = True, 40, 55
    made.jaw = 0.1
    assert all(abs(jaw(f) - values[f - 11]) < 1e-3 for f in range(11, 34))
    assert jaw(48) < values[48 - 11] * 0.5
    assert bpy.ops.bilabial.style_whole() == {"FINISHED"}
    assert abs(jaw(48) - values[48 - 11]) < 1e-3


def test_undo_brings_the_scene_back(line: bpy.types.PropertyGroup) -> None:
    name = line.character.name
    bpy.ops.ed.undo_push(message="before")
    assert bpy.ops.bilabial.generate("EXEC_DEFAULT", True) == {"FINISHED"}
    assert compat.channels(bpy.data.objects[name]) is not None
    bpy.ops.ed.undo()
    head = bpy.data.objects[name]
    assert compat.channels(head) is None
    assert not speech.has_controls(head)
    assert not len(bpy.context.scene.bilabial.lines)
    assert not bpy.data.texts


def test_the_take_survives_saving_and_opening(line: bpy.types.PropertyGroup, tmp_path: Path) -> None:
    head = line.character.name
    generate()
    file = str(tmp_path / "saved.blend")
    bpy.ops.wm.save_as_mainfile(filepath=file)
    takes._unpacked.clear()
    bpy.ops.wm.open_mainfile(filepath=file)
    made = lines.active(bpy.context.scene)
    assert takes.load(made) is not None
    made.jaw = 0.0
    jaw = compat.channels(bpy.data.objects[head]).find(speech.path("Jaw"))
    assert max(abs(jaw.evaluate(f)) for f in range(11, 59)) < 1e-4


def test_relabelling_a_sound_moves_only_its_neighbourhood(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    made = generate()
    names = [phone.name for phone in made.phones]
    index = names.index("i")
    before = baking.styled(takes.load(made))
    made.phones[index].name = "u"
    after = baking.styled(takes.load(lines.active(bpy.context.scene)))
    assert max(after["U"].evaluate(np.arange(0.8, 1.1, 0.01))) > 0.3
    assert compat.channels(head).find(speech.path("U")) is not None
    early = np.arange(0.3, 0.4, 0.01)
    assert np.array_equal(before["MBP"].evaluate(early), after["MBP"].evaluate(early))
    made = lines.active(bpy.context.scene)
    made.phone_index = index
    assert bpy.ops.bilabial.phone_delete() == {"FINISHED"}
    assert len(made.phones) == len(names) - 1
    assert bpy.ops.bilabial.phone_split() == {"FINISHED"}
    made.phones[0 if made.phones[0].name else 1].name = "not a sound"
    assert made.failed and "not a sound" in made.report


def test_markers_move_sounds(line: bpy.types.PropertyGroup) -> None:
    scene = bpy.context.scene
    made = generate()
    scene.timeline_markers.new("mine", frame=5)
    assert bpy.ops.bilabial.markers_show() == {"FINISHED"}
    markers = {m.name.split(" ")[1]: m for m in scene.timeline_markers if m.name != "mine"}
    assert "f" in markers
    markers["f"].frame -= 2
    start = next(p for p in takes.load(made).phones if p.label == "f").start
    assert bpy.ops.bilabial.markers_apply() == {"FINISHED"}
    moved = next(p for p in takes.load(lines.active(scene)).phones if p.label == "f").start
    assert moved == pytest.approx(start - 2 / 24, abs=0.5 / 24)
    assert bpy.ops.bilabial.markers_hide() == {"FINISHED"}
    assert [m.name for m in scene.timeline_markers] == ["mine"]


def test_fps_base_and_start_place_the_keys(line: bpy.types.PropertyGroup) -> None:
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = 30, 1.001
    head = line.character
    line.start = 100.5
    made = generate()
    curve = baking.styled(takes.load(made))["MBP"]
    fcurve = compat.channels(head).find(speech.path("MBP"))
    for frame in np.arange(101, 160, 0.5):
        seconds = (frame - 100.5) * 1.001 / 30
        assert abs(fcurve.evaluate(frame) - float(curve.evaluate(seconds))) < 1e-3


def test_two_lines_of_one_character_live_side_by_side(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    generate()
    ours = bpy.context.scene.bilabial
    assert bpy.ops.bilabial.line_add() == {"FINISHED"}
    second = lines.active(bpy.context.scene)
    first = ours.lines[0]
    second.character, second.source, second.file = head, "FILE", first.file
    second.start, second.phones_file = 101.0, first.phones_file
    assert bpy.ops.bilabial.generate(scope="ALL") == {"FINISHED"}
    fcurve = compat.channels(head).find(speech.path("MBP"))
    assert fcurve.evaluate(11 + 0.36 * 24) == pytest.approx(1.0, abs=1e-3)
    assert fcurve.evaluate(101 + 0.36 * 24) == pytest.approx(1.0, abs=1e-3)
    assert len(ours.report.splitlines()) == 2, ours.report
    ours.index = 1
    bpy.ops.bilabial.clear()
    fcurve = compat.channels(head).find(speech.path("MBP"))
    assert fcurve.evaluate(11 + 0.36 * 24) == pytest.approx(1.0, abs=1e-3)
    assert all(key.co[0] < 100 for key in fcurve.keyframe_points)


def test_keys_whose_line_is_gone_are_known_again(line: bpy.types.PropertyGroup, tmp_path: Path) -> None:
    """The character was appended to another file, or somebody deleted the take's text."""

    def keys() -> list[tuple]:
        return sorted((c.data_path, *(tuple(k.co) for k in c.keyframe_points)) for c in compat.channels(head))

    head = line.character
    generate()
    first = keys()
    top = max(compat.channels(head).find(speech.path("Ah")).keyframe_points, key=lambda k: k.co[1])
    frame, value = top.co[0], top.co[1]
    for edited in (False, True):
        bpy.data.texts.remove(lines.active(bpy.context.scene).take)
        if edited:
            top = max(compat.channels(head).find(speech.path("Ah")).keyframe_points, key=lambda k: k.co[1])
            top.co[1] = 0.5 * value
        made = generate()
        assert ("kept" in made.report) == edited
        assert (keys() == first) != edited
    kept = compat.channels(head).find(speech.path("Ah")).evaluate(frame)
    assert kept == pytest.approx(0.5 * value, abs=2e-3)
    # Another performance makes its own way: nothing of the old one is taken for an edit.
    bpy.data.texts.remove(made.take)
    fabricate.textgrid(tmp_path / "line.TextGrid", [(0.5, 0.9, "u"), (0.9, 1.6, "s")])
    assert "kept" not in generate().report
    mbp = compat.channels(head).find(speech.path("MBP"))
    assert mbp is None or max(mbp.evaluate(f) for f in range(11, 59)) < 1e-6


def test_a_copied_scene_goes_its_own_way(line: bpy.types.PropertyGroup) -> None:
    generate()
    scene = bpy.context.scene
    other = scene.copy()
    kept = scene.bilabial.lines[0].take.as_string()
    assert other.bilabial.lines[0].take == scene.bilabial.lines[0].take
    other.bilabial.lines[0].jaw = 0.2
    assert other.bilabial.lines[0].take != scene.bilabial.lines[0].take
    assert scene.bilabial.lines[0].take.as_string() == kept


def test_removing_a_line_leaves_its_keys_but_not_its_take(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    generate()
    assert bpy.ops.bilabial.line_remove() == {"FINISHED"}
    assert not bpy.data.texts and not len(bpy.context.scene.bilabial.lines)
    assert compat.channels(head).find(speech.path("MBP")) is not None


def test_a_shorter_or_moved_sound_leaves_nothing_behind(line: bpy.types.PropertyGroup) -> None:
    def last() -> float:
        return max(k.co[0] for c in compat.channels(line.character) for k in c.keyframe_points)

    made = generate()
    assert last() > 36
    made.use_range, made.range_first, made.range_last = True, 11, 30
    made = generate()
    assert last() < 36
    made.use_range, made.start = False, 111.0
    made = generate()
    frames = [k.co[0] for c in compat.channels(line.character) for k in c.keyframe_points]
    assert min(frames) > 109 and "kept" not in made.report


def test_timings_follow_the_part_that_is_heard(line: bpy.types.PropertyGroup) -> None:
    """The second m starts at 0.7 s of the file, wherever the range starts."""
    line.use_range, line.range_first, line.range_last = True, 23, 59
    made = generate()
    starts = [phone.start for phone in takes.load(made).phones if phone.label == "m"]
    assert starts == [pytest.approx(0.7 - 0.5)]
    fcurve = compat.channels(line.character).find(speech.path("MBP"))
    assert fcurve.evaluate(11 + 0.76 * 24) == pytest.approx(1.0, abs=1e-3)


def test_stepped_keys_hold(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    line.stepped, line.hold = True, 3
    generate()
    fcurve = compat.channels(head).find(speech.path("MBP"))
    assert {key.interpolation for key in fcurve.keyframe_points} == {"CONSTANT"}
    assert fcurve.evaluate(11 + 0.37 * 24) == 1.0


def test_lines_that_follow_without_a_gap_own_their_frames(
    line: bpy.types.PropertyGroup, tmp_path: Path
) -> None:
    """Both are cut off in mid-speech, and one begins on the frame at which the other ends."""
    head = line.character
    cut_off = [(0.0, 0.6, "m"), (0.6, 1.2, "u"), (1.2, 2.0, "ɑ")]
    fabricate.textgrid(tmp_path / "line.TextGrid", cut_off)
    generate()
    ours = bpy.context.scene.bilabial
    assert bpy.ops.bilabial.line_add() == {"FINISHED"}
    second, first = lines.active(bpy.context.scene), ours.lines[0]
    second.character, second.source, second.file = head, "FILE", first.file
    second.start = 59.0
    second.phones_file = str(fabricate.textgrid(tmp_path / "other.TextGrid", [(0.3, 2.0, "i")]))

    def keys() -> dict[str, list[tuple]]:
        return {
            curve.data_path: [tuple(key.co) for key in curve.keyframe_points]
            for curve in compat.channels(head)
        }

    assert bpy.ops.bilabial.generate(scope="ALL") == {"FINISHED"}
    after = keys()
    for control in ("Ah", "Ee"):
        fcurve = compat.channels(head).find(speech.path(control))
        assert fcurve.evaluate(58.99) == pytest.approx(0.0, abs=1e-6), "the first line ends at rest"
    assert bpy.ops.bilabial.generate(scope="ALL") == {"FINISHED"}
    assert keys() == after
    assert not any("kept" in one.report for one in ours.lines)
    ours.index = 1
    assert bpy.ops.bilabial.clear() == {"FINISHED"}
    fcurve = compat.channels(head).find(speech.path("Ah"))
    assert fcurve.evaluate(70) == pytest.approx(0.0, abs=1e-6)


def test_words_are_looked_for_only_where_there_is_no_text_and_they_are_wanted(
    line: bpy.types.PropertyGroup,
) -> None:
    from addon.speak.generation import plan

    assert line.find_words and plan(bpy.context, line).words == "auto"
    line.find_words = False
    assert plan(bpy.context, line).words == "none"
    copy = lines.add(bpy.context.scene, like=line)
    assert not copy.find_words
    line.text = "  five words "
    work = plan(bpy.context, line)
    assert work.text == "five words" and work.words_model is None
