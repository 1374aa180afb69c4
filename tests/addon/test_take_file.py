"""A line's take as a file beside its sound: made elsewhere, edited on both sides, fetched and sent."""

from __future__ import annotations

import wave
from dataclasses import replace
from pathlib import Path

import bpy
import fabricate
import numpy as np
import pytest
from addon.bilabial.audio.reading import sound_hash
from addon.bilabial.curves.curve import HAND
from addon.bilabial.curves.format import load, save
from addon.bilabial.curves.style import Style
from addon.bilabial.curves.take import SoundReference
from addon.bilabial.exchange.phones import read_phones
from addon.bilabial.phonemes.edits import relabel
from addon.bilabial.pipeline import GenerateOptions, generate_from_samples
from addon.host import compat
from addon.line import lines, takes
from addon.rig import speech
from addon.speak import take_file
from addon.ui import take_file as panel


@pytest.fixture
def file(line: bpy.types.PropertyGroup, tmp_path: Path) -> Path:
    """The take that the Studio or the terminal made of the line's sound."""
    sound = Path(line.file)
    with wave.open(str(sound)) as stream:
        samples = np.frombuffer(stream.readframes(stream.getnframes()), np.int16) / np.float32(32768)
    reference = SoundReference("line.wav", len(samples) / 16_000, sound_hash(sound))
    options = GenerateOptions(phones=read_phones(Path(line.phones_file)))
    path = tmp_path / "line.take.json"
    save(generate_from_samples(samples.astype(np.float32), reference, options), path)
    return path


def fetch() -> bpy.types.PropertyGroup:
    assert bpy.ops.bilabial.take_fetch() == {"FINISHED"}
    return lines.active(bpy.context.scene)


def curve_of(name: str) -> bpy.types.FCurve:
    return compat.channels(lines.active(bpy.context.scene).character).find(speech.path(name))


def told() -> str:
    return panel.look(bpy.context.scene)


def test_a_take_beside_the_sound_is_offered_fetched_and_plays(
    line: bpy.types.PropertyGroup, file: Path
) -> None:
    assert told() == panel.NEW
    made = fetch()
    assert made.uid and len(bpy.context.scene.bilabial.lines) == 1 and told() == ""
    take = load(file)
    frames = np.arange(11, 58)
    wanted = take.styled()["MBP"].evaluate((frames - 11) / 24)
    assert np.abs([curve_of("MBP").evaluate(f) for f in frames] - wanted).max() < 1e-3
    assert len(made.phones) == len(take.phones)


def test_what_the_studio_changes_is_noticed_and_keys_by_hand_in_both_places_stay(
    line: bpy.types.PropertyGroup, file: Path
) -> None:
    made = fetch()
    take = load(file)
    lip = take.track().curves["Ah"]
    index = int(np.argmax(lip.values))
    at = float(lip.times[index])
    curve_of("MBP").keyframe_points.insert(50, 0.7).type = "KEYFRAME"
    edited = replace(
        lip.moved(index, at, 0.33),
        origin=np.where(np.arange(len(lip)) == index, HAND, lip.origin).astype(np.uint8),
    )
    changed = take.with_curves({**take.track().curves, "Ah": edited})
    save(replace(changed, phones=relabel(take.phones, len(take.phones) - 1, "f")), file)
    assert told() == panel.NEWER
    fetch()
    assert told() == ""
    assert curve_of("MBP").evaluate(50) == pytest.approx(0.7, abs=1e-3)
    assert curve_of("Ah").evaluate(11 + at * 24) == pytest.approx(0.33, abs=1e-3)
    assert made.phones[-1].name == "f" and takes.is_corrected(made)


def test_what_is_sent_holds_the_keys_by_hand_and_comes_back_without_a_conflict(
    line: bpy.types.PropertyGroup, file: Path
) -> None:
    made = fetch()
    curve_of("MBP").keyframe_points.insert(50, 0.7).type = "KEYFRAME"
    assert bpy.ops.bilabial.take_send() == {"FINISHED"}
    sent = load(file)
    mbp = sent.track().curves["MBP"]
    near = int(np.argmin(np.abs(mbp.times - (50 - 11) / 24)))
    assert mbp.values[near] == pytest.approx(0.7, abs=1e-3) and mbp.origin[near] == HAND
    assert sent.sound.path == "line.wav" and told() == ""
    before = np.array([key.co for key in curve_of("MBP").keyframe_points])
    fetch()
    after = np.array([key.co for key in curve_of("MBP").keyframe_points])
    assert after.shape == before.shape and np.abs(after - before).max() < 1e-3
    assert not takes.conflicts_of(made)
    save(sent.with_style(Style.preset("mumble")), file)  # the Studio turns a dial
    fetch()
    assert made.jaw < 0.6 and takes.load(made).style.dials.jaw_gain < 1.0
    assert curve_of("MBP").evaluate(50) == pytest.approx(0.7, abs=1e-3)
    assert bpy.ops.bilabial.take_send() == {"FINISHED"}
    assert lines.active(bpy.context.scene).report.startswith("line.take.json is written.")


def test_what_does_not_belong_is_refused_in_a_sentence_and_leaves_no_line(
    line: bpy.types.PropertyGroup, file: Path, tmp_path: Path
) -> None:
    content = file.read_bytes()

    def refused(words: str) -> None:
        with pytest.raises(RuntimeError, match=words):
            bpy.ops.bilabial.take_fetch()
        assert not bpy.context.scene.bilabial.lines

    file.unlink()
    refused("make it in the Studio")
    file.write_bytes(b"{}")
    refused("take")
    file.write_bytes(b"\xff\xfe")
    refused("UTF-8")
    file.write_bytes(content)
    fabricate.tone(Path(line.file), seconds=1.5)
    refused("another sound")


def test_sending_writes_over_no_take_that_was_never_fetched(
    line: bpy.types.PropertyGroup, file: Path
) -> None:
    content = file.read_bytes()
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    with pytest.raises(RuntimeError, match="fetch it first"):
        bpy.ops.bilabial.take_send()
    assert file.read_bytes() == content
    file.unlink()
    assert bpy.ops.bilabial.take_send() == {"FINISHED"}
    assert load(file).phones == takes.load(lines.active(bpy.context.scene)).phones


def test_the_file_is_looked_at_by_a_timer_and_read_only_when_it_changes(
    line: bpy.types.PropertyGroup, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bpy.app.timers.is_registered(panel.watch)
    fetch()
    assert panel.watch() == panel.LOOK_S
    monkeypatch.setattr(take_file, "is_changed", lambda *given: pytest.fail("it was read again"))
    assert panel.watch() == panel.LOOK_S and panel.told_of(bpy.context.scene) == ""
