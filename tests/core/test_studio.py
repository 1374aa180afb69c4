"""The Studio without windows: edits and their undoing, lines, files that others change, clocks, comparing."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from silent_takes import silent_take

from bilabial.curves.curve import HAND, Curve
from bilabial.curves.files import load_take
from bilabial.curves.format import save
from bilabial.curves.style import Style
from bilabial.curves.take import SPEECH, SoundReference, Take
from bilabial.errors import BilabialError, Cancelled, PhoneError
from bilabial.jobs import Job
from bilabial.phonemes import edits as phone_edits
from bilabial.phonemes.track import Phone, PhoneTrack, SaidWord
from bilabial.phonemes.word_spans import names_of, word_spans
from bilabial.pipeline import GenerateOptions
from bilabial.qa.finding import Finding
from bilabial.qa.remarks import FILE, NOTHING, Note, Remarks, State, read_remarks, write_remarks
from bilabial.studio import generating, key_edits, reasons
from bilabial.studio.commands import Command, History
from bilabial.studio.compare import BlindTest, differences
from bilabial.studio.exporting import FORMATS, export
from bilabial.studio.film import film
from bilabial.studio.key_edits import Selection
from bilabial.studio.lexicon import FILE as LEXICON
from bilabial.studio.lines import LARGE, Filter, Line, order, scan
from bilabial.studio.live import LiveSession
from bilabial.studio.session import Session
from bilabial.studio.settings import Settings
from bilabial.studio.transport import SilentOutput, Transport, best_output
from bilabial.studio.waveform import slower, spectrogram, wave_of
from bilabial.timing import SAMPLE_RATE

PHONES = [
    Phone(0.3, 0.4, "m", "MBP", confidence=0.9, word=0), Phone(0.4, 0.6, "ɑ", "Ah", 1, 0.4, 0),
    Phone(0.6, 0.7, "p", "MBP", confidence=0.8, word=1), Phone(0.7, 0.9, "i", "Ee", 0, 0.7, 1),
    Phone(1.1, 1.3, "s", "S", confidence=0.9, word=2),
]  # fmt: skip
END = 1.6


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILABIAL_STATE", str(tmp_path / "state"))


@pytest.fixture(scope="module")
def take() -> Take:
    return silent_take(PHONES, END)


@pytest.fixture
def folder(tmp_path: Path, take: Take) -> Path:
    place = tmp_path / "lines"
    place.mkdir()
    noise = np.random.default_rng(1).normal(0, 0.1, round(END * SAMPLE_RATE)).astype(np.float32)
    soundfile.write(place / "line.wav", noise, SAMPLE_RATE)
    save(replace(take, sound=SoundReference("line.wav", END)), place / "line.take.json")
    soundfile.write(place / "other.wav", noise, SAMPLE_RATE)
    (place / "other.txt").write_text("mop easy", "utf-8")
    return place


@pytest.fixture
def session(folder: Path) -> Session:
    found = Session(Settings(), SilentOutput())
    found.listen_to_line = lambda: None  # type: ignore[method-assign]  # the ear costs seconds
    found.open_place(folder)
    found.open_line("line")
    found.wait()
    return found


def test_the_lexicon_of_a_folder_is_edited_heard_and_read_again_when_another_changes_it(
    session: Session, folder: Path
) -> None:
    lexicon = session.lexicon
    assert lexicon.path == folder / LEXICON and lexicon.entries() == []
    assert lexicon.guesses("Xyzzle met", "en")[0][0] == "xyzzle"
    told: list[int] = []
    session.listen("lexicon", lambda: told.append(1))
    lexicon.set("Xyzzle", "Z IH1 Z AH0 L, Z AY1 Z AH0 L")
    assert lexicon.entries() == [("xyzzle", "Z IH1 Z AH0 L, Z AY1 Z AH0 L")] and told
    assert lexicon.guesses("Xyzzle met", "en") == []
    asked: list[GenerateOptions] = []

    def made(lines, options, progress, cancelled, hand_in):  # type: ignore[no-untyped-def]
        asked.append(options)
        return generating.BatchResult((), ())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(generating, "make_lines", made)
        session.generate(["other"])
        session.wait()
    assert asked[0].lexicon is not None and "xyzzle" in asked[0].lexicon.words
    (folder / LEXICON).write_text("Kvothe K QQ\n", "utf-8")
    session.attempt(lexicon.look)
    assert "line 1: 'QQ' is no phone" in session.message  # and what was known stays known
    assert "xyzzle" in lexicon.words.words
    (folder / LEXICON).unlink()
    lexicon.look()
    assert lexicon.entries() == []


# Phones


def labels(track: PhoneTrack) -> list[str]:
    return [phone.label for phone in track]


def test_a_border_moves_both_sounds_that_touch_and_stops_at_their_ends() -> None:
    track = PhoneTrack.of(PHONES)
    moved = phone_edits.move_border(track, 0, "end", 0.45).phones
    assert (moved[0].end, moved[1].start) == (0.45, 0.45)
    far = phone_edits.move_border(track, 0, "end", 5.0).phones
    assert far[0].end == pytest.approx(0.6 - phone_edits.SHORTEST)
    alone = phone_edits.move_border(track, 4, "start", 0.2).phones
    assert alone[4].start == 0.9  # the gap ends at the sound before


def test_the_nearest_border_is_found_within_reach() -> None:
    track = PhoneTrack.of(PHONES)
    assert phone_edits.border_near(track, 0.41, 0.02) == (0, "end")
    assert phone_edits.border_near(track, 1.09, 0.02) == (4, "start")
    assert phone_edits.border_near(track, 0.5, 0.02) is None


def test_sounds_are_split_joined_renamed_inserted_and_deleted() -> None:
    track = PhoneTrack.of(PHONES)
    two = phone_edits.split(track, 0.5, ("ɑ", "ɪ"))
    assert labels(two)[:4] == ["m", "ɑ", "ɪ", "p"] and two.phones[1].end == 0.5
    one = phone_edits.join(two, [1, 2])
    assert labels(one) == labels(track) and one.phones[1].end == 0.6
    named = phone_edits.relabel(track, 2, "f")
    assert named.phones[2].group == "FV" and named.phones[2].confidence == 1.0
    arpabet = phone_edits.relabel(track, 2, "SH")
    assert arpabet.phones[2].group == "ShChZh"
    group = phone_edits.relabel(track, 2, "MBP")
    assert group.phones[2].group == "MBP"
    more = phone_edits.insert(track, 0.95, 1.05, "b")
    assert labels(more) == ["m", "ɑ", "p", "i", "b", "s"]
    inside = phone_edits.insert(track, 0.45, 0.5, "b")
    assert labels(inside)[:4] == ["m", "ɑ", "b", "ɑ"] and inside.phones[2].word == 0
    assert labels(phone_edits.delete(track, [1, 2])) == ["m", "i", "s"]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda track: phone_edits.split(track, 1.0), "no phone is at"),
        (lambda track: phone_edits.split(track, 0.301), "too short to split"),
        (lambda track: phone_edits.join(track, [0, 2]), "follow one another"),
        (lambda track: phone_edits.relabel(track, 0, " "), "has no name"),
        (lambda track: phone_edits.relabel(track, 0, "qqq7"), "qqq7"),
    ],
)
def test_what_cannot_be_done_to_sounds_is_a_sentence(edit, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(PhoneError, match=said):
        edit(PhoneTrack.of(PHONES))


def test_words_are_runs_of_sounds_and_take_their_names_from_the_text() -> None:
    track = PhoneTrack.of(PHONES)
    assert [word.text for word in word_spans(track)] == ["mɑ", "pi", "s"]
    named = word_spans(track, names_of((), "ma pea S!"))
    assert [word.text for word in named] == ["ma", "pea", "s"]
    said = [SaidWord(text, 0.0, 1.0, 1.0) for text in ("MA", "PEA", "SS")]
    assert [word.text for word in word_spans(track, names_of(said))] == ["MA", "PEA", "SS"]
    assert named[1].phones == (2, 3) and named[1].start == 0.6
    assert 0.7 < named[1].confidence < 0.8


# Keys


def chosen(take: Take, curve: str, count: int = 1) -> Selection:
    times = take.track().curves[curve].times[1 : 1 + count].tolist()
    return Selection(SPEECH, {curve: frozenset(times)})


def test_keys_move_with_their_handles_become_a_hands_and_stop_at_neighbours(take: Take) -> None:
    before = take.track().curves["Ah"]
    moved, selection = key_edits.moved(take, chosen(take, "Ah"), 0.01, -0.1)
    after = moved.track().curves["Ah"]
    assert after.origin[1] == HAND and after.times[1] == pytest.approx(before.times[1] + 0.01)
    assert after.values[1] == pytest.approx(before.values[1] - 0.1)
    assert selection.of("Ah") == {after.times[1]}
    far, _ = key_edits.moved(take, chosen(take, "Ah"), 9.0, 0.0)
    assert len(far.track().curves["Ah"]) == len(before)
    assert (np.diff(far.track().curves["Ah"].times) > 0).all()


def test_keys_are_scaled_deleted_added_and_given_tangents(take: Take) -> None:
    selection = chosen(take, "Ah")
    before = take.track().curves["Ah"]
    half = key_edits.scaled(take, selection, 0.5).track().curves["Ah"]
    assert half.values[1] == pytest.approx(before.values[1] / 2) and half.origin[1] == HAND
    assert len(key_edits.deleted(take, selection).track().curves["Ah"]) == len(before) - 1
    more = key_edits.added(take, SPEECH, "GK", 0.5, 0.4).track().curves["GK"]
    assert more.evaluate([0.5])[0] == pytest.approx(0.4) and HAND in more.origin
    for kind in key_edits.TANGENTS:
        curve = key_edits.with_tangents(take, selection, kind).track().curves["Ah"]
        assert curve.origin[1] == HAND
        if kind == "flat":
            assert curve.left[1, 1] == curve.values[1] == curve.right[1, 1]


def test_keys_are_chosen_by_box(take: Take) -> None:
    found = key_edits.in_box(take, SPEECH, {"MBP": (0.0, 0.5, 0.9, 1.1), "Ah": (5.0, 6.0, 0.0, 1.0)})
    assert set(found.keys or {}) == {"MBP"} and found.span is not None and found.span[1] <= 0.5


def test_a_budget_thins_keys_and_keeps_those_of_a_hand_and_the_closures(take: Take) -> None:
    times = np.arange(0, END, 1 / 30)
    baked = {
        name: Curve.hermite(times, curve.evaluate(times), np.zeros(len(times)))
        for name, curve in take.track().curves.items()
    }
    baked["MBP"] = take.track().curves["MBP"]
    edited, _ = key_edits.moved(take.with_curves(baked), chosen(take.with_curves(baked), "Ah"), 0.0, 0.1)
    fewer = key_edits.thinned(edited, SPEECH, 0.05)
    assert fewer.track().key_count < 0.3 * edited.track().key_count
    by_hand = edited.track().curves["Ah"]
    index = int(np.flatnonzero(by_hand.origin == HAND)[0])
    kept = fewer.track().curves["Ah"]
    there = by_hand.times[index : index + 1]
    assert there[0] in kept.times and kept.evaluate(there)[0] == pytest.approx(by_hand.values[index])
    shut = np.linspace(0.31, 0.39, 20)
    np.testing.assert_allclose(fewer.track().curves["MBP"].evaluate(shut), 1.0, atol=1e-6)


# Doing and undoing


def test_history_goes_back_and_on_and_merges_a_drag(take: Take) -> None:
    history = History(take)
    first = take.with_style(Style.preset("mumble"))
    assert history.apply(Command("one", lambda _: first))
    for name in ("shout", "whisper"):
        history.apply(Command("drag", lambda t, name=name: t.with_style(Style.preset(name)), "dials"))
    assert history.undo() == "drag" and history.take is first
    assert history.undo() == "one" and history.take is take and history.undo() == ""
    assert history.redo() == "one" and history.redo() == "drag"
    assert history.take.style.name == "whisper"
    history.close_step()
    history.apply(Command("drag", lambda t: t.with_style(Style()), "dials"))
    history.undo()
    assert history.take.style.name == "whisper"
    assert not history.apply(Command("nothing", lambda t: t))


def test_an_edit_of_a_phone_changes_only_its_span_and_keeps_hand_keys(session: Session) -> None:
    document = session.document
    assert document is not None
    session.select_keys(
        Selection(SPEECH).with_keys("S", document.take.track().curves["S"].times[1:2].tolist())
    )
    session.move_keys(0.0, -0.05)
    by_hand = document.take.track().curves["S"]
    before = document.take
    session.select_phones([2])
    session.relabel("t")
    after = document.take
    assert after.phones.phones[2].group == "LNTD"
    assert after.track().curves["S"].identical(by_hand)
    assert not after.track().curves["MBP"].identical(before.track().curves["MBP"])
    session.undo()
    assert document.take is before
    session.redo()
    assert document.take.phones == after.phones


def test_sounds_are_edited_by_the_cursor_alone(session: Session) -> None:
    document = session.document
    assert document is not None
    session.transport.seek(0.5)
    session.split()
    assert len(document.take.phones) == 6
    session.select_phones([1, 2])
    session.join()
    assert len(document.take.phones) == 5 and session.phones == {1}
    session.transport.seek(0.95)
    session.insert("b")
    session.select_phones([4])
    session.delete()
    assert labels(document.take.phones) == ["m", "ɑ", "p", "i", "s"]
    session.move_border(0, "end", 0.42)
    assert document.history.undo_label == "Move a border"


# Files


def test_saving_keeps_the_edit_and_the_recovery_goes(session: Session, folder: Path) -> None:
    document = session.document
    assert document is not None
    session.set_style(Style.preset("shout"))
    assert document.dirty
    document.keep_recovery()
    assert document.recovery.file.is_file()
    session.save()
    session.wait()
    assert not document.dirty and not document.recovery.file.exists()
    assert load_take(folder / "line.take.json").style.name == "shout"


def test_after_a_crash_the_edits_are_back_and_can_be_undone(session: Session, folder: Path) -> None:
    assert session.document is not None
    session.set_style(Style.preset("shout"))
    session.document.keep_recovery()
    again = Session(Settings(), SilentOutput())
    again.listen_to_line = lambda: None  # type: ignore[method-assign]
    again.open_place(folder)
    again.open_line("line")
    assert again.document is not None and again.document.take.style.name == "shout"
    assert "put back" in again.message
    again.undo()
    assert again.document.take.style.name == "neutral"


def test_what_another_program_writes_is_merged_and_no_edit_is_lost(session: Session, folder: Path) -> None:
    document = session.document
    assert document is not None
    file = folder / "line.take.json"
    mine = document.take.track().curves["Ah"].times[1:2].tolist()
    session.select_keys(Selection(SPEECH).with_keys("Ah", mine))
    session.move_keys(0.0, -0.2)
    theirs = load_take(file)
    curve = theirs.track().curves["S"]
    edited = curve.moved(1, float(curve.times[1]), 0.11)
    time.sleep(0.02)
    save(theirs.with_curves({**theirs.track().curves, "S": edited}), file)
    session.watch()
    session.wait()
    assert document.take.track().curves["S"].evaluate([float(curve.times[1])])[0] == pytest.approx(0.11)
    ours = document.take.track().curves["Ah"]
    assert HAND in ours.origin and "merged" in session.message
    session.save()
    session.wait()
    written = load_take(file)
    assert written.track().curves["Ah"].identical(ours)
    assert 0.11 in np.round(written.track().curves["S"].values, 6)


def test_a_broken_or_newer_take_is_a_sentence_in_the_list_and_no_dead_window(folder: Path) -> None:
    (folder / "broken.take.json").write_text("{", "utf-8")
    newer = json.loads((folder / "line.take.json").read_text("utf-8")) | {"schema": "bilabial/take/999"}
    (folder / "newer.take.json").write_text(json.dumps(newer), "utf-8")
    session = Session(Settings(), SilentOutput())
    session.open_place(folder)
    session.wait()
    faults = {line.name: line.fault for line in session.lines}
    assert "damaged" in faults["broken"] and "newer Bilabial" in faults["newer"] and not faults["line"]
    session.attempt(lambda: session.open_line("broken"))
    assert "damaged" in session.message and session.current != "broken"


@pytest.mark.parametrize("what", ["nothing", "gone"])
def test_a_folder_that_cannot_be_opened_is_a_sentence(tmp_path: Path, what: str) -> None:
    if what == "nothing":
        (tmp_path / what).mkdir()
    with pytest.raises(BilabialError, match="holds no sound" if what == "nothing" else "drive is gone"):
        Session(Settings(), SilentOutput()).open_place(tmp_path / what)


# Lines


def test_lines_are_sounds_and_takes_with_what_people_said(folder: Path) -> None:
    lines = {line.name: line for line in scan(folder)}
    assert set(lines) == {"line", "other"} and lines["other"].take is None
    assert lines["other"].text == "mop easy"
    write_remarks(folder, {"other": (NOTHING, Remarks(State.FIXED, (Note(0.5, "louder"),)))})
    other = Session(Settings(), SilentOutput())
    other.open_place(folder)
    other.wait()
    other.mark(["line"], State.APPROVED)
    remarks = read_remarks(folder)
    assert remarks["other"].notes == (Note(0.5, "louder"),) and remarks["line"].state == "approved"
    (folder / FILE).write_text("{}", "utf-8")
    with pytest.raises(BilabialError, match="is damaged"):
        scan(folder)


def test_notes_of_two_studios_on_one_folder_and_one_line_all_stay(session: Session, folder: Path) -> None:
    other = Session(Settings(), SilentOutput())
    other.open_place(folder)
    other.wait()
    other.current = "line"
    session.add_note("mine", 0.2)
    session.add_note("softer", 0.4)
    other.add_note("theirs", 0.3)
    assert [note.text for note in read_remarks(folder)["line"].notes] == ["mine", "theirs", "softer"]
    assert [note.text for note in other.line("line").notes] == ["mine", "theirs", "softer"]  # type: ignore[union-attr]
    session.edit_note(0, "mine, and longer", 0.9)  # before it knows of theirs
    other.edit_note(2, "")
    session.look_at_remarks()
    notes = [(note.at, note.text) for note in session.line("line").notes]  # type: ignore[union-attr]
    assert notes == [(0.3, "theirs"), (0.9, "mine, and longer")]
    other.mark(["line"], State.FIXED)
    session.look_at_remarks()
    assert session.line("line").state is State.FIXED  # type: ignore[union-attr]
    assert session.line("other").text == "mop easy"  # type: ignore[union-attr]  # from the text beside it


def test_the_list_is_worst_first_and_filtered() -> None:
    finding = Finding("closure", 1.0, 1.1, 1.0, "the lips stay apart")
    lines = [
        Line("a", score=99.0), Line("b", score=50.0, findings=(finding,)), Line("c"),
        Line("d", fault="broken"), Line("e", score=70.0, state=State.FIXED),
    ]  # fmt: skip
    by_score = sorted(lines, key=lambda line: order(line, "score"))
    assert [line.name for line in by_score] == ["d", "b", "e", "a", "c"]
    assert [line.name for line in lines if Filter("lips APART").shows(line)] == ["b"]
    assert [line.name for line in lines if Filter(states=frozenset((State.FIXED,))).shows(line)] == ["e"]
    assert [line.name for line in lines if Filter(below=80).shows(line)] == ["b", "c", "d", "e"]


def test_thousands_of_lines_are_scanned_fast(tmp_path: Path) -> None:
    for number in range(3000):
        (tmp_path / f"{number:05}.wav").touch()
    started = time.process_time()
    assert len(scan(tmp_path)) == 3000
    assert time.process_time() - started < 2.0


def test_a_large_folder_is_looked_through_in_the_background_and_can_be_left(tmp_path: Path) -> None:
    place = tmp_path / "many"
    place.mkdir()
    for number in range(LARGE + 1):
        (place / f"{number:05}.wav").touch()
    session = Session(Settings(), SilentOutput())
    session.open_place(place)
    assert session.lines == [] and session.running[0].title == "Looking through many"
    session.cancel()
    session.wait()
    assert session.lines == [] and session.folder is None
    session.open_place(place)
    session.wait()
    assert len(session.lines) == LARGE + 1 and session.current == "00000"
    assert session.line("02000") is session.lines[2000]
    session.open_place(place / "00007.wav")  # one file needs no look at the others
    assert [line.name for line in session.lines] == ["00007"]
    (place / "text.md").touch()
    with pytest.raises(BilabialError, match="is no sound and no take"):
        session.open_place(place / "text.md")


def test_a_drive_that_vanishes_at_work_leaves_sentences_and_the_edits(
    session: Session, folder: Path, tmp_path: Path
) -> None:
    session.select_phones([0])
    session.relabel("f")
    folder.rename(tmp_path / "elsewhere")
    session.watch()
    session.attempt(session.lexicon.look)
    session.attempt(session.look_at_remarks)
    for work in (
        lambda: session.mark(["line"], State.FIXED), lambda: session.add_note("here"),
        session.save, lambda: session.open_line("other"), lambda: session.open_place(folder),
    ):  # fmt: skip
        session.say("")
        session.attempt(work)
        assert session.message, work
    session.wait()
    assert session.document is not None and session.document.take.phones.phones[0].label == "f"
    (tmp_path / "elsewhere").rename(folder)
    session.save()
    assert load_take(folder / "line.take.json").phones.phones[0].label == "f"


def test_without_a_sound_device_it_plays_silently_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    output, told = best_output()
    assert isinstance(output, SilentOutput) and told


# The sound


def test_peaks_of_any_zoom_are_those_of_the_samples() -> None:
    samples = (np.random.default_rng(2).normal(0, 6000, 300_000)).clip(-32768, 32767).astype(np.int16)
    wave = wave_of(samples, 16_000)
    whole = wave.envelope(0.0, wave.duration, 10)
    assert whole[:, 0].min() * 32768 == samples.min() and whole[:, 1].max() * 32768 == samples.max()
    close = wave.envelope(1.0, 1.001, 16)
    np.testing.assert_allclose(close[:, 1] * 32768, samples[16_000:16_016])
    beyond = wave.envelope(-1.0, 0.0, 5)
    assert not beyond.any()


def test_the_spectrogram_shows_a_tone_where_it_is() -> None:
    tone = (12_000 * np.sin(2 * np.pi * 2000 * np.arange(16_000) / 16_000)).astype(np.int16)
    cells = spectrogram(wave_of(tone, 16_000), 0.2, 0.8, 20, 81)
    assert cells.shape == (81, 20)
    assert abs(int(cells.mean(axis=1).argmax()) - 60) <= 1  # 2 of 8 kHz, from the top


def test_slower_keeps_the_pitch() -> None:
    tone = (12_000 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)).astype(np.int16)
    half = slower(tone, 16_000, 0.5)
    assert len(half) == pytest.approx(32_000, rel=0.03)
    spectrum = np.abs(np.fft.rfft(half[4000:20_000].astype(float)))
    assert spectrum.argmax() == pytest.approx(440, abs=12)


def test_the_clock_plays_loops_steps_and_slows() -> None:
    now = [0.0]
    transport = Transport(SilentOutput(lambda: now[0]))
    transport.open(10.0)
    transport.play()
    now[0] = 1.0
    assert transport.position == pytest.approx(1.0) and transport.tick()
    transport.set_speed(0.5)
    now[0] = 3.0
    assert transport.position == pytest.approx(2.0, abs=1e-3)
    transport.pause()
    transport.step(1, 24.0)
    assert transport.position == pytest.approx(49 / 24)
    transport.set_speed(1.0)
    transport.loop = (2.0, 3.0)
    transport.play()
    now[0] += 1.5
    transport.tick()
    assert transport.position == pytest.approx(2.0, abs=1e-3) and transport.playing
    transport.loop = None
    transport.seek(9.9)
    now[0] += 1.0
    assert not transport.tick() and transport.position == pytest.approx(10.0)


# Reasons, comparing, exporting, live


def test_reasons_name_the_sound_the_rule_and_the_ear(take: Take) -> None:
    groups = np.full((200, 21), 0.01, np.float32)
    groups[40:60, 1] = 0.6
    told = reasons.of_phone(take, 1, groups)
    assert "confidence 40%" in told and "next guess: Aa 60%" in told
    start = next(pin[1] for pin in take.track().pins if pin[0] == "MBP")
    assert "a rule keeps it exact: lips shut" in reasons.of_key(take, SPEECH, "MBP", start)
    edited = key_edits.scaled(take, chosen(take, "Ah"), 0.5)
    time_s = float(edited.track().curves["Ah"].times[1])
    assert "set by hand" in reasons.of_key(edited, SPEECH, "Ah", time_s)
    assert "ɑ at 0.40 s" in reasons.of_key(take, SPEECH, "Ah", float(take.track().curves["Ah"].times[1]))


def test_differences_are_worst_first_and_a_blind_test_hides_which_is_which(
    take: Take, tmp_path: Path
) -> None:
    other = take.with_curves({**take.track().curves, "Ah": Curve.empty()})
    found = differences(take, other)
    assert found[0].curve == "Ah" and found[0].largest > 0.3 and 0.3 < found[0].at < 0.8
    assert found[1].mean == 0.0
    test = BlindTest("old", "new")
    sides = {test.shown_as_a(f"line {number}") for number in range(20)}
    assert sides == {"old", "new"}
    test.vote("line 1", "A")
    test.vote("line 2", "same")
    assert test.winner("line 1") == test.shown_as_a("line 1") and test.winner("line 2") == ""
    assert sum(test.tally().values()) == 2 and test.tally()["same"] == 1
    test.write(tmp_path / "votes.csv")
    assert (tmp_path / "votes.csv").read_text("utf-8").count("\n") == 3


@pytest.mark.parametrize("title", [title for title in FORMATS if "usd" not in title])
def test_a_take_is_exported_in_every_format(take: Take, tmp_path: Path, title: str) -> None:
    suffix, needs_rig = FORMATS[title]
    target = tmp_path / f"line{suffix}"
    export(take, target, "vrm-1" if suffix == ".vrma" else "arkit-52" if needs_rig else None)
    assert target.stat().st_size > 50
    with pytest.raises(BilabialError, match="cannot be written"):
        export(take, tmp_path / "line.docx")


def test_a_film_has_pictures_and_the_sound(take: Take, folder: Path, tmp_path: Path) -> None:
    import av

    short = replace(take, sound=SoundReference("line.wav", 0.1))
    film(short, folder / "line.wav", tmp_path / "head.mp4", size=64)
    with av.open(str(tmp_path / "head.mp4")) as found:
        kinds = {stream.type: stream.frames for stream in found.streams}
    assert kinds["video"] == 15 and kinds["audio"] > 10
    with pytest.raises(BilabialError, match="is no film"):
        film(short, None, tmp_path / "head.gif")
    with pytest.raises(Cancelled):
        film(short, None, tmp_path / "stopped.mp4", cancelled=lambda: True)
    assert not (tmp_path / "stopped.mp4").exists()


def test_a_live_session_gives_rows_and_a_fault_is_a_sentence() -> None:
    class Quiet:
        """A microphone that somebody unplugs."""

        def __iter__(self):  # type: ignore[no-untyped-def]
            raise OSError(19, "No such device")

    live = LiveSession(Quiet, model=_live_model)
    live.start()
    assert live.join(10.0)
    assert "No such device" in live.fault


def _live_model():  # type: ignore[no-untyped-def]
    from bilabial.models.store import cached_model, default_live_model

    return cached_model(default_live_model())


def test_a_job_that_fails_is_a_sentence_and_one_that_is_stopped_says_nothing() -> None:
    session = Session(Settings(), SilentOutput())

    def broken(progress: object, cancelled: object) -> None:
        raise BilabialError("the scheduler is not there")

    session.start("Farming", broken, lambda _: None)
    session.wait()
    assert session.message == "Farming: the scheduler is not there"
    assert isinstance(Job(lambda p, c: 1).run_here().poll(), object)


def test_settings_survive_a_damaged_file_and_a_disk_that_refuses(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "studio.json"
    settings = Settings(file)
    settings.remember(tmp_path / "a")
    settings.remember(tmp_path / "b")
    settings.remember(tmp_path / "a")
    assert Settings(file).recent == [tmp_path / "a", tmp_path / "b"]
    file.write_text("[", "utf-8")
    assert Settings(file).get("theme", "dark") == "dark"
    Settings(tmp_path / "deep" / "studio.json" / "inside").set("theme", "light")


def test_generating_in_the_studio_keeps_hand_keys_and_corrected_sounds(
    session: Session, folder: Path, take: Take
) -> None:
    document = session.document
    assert document is not None
    times = document.take.track().curves["Ah"].times[1:2].tolist()
    session.select_keys(Selection(SPEECH).with_keys("Ah", times))
    session.move_keys(0.0, -0.15)
    value = float(document.take.track().curves["Ah"].evaluate(times)[0])
    session.check = lambda names, options=None: None  # type: ignore[method-assign]
    session.select_phones([4])
    session.relabel("f")
    session.generate(["line"], GenerateOptions(phones=PhoneTrack.of(PHONES)))
    session.wait()
    written = load_take(folder / "line.take.json")
    assert [phone.group for phone in written.phones] == ["MBP", "Ah", "MBP", "Ee", "FV"]
    assert written.track().curves["FV"].evaluate([1.2])[0] == pytest.approx(1.0)
    assert written.track().curves["Ah"].evaluate(times)[0] == pytest.approx(value, abs=1e-3)
    assert HAND in written.track().curves["Ah"].origin
