"""The Studio's own files: nothing that is open is written over, nothing that others wrote is lost."""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bilabial.curves.curve import HAND
from bilabial.curves.files import load_take
from bilabial.curves.format import dumps, save
from bilabial.curves.style import Style
from bilabial.curves.take import SPEECH, SoundReference, Take
from bilabial.errors import BilabialError, PhoneError
from bilabial.guard import Collision
from bilabial.locks import writing
from bilabial.phonemes.lexicon import FILE as LEXICON
from bilabial.phonemes.lexicon import set_word
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.pipeline import GenerateOptions, generate_from_samples
from bilabial.qa.remarks import FILE as REMARKS
from bilabial.qa.remarks import read_remarks
from bilabial.studio import generating
from bilabial.studio.compare import BlindTest
from bilabial.studio.document import Document
from bilabial.studio.key_edits import Selection
from bilabial.studio.session import Session
from bilabial.studio.settings import Settings, state_folder
from bilabial.studio.transport import SilentOutput
from bilabial.timing import SAMPLE_RATE

END = 0.8
PHONES = PhoneTrack.of([Phone(0.2, 0.3, "m", "MBP"), Phone(0.3, 0.5, "ɑ", "Ah", 1)])
OPTIONS = GenerateOptions(phones=PHONES)


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILABIAL_STATE", str(tmp_path / "state"))


@pytest.fixture(scope="module")
def take() -> Take:
    return generate_from_samples(np.zeros(round(END * SAMPLE_RATE), np.float32), "line.wav", OPTIONS)


@pytest.fixture
def folder(tmp_path: Path, take: Take) -> Path:
    place = tmp_path / "lines"
    place.mkdir()
    for name in ("line", "other"):
        soundfile.write(place / f"{name}.wav", np.zeros(round(END * SAMPLE_RATE), np.float32), SAMPLE_RATE)
        save(replace(take, sound=SoundReference(f"{name}.wav", END)), place / f"{name}.take.json")
    return place


@pytest.fixture
def session(folder: Path) -> Session:
    found = Session(Settings(), SilentOutput())
    found.listen_to_line = lambda: None  # type: ignore[method-assign]  # the ear costs seconds
    found.open_place(folder)
    found.open_line("line")
    found.wait()
    return found


def by_hand(take: Take, curve: str, value: float) -> Take:
    keys = take.track().curves[curve]
    moved = keys.moved(1, float(keys.times[1]), value)
    return take.with_curves({**take.track().curves, curve: moved})


def hands(take: Take) -> dict[str, list[float]]:
    """The values that a hand keyed."""
    found = {name: curve.values[curve.origin == HAND] for name, curve in take.track().curves.items()}
    return {name: np.round(values, 3).tolist() for name, values in found.items() if len(values)}


def in_place(folder: Path, target: Path) -> Path:
    return target


def by_another_way(folder: Path, target: Path) -> Path:
    (folder / "sub").mkdir()
    return folder / "sub" / ".." / target.name


def by_a_link(folder: Path, target: Path) -> Path:
    link = folder / "link.mp4"
    link.symlink_to(target)
    return link


def by_a_hard_link(folder: Path, target: Path) -> Path:
    link = folder / "hard.mp4"
    os.link(target, link)
    return link


@pytest.mark.parametrize(
    "name", ["line.wav", "line.take.json", "other.wav", "other.take.json", REMARKS, LEXICON]
)
@pytest.mark.parametrize("way", [in_place, by_another_way, by_a_link, by_a_hard_link])
def test_nothing_that_is_open_can_be_exported_over(
    name: str, way: Callable[[Path, Path], Path], session: Session, folder: Path
) -> None:
    target = folder / name
    if not target.exists():
        target.write_text("")
    with pytest.raises(Collision, match="name another file"):
        session.refuse_harm(way(folder, target), "the export")


