"""A day in the Studio: a batch at work, other programs in the folder, worst first, and the day after."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from silent_takes import silent_take

from bilabial.curves.files import load_take
from bilabial.curves.format import dumps, save
from bilabial.curves.style import Style
from bilabial.curves.take import SoundReference, Take
from bilabial.errors import BilabialError
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.phrases import Phrase
from bilabial.qa.finding import Finding
from bilabial.studio import generating
from bilabial.studio.lines import Line, looked_at
from bilabial.studio.session import Session
from bilabial.studio.settings import Settings
from bilabial.timing import SAMPLE_RATE

PHONES = (Phone(0.3, 0.4, "m", "MBP", word=0), Phone(0.4, 0.6, "ɑ", "Ah", 1, word=0))
END = 0.9


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


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
    for name in ("a", "b", "c", "d"):
        soundfile.write(place / f"{name}.wav", noise, SAMPLE_RATE)
        if name != "d":
            save(replace(take, sound=SoundReference(f"{name}.wav", END)), place / f"{name}.take.json")
    return place


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(folder: Path, clock: Clock) -> Session:
    found = Session(Settings(folder.parent / "studio.json"), clock=clock)
    found.listen_to_line = lambda: None  # type: ignore[method-assign]  # the ear costs seconds
    found.open_place(folder)
    found.wait()
    return found


def names(session: Session) -> list[str]:
    return [line.name for line in session.shown()]


def later(session: Session, clock: Clock, seconds: float) -> None:
    clock.now += seconds
    session.poll()
    session.wait()


def test_lines_of_a_batch_come_one_by_one_and_stay_when_it_is_stopped(
    session: Session, folder: Path, clock: Clock, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "d.take.json").unlink(missing_ok=True)
    shutil.copyfile(folder / "d.wav", folder / "e.wav")
    later(session, clock, 5.0)
    seen: list[bool] = []

    def made(line: Line, options: object, progress: object, cancelled: Callable[[], bool]) -> Line:
        path = folder / f"{line.name}.take.json"
        save(replace(take, sound=SoundReference(f"{line.name}.wav", END)), path)
        if line.name == "e":
            seen.append(session.look_at_arrivals(True)[0].name == "d")  # while the batch still runs
            session.cancel()
        return looked_at(replace(line, take=path))

    monkeypatch.setattr(generating, "made", made)
    session.generate(["d", "e"])
    session.wait()
    assert seen == [True] and session.line("d").keys  # type: ignore[union-attr]
    later(session, clock, 5.0)
    assert session.line("e").take is not None  # type: ignore[union-attr]


def test_the_open_line_shows_the_take_that_a_batch_made_of_it(
    session: Session, folder: Path, clock: Clock, take: Take
) -> None:
    session.open_line("d")
    session.wait()
    path = folder / "d.take.json"
    save(replace(take, sound=SoundReference("d.wav", END)), path)
    session.hand_in(looked_at(replace(session.line("d"), take=path)))  # type: ignore[type-var]
    later(session, clock, 1.0)
    assert session.document is not None and session.document.path == path


def test_what_other_programs_do_to_the_folder_is_seen(
    session: Session, folder: Path, clock: Clock, take: Take
) -> None:
    session.open_line("a")
    session.add_note("louder", 0.2)
    save(replace(take, sound=SoundReference("d.wav", END)), folder / "d.take.json")
    shutil.copyfile(folder / "d.wav", folder / "new.wav")
    (folder / "b.take.json").unlink()
    (folder / "c.wav").unlink()
    (folder / "c.take.json").unlink()
    later(session, clock, 5.0)
    assert sorted(names(session)) == ["a", "b", "d", "new"]
    assert session.line("d").keys and session.line("b").take is None  # type: ignore[union-attr]
    assert session.line("a").notes  # type: ignore[union-attr]
    for name in ("a.wav", "a.take.json"):
        (folder / name).unlink()
    later(session, clock, 60.0)
    assert "a" in names(session) and session.document is not None  # the open line is not taken away
    shutil.rmtree(folder)
    later(session, clock, 60.0)
    assert len(session.lines) == 4


def scored(session: Session, **scores: float) -> None:
    session.update_lines(
        replace(line, score=scores[line.name]) for line in session.lines if line.name in scores
    )


def test_the_next_worst_line_follows_though_the_mended_one_sank(session: Session) -> None:
    scored(session, a=10.0, b=20.0, c=30.0)
    session.open_line("a")
    scored(session, a=99.0)
    assert names(session) == ["b", "c", "a", "d"]
    session.step_line(1)
    assert session.current == "b"
    session.step_line(1)
    assert session.current == "c"
    session.step_line(-1)
    assert session.current == "b"


def test_a_line_that_is_opened_again_can_still_be_undone(session: Session, folder: Path, take: Take) -> None:
    session.open_line("a")
    session.wait()
    session.select_phones([1])
    session.relabel("i")
    session.open_line("b")
    session.wait()
    assert load_take(folder / "a.take.json").phones.phones[1].label == "i"  # written when it was left
    session.open_line("a")
    session.wait()
    session.undo()
    assert session.document is not None and session.document.take.phones.phones[1].label == "ɑ"
    session.redo()
    session.open_line("b")
    save(replace(take, sound=SoundReference("a.wav", END)), folder / "a.take.json")  # another program
    session.open_line("a")
    assert session.document.history.undo_label == ""


def test_closing_writes_the_line_and_the_scores_are_there_the_next_day(
    session: Session, folder: Path
) -> None:
    session.open_line("a")
    session.wait()
    reason = Phrase(
        "{0} on an m, b or p (at {1} frames a second)", Phrase("the lips stay {0:.1f} mm apart", 1.2), "24"
    )
    finding = Finding("closure", 0.3, 0.4, 1.0, reason)
    session.update_lines([replace(session.line("b"), score=61.0, findings=(finding,))])  # type: ignore[type-var]
    session.update_lines([replace(session.line("c"), score=50.0)])  # type: ignore[type-var]
    session.select_phones([1])
    session.relabel("i")
    session.leave()
    assert load_take(folder / "a.take.json").phones.phones[1].label == "i"
    changed = load_take(folder / "c.take.json")
    save(replace(changed, phones=PhoneTrack.of(PHONES[:1])), folder / "c.take.json")

    again = Session(Settings(folder.parent / "studio.json"))
    again.open_place(folder)
    again.wait()
    found = again.line("b")
    assert found is not None and found.score == 61.0 and found.findings == (finding,)
    told = found.findings[0].reason
    assert isinstance(told, Phrase) and isinstance(told.values[0], Phrase) and told.values[0].values == (1.2,)
    assert again.line("c").score is None  # type: ignore[union-attr]  # another program changed it
    (memory,) = (folder.parent / "state" / "scores").iterdir()
    memory.write_text("{" * 100_000)
    Session(Settings(folder.parent / "studio.json")).open_place(folder)


def test_findings_follow_the_edits(session: Session, clock: Clock) -> None:
    from bilabial.qa.listening import hear_samples

    session.open_line("a")
    session.wait()
    session.heard = hear_samples(np.zeros(round(END * SAMPLE_RATE), np.float32), "a", None)
    later(session, clock, 1.0)
    assert session.report is not None
    before = session.report
    session.select_phones([0])
    session.relabel("t")
    later(session, clock, 0.2)
    assert session.report is before  # still typing
    later(session, clock, 1.0)
    assert session.report is not before


def test_words_typed_for_a_line_without_a_take_make_its_take(
    session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line whose text did not fit its sound has none: the right words must not need another program."""
    asked: list[str] = []
    monkeypatch.setattr(session, "generate", lambda names: asked.extend(names))
    (folder / "d.txt").write_text("what nobody says", "utf-8")
    session.open_line("d")
    session.wait()
    with pytest.raises(BilabialError, match="type what is said"):
        session.realign("  ")
    session.realign("mop easy ")
    assert asked == ["d"] and session.line().text == "mop easy"  # type: ignore[union-attr]


