"""Words beside the button: seen, rewritten, moved; and hand edits that go where their sounds go."""

from __future__ import annotations

from pathlib import Path

import bpy
import fabricate
import numpy as np
import pytest
from addon.host import compat
from addon.line import lines, takes
from addon.rig import speech

from conftest import ROOT

SAID = "Mama, my baby bought"
DEMO = ROOT / "docs" / "demo" / "line.flac"


def generate() -> bpy.types.PropertyGroup:
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    return lines.active(bpy.context.scene)


def curve(line: bpy.types.PropertyGroup, name: str) -> bpy.types.FCurve:
    return compat.channels(line.character).find(speech.path(name))


def hands(line: bpy.types.PropertyGroup, name: str) -> list[tuple[float, float]]:
    points = curve(line, name).keyframe_points
    return [(round(key.co[0], 2), round(key.co[1], 3)) for key in points if key.type == "KEYFRAME"]


def by_hand(line: bpy.types.PropertyGroup, name: str, frame: float, value: float) -> None:
    key = curve(line, name).keyframe_points.insert(frame, value)
    key.type = "KEYFRAME"
    curve(line, name).update()


@pytest.fixture
def spoken(line: bpy.types.PropertyGroup) -> bpy.types.PropertyGroup:
    """The demo's line, with its words."""
    pytest.importorskip("aud")
    line.file, line.phones_file, line.start = str(DEMO), "", 1.0
    line.text = (ROOT / "docs" / "demo" / "line.txt").read_text().strip()
    return line


def test_words_stand_beside_the_button_and_are_rewritten(spoken: bpy.types.PropertyGroup) -> None:
    words = spoken.text.split()
    spoken.text = spoken.text.replace(words[3], "elephants")
    assert bpy.ops.bilabial.check_text() == {"FINISHED"}
    assert "elephants" in spoken.text_doubt, "before anything is generated"
    assert spoken.take is None
    made = generate()
    take = takes.load(made)
    assert [word.name for word in made.words] == [word.text for word in take.words]
    wrong = next(i for i, word in enumerate(made.words) if word.name == "elephants")
    assert not made.words[wrong].heard or made.words[wrong].confidence < 0.5, "the panel shows it red"
    sure = [word for word in made.words if word.heard and word.confidence > 0.5]
    assert len(sure) > len(made.words) * 0.7

    made.word_index = wrong + 1
    clock = takes.written(made).clock
    now = bpy.context.scene.frame_current + bpy.context.scene.frame_subframe
    assert clock.seconds(now) == pytest.approx(made.words[wrong + 1].start, abs=0.01)
    assert made.phones[made.phone_index].end > made.words[wrong + 1].start

    before = list(take.phones)
    made.words[wrong].name = words[3]
    assert not made.failed, made.report
    after = takes.load(made)
    assert [word.text for word in after.words][wrong] == words[3].strip(",.").lower()
    assert made.words[wrong].heard
    room = after.words[wrong].start - 0.35, after.words[wrong].end + 0.35
    outside = [p for p in before if p.end < room[0] or p.start > room[1]]
    assert {(p.start, p.label) for p in outside} <= {(p.start, p.label) for p in after.phones}
    assert words[3].strip(",.").lower() in made.text and "elephants" not in made.text
    assert takes.heard(made) is None, "a word that is written is no correction of a sound"
    again = generate()
    assert "kept" not in again.report, again.report
    assert [word.name for word in again.words] == [word.text for word in after.words]

    assert bpy.ops.bilabial.check_text() == {"FINISHED"}
    assert made.text_doubt == "" and made.report == "Every word is said in the sound."
    made.words[wrong].name = "mississippi steamboat captains all over"
    assert made.failed and "too many" in made.report
    assert made.words[wrong].name == words[3].strip(",.").lower()