def test_a_film_never_lands_on_a_recording_that_is_a_film(session: Session, folder: Path) -> None:
    """A recording may be an .mp4, and its line's film would have its name."""
    (folder / "shot.mp4").write_bytes(b"a recording")
    assert session.document is not None
    session.document.sound = folder / "shot.mp4"
    with pytest.raises(Collision, match=r"is read as a file of line"):
        session.refuse_harm(folder / "shot.mp4", "the film")
    session.refuse_harm(folder / "line.mp4", "the film")


def test_the_head_and_whatever_else_is_read_stay(session: Session, folder: Path) -> None:
    session.settings.set("head", str(folder / "head.glb"))
    for name in ("head.glb", "rig.json"):
        with pytest.raises(Collision):
            session.refuse_harm(folder / name, "the export", folder / "rig.json")


def test_a_window_says_what_it_may_not_write(session: Session, folder: Path) -> None:
    assert session.may_write(folder / "line.glb", "the export") and not session.message
    assert not session.may_write(folder / "line.wav", "the export")
    assert "line.wav is read as a file of line and would be written as the export" in session.message


def test_votes_of_another_day_stay(tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    for voter in ("one", "two"):
        test = BlindTest("old", "new", voter)
        test.vote("line", "A")
        test.write(votes)
    rows = votes.read_text("utf-8").splitlines()
    assert [row.rsplit(",", 1)[-1] for row in rows] == ["voter", "one", "two"]
    (tmp_path / "line.txt").write_text("what is said\n")
    with pytest.raises(BilabialError, match="holds no votes"):
        test.write(tmp_path / "line.txt")
    assert (tmp_path / "line.txt").read_text() == "what is said\n"


def test_a_change_that_keeps_size_and_time_is_seen_before_saving(session: Session, folder: Path) -> None:
    document, file = session.document, folder / "line.take.json"
    assert document is not None
    was = file.stat()
    theirs = by_hand(load_take(file), "Ah", 0.123)
    text = dumps(theirs).encode()
    file.write_bytes(text + b" " * (was.st_size - len(text)) if len(text) < was.st_size else text)
    os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))
    session.set_style(Style.preset("shout"))
    session.save()
    assert hands(load_take(file)) == hands(theirs) and load_take(file).style.name == "shout"