def test_everything_is_undone_redone_saved_and_undone_after_another_line(
    session: Session, folder: Path
) -> None:
    """A morning's edits of one line, each kind once, back to the first byte and on to the last."""
    session.open_line("a")
    session.wait()
    document = session.document
    assert document is not None
    first = dumps(document.take)

    def at(seconds: float) -> Session:
        session.transport.seek(seconds)
        session.select_phones([index] if (index := session.phone_at_cursor()) is not None else [])
        return session

    curve = next(iter(document.take.track().curves))
    at(0.5).move_border(1, "start", 0.43)
    at(0.5).split()
    session.select_phones([1, 2])
    session.join()
    at(0.5).relabel("i")
    at(0.7).insert("s")
    at(0.73).delete()
    session.set_style(Style.preset("shout"))
    session.set_dials(replace(document.take.style.dials, jaw_gain=1.3))
    session.add_key("speech", curve, 0.2, 0.4)
    session.move_keys(0.02, 0.1)
    session.scale_keys(0.9)
    session.set_tangents("flat")
    session.delete()
    session.thin_keys(0.06)
    last, steps = dumps(document.take), 0
    assert last != first
    while document.history.undo_label:
        session.undo()
        steps += 1
    assert steps == 14 and dumps(document.take) == first
    for _ in range(steps):
        session.redo()
    assert dumps(document.take) == last
    session.save()
    session.open_line("b")
    session.open_line("a")
    assert session.document is not None and dumps(session.document.take) == last
    for _ in range(steps):
        session.undo()
    assert dumps(session.document.take) == first and session.document.dirty