def test_words_that_are_found_by_themselves_are_in_the_list_and_close_the_lips(
    spoken: bpy.types.PropertyGroup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Generate does as it comes: no text, words looked for, the model that is in the zip."""
    monkeypatch.delenv("BILABIAL_WORDS_MODEL", raising=False)
    if not (ROOT / "trained_models" / "words-1" / "weights.safetensors").is_file():
        pytest.skip("the words model is not in this checkout")
    spoken.text = ""
    assert spoken.find_words
    made = generate()
    take = takes.load(made)
    assert take.words_model is not None and take.words_model.name == "words-1"
    heard = [word.name for word in made.words]
    assert {"puppy", "pumpkin", "watch"} <= set(heard) and len(heard) > 20
    puppy = next(number for number, word in enumerate(take.words) if word.text == "puppy")
    closures = [phone for phone in take.phones if phone.word == puppy and phone.group == "MBP"]
    assert [phone.source for phone in closures] == ["text", "text"]
    shut = curve(made, "MBP")
    for phone in closures:
        frame = 1 + (phone.start + phone.end) / 2 * 24
        assert shut.evaluate(frame) > 0.9, phone
    made.find_words = False
    assert takes.load(generate()).words == ()


def test_a_moved_word_takes_curves_and_hand_keys_along(spoken: bpy.types.PropertyGroup) -> None:
    made = generate()
    number = next(i for i, word in enumerate(made.words) if word.end - word.start > 0.25)
    start, end = made.words[number].start, made.words[number].end
    next_end = made.words[number + 1].end
    clock = takes.written(made).clock
    middle = round(float(clock.frames((start + end) / 2)))
    name = max(
        (c.data_path for c in compat.channels(made.character) if "Speech" in c.data_path),
        key=lambda path: abs(compat.channels(made.character).find(path).evaluate(middle)),
    ).split("Speech ")[1].rstrip('"]')  # fmt: skip
    by_hand(made, name, middle, 0.33)
    assert bpy.ops.bilabial.word_move(number=number, start=start, end=end + 0.12) == {"FINISHED"}
    assert made.words[number].end == pytest.approx(end + 0.12, abs=1e-4)
    assert made.words[number + 1].start == pytest.approx(end + 0.12, abs=1e-4)
    assert made.words[number + 1].end == pytest.approx(next_end, abs=1e-4)
    share = (float(clock.seconds(middle)) - start) / (end - start)
    went = float(clock.frames(start + share * (end + 0.12 - start)))
    # Each phone keeps a least length, so a share of a word is not quite the share of its phones.
    assert hands(made, name) == [(pytest.approx(went, abs=0.1), 0.33)]
    assert "with their phones" in made.report
    far = [key.co[0] for c in compat.channels(made.character) for key in c.keyframe_points]
    assert len(set(far)) > 20
    assert bpy.ops.bilabial.word_select() == {"FINISHED"}
    assert bpy.ops.bilabial.word_range() == {"FINISHED"} and bpy.context.scene.use_preview_range
    assert bpy.ops.bilabial.word_range() == {"FINISHED"} and not bpy.context.scene.use_preview_range


def test_a_moved_border_moves_both_sounds_and_the_key_between(line: bpy.types.PropertyGroup) -> None:
    made = generate()
    by_hand(made, "MBP", 11 + 0.5 * 24, 0.4)  # in the first ɑ, 0.42 to 0.7 s
    index = [phone.name for phone in made.phones].index("ɑ")
    assert bpy.ops.bilabial.border_move(index=index, side="end", seconds=0.62) == {"FINISHED"}
    phones = takes.load(made).phones.phones
    assert (phones[index].end, phones[index + 1].start) == (0.62, 0.62)
    went = 0.42 + (0.5 - 0.42) * (0.62 - 0.42) / (0.7 - 0.42)
    assert hands(made, "MBP") == [(pytest.approx(11 + went * 24, abs=0.02), 0.4)]
    closed = curve(made, "MBP")
    assert closed.evaluate(11 + 24 * 0.68) == pytest.approx(1.0, abs=1e-3), "the second m closes earlier"
    again = generate()
    assert hands(again, "MBP") == [(pytest.approx(11 + went * 24, abs=0.02), 0.4)]
    assert takes.load(again).phones.phones[index].end == pytest.approx(0.62)


def test_a_line_recorded_again_keeps_its_edits_and_says_what_it_lost(
    line: bpy.types.PropertyGroup, tmp_path: Path
) -> None:
    made = generate()
    by_hand(made, "MBP", 11 + 0.5 * 24, 0.4)  # in the first ɑ
    by_hand(made, "FV", 11 + 1.2 * 24, 0.5)  # in the f, which nobody says the second time
    made.phones[[phone.name for phone in made.phones].index("i")].name = "e"
    slower = [
        (0.0, 0.5, ""),
        (0.5, 0.7, "m"),
        (0.7, 1.1, "ɑ"),
        (1.1, 1.3, "m"),
        (1.3, 1.7, "i"),
        (1.7, 2.0, ""),
    ]
    sound = fabricate.tone(tmp_path / "again.wav")
    data = bytearray(sound.read_bytes())
    data[-400:] = b"\x07" * 400  # another sound, to whoever looks at its bytes
    sound.write_bytes(data)
    made.file = str(sound)
    made.phones_file = str(fabricate.textgrid(tmp_path / "again.TextGrid", slower))
    again = generate()
    went = 0.7 + (0.5 - 0.42) / (0.7 - 0.42) * (1.1 - 0.7)
    assert hands(again, "MBP") == [(pytest.approx(11 + went * 24, abs=0.02), 0.4)]
    assert curve(again, "FV") is None or hands(again, "FV") == []
    assert "FV 1.1 s" in again.report and "no place any more" in again.report
    assert "e" in [phone.label for phone in takes.load(again).phones], "the corrected sound as well"


def test_another_text_altogether_keeps_edits_where_they_are(
    line: bpy.types.PropertyGroup, tmp_path: Path
) -> None:
    made = generate()
    by_hand(made, "MBP", 23.0, 0.4)
    sound = fabricate.tone(tmp_path / "other.wav")
    sound.write_bytes(sound.read_bytes()[:-2] + b"\x07\x07")
    made.file = str(sound)
    sounds = [(0.1, 0.3, "s"), (0.3, 0.5, "u"), (0.5, 0.8, "k"), (0.8, 1.2, "w"), (1.2, 1.4, "ʃ")]
    made.phones_file = str(fabricate.textgrid(tmp_path / "other.TextGrid", sounds))
    assert hands(generate(), "MBP") == [(23.0, 0.4)]


def test_ten_minutes_of_words_fill_their_list_at_once(line: bpy.types.PropertyGroup) -> None:
    import time
    from dataclasses import replace

    from addon.speak import phone_list

    from bilabial.phonemes.track import Phone, PhoneTrack

    made = generate()
    phones = PhoneTrack.of(Phone(i * 0.1, i * 0.1 + 0.1, "m", "MBP") for i in range(6000))
    takes.store(made, replace(takes.load(made), phones=phones))
    phone_list.fill_list(made)
    began = time.process_time()
    phone_list.fill_list(made)
    assert time.process_time() - began < 0.1
    assert np.isclose(made.phones[5999].start, 599.9)


class _View:
    """A region's view of a dope sheet: so many frames from its left to its right edge."""

    def __init__(self, left: float, right: float, width: int) -> None:
        self.left, self.right, self.width = left, right, width

    def region_to_view(self, x: float, y: float) -> tuple[float, float]:
        return self.left + (self.right - self.left) * x / self.width, y


class _Region:
    def __init__(self, left: float, right: float, width: int = 1000, height: int = 400) -> None:
        self.width, self.height, self.view2d = width, height, _View(left, right, width)


def test_the_band_knows_what_lies_under_the_mouse(line: bpy.types.PropertyGroup) -> None:
    from dataclasses import replace

    from addon.ui import sound_band

    from bilabial.phonemes.track import SaidWord

    made = generate()
    take = takes.load(made)
    takes.store(made, replace(take, words=(SaidWord("ma", 0.3, 0.7, 0.9), SaidWord("mi", 0.7, 1.1, 0.2))))
    context = bpy.context
    band = sound_band.band_in(context, _Region(11.0, 11.0 + 48.0))  # two seconds on a thousand pixels
    assert band is not None
    assert band.x(1.0) == pytest.approx(500.0) and band.seconds(250.0) == pytest.approx(0.5)
    words, wave, top = band.rows
    sounds, in_words = (band.bottom + words) / 2, (words + wave) / 2
    index = [phone.name for phone in made.phones].index("ɑ")
    assert sound_band.grip_at(band, 349.0, sounds) == sound_band.Grip("phone", index, "end", 0.7)
    assert sound_band.grip_at(band, 348.0, in_words) == sound_band.Grip("word", 0, "end", 0.7)
    assert sound_band.grip_at(band, 352.0, in_words) == sound_band.Grip("word", 1, "start", 0.7)
    body = sound_band.grip_at(band, 250.0, in_words)
    assert (body.kind, body.index, body.side) == ("word", 0, "body")
    assert sound_band.moved_to(band, body, 0.6) == (pytest.approx(0.4), pytest.approx(0.8))
    assert sound_band.grip_at(band, 800.0, in_words) is None, "no word"
    assert sound_band.grip_at(band, 349.0, top + 5) is None, "above the band are the keys"
    assert sound_band.on_a_frame(band, 0.51) == pytest.approx(0.5)
    assert sound_band.band_in(context, _Region(11.0, 59.0, height=60)) is None, "no room"


def test_the_waveform_is_read_once_and_any_part_of_it_costs_its_columns(
    line: bpy.types.PropertyGroup,
) -> None:
    from addon.line import audio, peaks

    made = generate()
    hearing = audio.hear(bpy.context.scene, made)
    cells = peaks.peaks(hearing)
    assert cells is not None, "the generation has left them"
    samples = audio.decode(hearing)
    assert len(cells) == 2 * peaks.CELLS
    assert cells[:, 1].max() == pytest.approx(samples.max()) and cells[:, 0].min() == samples.min()
    parts = peaks.columns(cells, -1.0, 3.0, 400)
    assert not parts[:100].any() and not parts[300:].any() and parts[100:300].any()
    assert parts[:, 1].max() == pytest.approx(samples.max())
    assert bpy.ops.bilabial.drag_borders.poll()


def strip_of(line: bpy.types.PropertyGroup) -> object:
    scene = bpy.context.scene
    strip = compat.new_sound_strip(scene, "voice", line.file, 2)
    strip.frame_start = 11.0
    line.source, line.strip = "STRIP", "voice"
    return strip


def test_a_strip_takes_its_line_along_without_hearing_it_again(line: bpy.types.PropertyGroup) -> None:
    from addon.speak import following, generation

    strip = strip_of(line)
    made = generate()
    scene = bpy.context.scene
    by_hand(made, "MBP", 23.0, 0.4)
    made.phones[[phone.name for phone in made.phones].index("i")].name = "u"
    assert not following.has_moved(scene, made)
    strip.frame_start = 41.0
    assert following.has_moved(scene, made)

    def deaf(*_: object) -> None:
        raise AssertionError("nothing is heard anew")

    heard, generation.perform = generation.perform, deaf
    try:
        assert bpy.ops.bilabial.follow() == {"FINISHED"}
        assert hands(made, "MBP") == [(53.0, 0.4)]
        assert min(key.co[0] for c in compat.channels(made.character) for key in c.keyframe_points) > 40.0
        assert not following.has_moved(scene, made)
        strip.frame_offset_start = 6  # a quarter of a second less at its start
        assert following.has_moved(scene, made)
        assert bpy.ops.bilabial.follow() == {"FINISHED"}
    finally:
        generation.perform = heard
    assert hands(made, "MBP") == [(53.0, 0.4)], "it belongs to its moment of the sound"
    take = takes.load(made)
    assert take.sound.duration == pytest.approx(2.0 - 0.25)
    assert [phone.label for phone in take.phones if not phone.is_silence][-2:] == ["u", "f"]
    assert takes.is_corrected(made)
    strip.frame_offset_start = 0
    assert bpy.ops.bilabial.follow() == {"FINISHED"}
    assert "more of its sound" in made.report


def test_a_strip_of_another_sound_is_not_followed(line: bpy.types.PropertyGroup, tmp_path: Path) -> None:
    strip = strip_of(line)
    made = generate()
    other = fabricate.tone(tmp_path / "other.wav")
    other.write_bytes(other.read_bytes()[:-2] + b"\x07\x07")
    strip.sound.filepath = str(other)
    with pytest.raises(RuntimeError, match="another sound now"):
        bpy.ops.bilabial.follow()
    assert made.failed