def test_what_comes_while_a_take_is_being_opened_is_seen(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its reading and our note of how it looked then."""
    from bilabial.studio import document as module

    file = folder / "line.take.json"
    theirs = by_hand(load_take(file), "Ah", 0.123)

    def load_then_another_writes(path: Path) -> Take:
        mine = load_take(path)
        monkeypatch.setattr(module, "load_take", load_take)
        save(theirs, file)
        return mine

    monkeypatch.setattr(module, "load_take", load_then_another_writes)
    document = Document(file)
    assert document.refresh() is not None and hands(document.take) == hands(theirs)


def test_saving_waits_for_another_program_at_the_take(session: Session, folder: Path) -> None:
    file = folder / "line.take.json"
    before = file.read_bytes()
    session.set_style(Style.preset("shout"))
    with writing(file):
        session.attempt(session.save)
    assert "is being written by another process" in session.message and file.read_bytes() == before
    session.save()
    assert load_take(file).style.name == "shout"


def test_edits_saved_while_a_line_is_generated_stay(
    session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Generating takes seconds; a person goes on and saves."""
    line = session.line("line")
    assert line is not None and line.take is not None and session.document is not None
    real = generating.regenerated

    def slow(*all_of_it):  # type: ignore[no-untyped-def]
        fresh = real(*all_of_it)
        session.select_keys(Selection(SPEECH).with_keys("Ah", session_keys[:1]))
        session.move_keys(0.0, -0.2)
        session.save()
        return fresh

    session_keys = session.document.take.track().curves["Ah"].times[1:2].tolist()
    monkeypatch.setattr(generating, "regenerated", slow)
    generating.made(line, OPTIONS, lambda share, stage: None, lambda: False)
    edited = hands(session.document.take)
    assert edited and hands(load_take(line.take)) == edited
    session.watch()
    assert hands(session.document.take) == edited


def test_a_take_that_another_program_made_meanwhile_stays(
    session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = session.line("line")
    assert line is not None and line.take is not None
    other = by_hand(load_take(line.take), "Ah", 0.123)
    line.take.unlink()
    real = generating.generate

    def slow(*all_of_it):  # type: ignore[no-untyped-def]
        save(other, folder / "line.take.json")
        return real(*all_of_it)

    monkeypatch.setattr(generating, "generate", slow)
    told = generating.make_lines([line], OPTIONS, lambda share, stage: None, lambda: False)
    assert "in the meantime" in told.faults[0]
    assert hands(load_take(folder / "line.take.json")) == hands(other)


def test_edits_come_back_after_a_crash_though_the_clock_went_back(session: Session, folder: Path) -> None:
    assert session.document is not None
    session.set_style(Style.preset("shout"))
    session.document.keep_recovery()
    os.utime(session.document.recovery.file, (1, 1))
    found = Document(folder / "line.take.json").recoverable()
    assert found is not None and found.style.name == "shout"


def test_edits_come_back_after_a_crash_and_what_was_saved_since_stays(session: Session, folder: Path) -> None:
    document, file = session.document, folder / "line.take.json"
    assert document is not None
    session.set_style(Style.preset("shout"))
    document.keep_recovery()
    theirs = by_hand(load_take(file), "Ah", 0.123)
    save(theirs, file)
    again = Document(file)
    found = again.recoverable()
    assert found is not None and found.style.name == "shout" and hands(found) == hands(theirs)
    again.replace(found, "Recovered after a crash")
    again.save()
    assert not list(again.recovery.file.parent.iterdir())
    assert Document(file).recoverable() is None


def test_a_word_is_not_set_in_a_file_that_is_no_lexicon(tmp_path: Path) -> None:
    text = tmp_path / "line.txt"
    text.write_text("Sixteen quick foxes!\n")
    (tmp_path / LEXICON).symlink_to(text)
    with pytest.raises(PhoneError, match="line 1"):
        set_word(tmp_path / LEXICON, "Kvothe", ("K W OW1 DH",))
    assert text.read_text() == "Sixteen quick foxes!\n"


def test_settings_that_are_no_settings_cost_the_memory_alone(tmp_path: Path) -> None:
    for text in ("[" * 100_000, "[1]", '{"recent": 7', '{"recent": 7, "fps": "x", "language": []}', "\xff"):
        (tmp_path / "studio.json").write_text(text)
        settings = Settings(tmp_path / "studio.json")
        assert settings.recent == []
        assert settings.get("fps", 24.0) == 24.0 and settings.get("language", "en") == "en"
        settings.remember(tmp_path)
        assert settings.recent == [tmp_path]


@pytest.mark.parametrize(
    "told",
    ['{"at": 1e999, "text": "a"}', '{"at": 1' + "0" * 400 + ', "text": "a"}', '{"at": NaN, "text": ""}', "7"],
)
def test_notes_of_a_stranger_are_read_or_refused_in_a_sentence(told: str, tmp_path: Path) -> None:
    head = json.dumps({"schema": "bilabial/lines/1"})[:-1]
    (tmp_path / REMARKS).write_text(f'{head}, "lines": {{"a": {{"notes": [{told}]}}}}}}')
    with pytest.raises(BilabialError, match=REMARKS):
        read_remarks(tmp_path)


def test_a_system_without_homes_has_a_place_for_the_state(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(number: int) -> None:
        raise KeyError(number)

    for name in ("HOME", "BILABIAL_STATE", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert state_folder().is_absolute()
    monkeypatch.setenv("XDG_STATE_HOME", "/named")
    assert state_folder() == Path("/named/bilabial")
