"""Run by test_windows.py in a process of its own: what a person does in the Studio, with mouse and keys."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTabBar, QWidget

from bilabial.curves.curve import HAND
from bilabial.curves.files import load_take
from bilabial.curves.format import save
from bilabial.curves.take import SPEECH, SoundReference, Take
from bilabial.phonemes.track import Phone
from bilabial.phrases import Phrase
from bilabial.qa.finding import Finding, Report, Verdict
from bilabial.qa.remarks import State, read_remarks
from bilabial.studio.contact_sheet import Sheet
from bilabial.studio.settings import Settings
from bilabial.studio.ui import sheet_dialog
from bilabial.studio.ui.application import make_application, make_window, translate
from bilabial.studio.ui.dialogs import ExportDialog
from bilabial.studio.ui.palette import Palette
from bilabial.studio.ui.sheet_dialog import SheetDialog
from bilabial.studio.ui.timeline import GUTTER
from bilabial.studio.ui.window import StudioWindow
from bilabial.timing import SAMPLE_RATE
from core.silent_takes import silent_take
from core.test_own_head import write as write_head

PHONES = [
    Phone(0.3, 0.4, "m", "MBP", confidence=0.9, word=0), Phone(0.4, 0.6, "ɑ", "Ah", 1, 0.4, 0),
    Phone(0.6, 0.7, "p", "MBP", confidence=0.8, word=1), Phone(0.7, 0.9, "i", "Ee", 0, 0.7, 1),
    Phone(1.1, 1.3, "s", "S", confidence=0.9, word=2),
]  # fmt: skip
END = 1.6


@pytest.fixture(scope="module")
def take() -> Take:
    return silent_take(PHONES, END)


@pytest.fixture
def folder(tmp_path: Path, take: Take) -> Path:
    place = tmp_path / "lines"
    place.mkdir()
    noise = np.random.default_rng(1).normal(0, 0.1, round(END * SAMPLE_RATE)).astype(np.float32)
    for name in ("a", "b", "c"):
        soundfile.write(place / f"{name}.wav", noise, SAMPLE_RATE)
    for name in ("a", "b"):
        save(replace(take, sound=SoundReference(f"{name}.wav", END)), place / f"{name}.take.json")
    return place


@pytest.fixture
def window(tmp_path: Path, qapp: QApplication) -> Iterator[StudioWindow]:
    found = make_window(Settings(tmp_path / "studio.json"), silent=True, theme="dark")
    found.session.listen_to_line = lambda: None  # type: ignore[method-assign]  # the ear costs seconds
    found.panes.docks["head"].hide()  # drawn in software it would cost more than all the rest
    found.resize(1300, 850)
    found.show()
    yield found
    found.close()
    found.deleteLater()


@pytest.fixture(scope="session")
def qapp_cls() -> Callable[[list[str]], QApplication]:
    return lambda arguments: make_application(arguments)


@pytest.fixture
def opened(window: StudioWindow, folder: Path) -> StudioWindow:
    window.deeds.open_place(folder)
    window.session.open_line("a")
    window.session.wait()
    window.board.axis.fit()
    QTest.qWait(30)
    return window


def spot(window: StudioWindow, seconds: float, strip: QWidget) -> QPoint:
    return QPoint(round(window.board.axis.x(seconds)), strip.height() // 2)


def phones(window: StudioWindow) -> tuple[Phone, ...]:
    assert window.session.document is not None
    return window.session.document.take.phones.phones


def action(window: StudioWindow, title: str) -> QAction:
    return next(one for one in window.acts.every if one.text().startswith(title))


def test_the_first_page_is_never_empty_and_offers_the_demo_line(window: StudioWindow) -> None:
    assert window.pages.currentWidget() is window.welcome
    assert window.deeds.demo is not None and window.deeds.demo[0].name == "line.flac"
    asked: list[list[str]] = []
    window.session.generate = lambda names, options=None: asked.append(list(names))  # type: ignore[method-assign]
    window.deeds.open_demo()
    assert asked == [["line"]] and window.pages.currentIndex() == 1
    assert window.session.line() is not None and "bilabial" in window.session.line().text.lower()  # type: ignore[union-attr]


def test_the_window_fits_a_laptop_and_no_tab_is_cut_off(opened: StudioWindow) -> None:
    opened.resize(1280, 740)
    QTest.qWait(50)
    assert (opened.width(), opened.height()) == (1280, 740)
    titles = [dock.windowTitle() for dock in opened.panes.docks.values()]
    bars = [bar for bar in opened.findChildren(QTabBar) if bar.count() and bar.tabText(0) in titles]
    assert sorted(bar.count() for bar in bars) == [3, 5]
    for bar in bars:
        wide = sum(bar.tabRect(number).width() for number in range(bar.count()))
        assert wide <= bar.width() and bar.elideMode() == Qt.TextElideMode.ElideNone


def test_a_folder_opens_with_its_lines_and_they_are_filtered(opened: StudioWindow) -> None:
    model = opened.panes.lines.model
    assert [line.name for line in model.rows] == ["a", "b", "c"]
    assert opened.panes.lines.count.text().startswith("3 lines")
    opened.panes.lines.search.setText("b")
    assert [line.name for line in model.rows] == ["b"] and opened.panes.lines.count.text().startswith(
        "1 of 3"
    )
    opened.panes.lines.search.clear()
    opened.session.mark(["c"], State.APPROVED)
    assert read_remarks(opened.session.folder or Path())["c"].state == "approved"
    index = model.index(1, 0)
    opened.panes.lines.table.clicked.emit(index)
    assert opened.session.current == "b" and opened.windowTitle().startswith("b")


def test_an_unknown_word_is_shown_and_kept_in_the_lexicon(opened: StudioWindow, folder: Path) -> None:
    opened.session._remark(["a"], lambda line: replace(line, text="Xyzzle met me"))
    panel = opened.panes.lexicon
    assert [panel.table.item(0, column).text() for column in (0, 1)] == ["xyzzle", "Z AY1 Z AH0 L"]  # type: ignore[union-attr]
    assert panel.hint.text().startswith("Red words")
    panel.table.selectRow(0)
    panel.said.setText("Z QQ")
    panel.keep.click()
    assert "'QQ' is no phone" in opened.status.told.text()
    panel.said.setText("Z IH1 Z AH0 L")
    panel.keep.click()
    assert (folder / "lexicon.bilabial.txt").read_text() == "xyzzle  Z IH1 Z AH0 L\n"
    assert panel.hint.text().startswith("Every word")
    panel.forget.click()
    assert (folder / "lexicon.bilabial.txt").read_text().strip() == ""


def test_the_wave_the_tiers_and_the_curves_are_drawn(opened: StudioWindow) -> None:
    for strip in opened.board.strips:
        picture = strip.grab().toImage()
        places = [
            (x, y) for x in range(GUTTER + 2, picture.width(), 5) for y in range(2, picture.height(), 5)
        ]
        shades = {picture.pixel(x, y) for x, y in places}
        assert len(shades) > 2, strip.name
    assert [lane.name for lane in opened.board.curves.lanes][:2] == ["Jaw", "Lip"]
    count = len(opened.board.curves.lanes)
    opened.deeds.empty_lanes()
    assert len(opened.board.curves.lanes) == 31 > count


def test_a_border_is_dragged_and_the_drag_is_one_step(opened: StudioWindow) -> None:
    sounds = opened.board.sounds
    before = phones(opened)
    QTest.mousePress(sounds, Qt.MouseButton.LeftButton, pos=spot(opened, 0.4, sounds))
    for at in (0.42, 0.44, 0.46):
        QTest.mouseMove(sounds, spot(opened, at, sounds))
    QTest.mouseRelease(sounds, Qt.MouseButton.LeftButton, pos=spot(opened, 0.46, sounds))
    after = phones(opened)
    assert after[0].end == after[1].start == pytest.approx(0.46, abs=0.01)
    assert after[2:] == before[2:]
    action(opened, "Undo").trigger()
    assert phones(opened) == before


def test_sounds_are_edited_by_keys_alone(opened: StudioWindow) -> None:
    sounds = opened.board.sounds
    sounds.setFocus()
    for _ in range(2):
        QTest.keyClick(sounds, Qt.Key.Key_Right)
    assert opened.session.phones == {1}
    QTest.keyClick(sounds, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert phones(opened)[1].start == pytest.approx(0.41)
    QTest.keyClick(
        sounds, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert phones(opened)[1].end == pytest.approx(0.59)
    QTest.keyClick(sounds, Qt.Key.Key_Return)
    assert sounds._edit.isVisible()
    sounds._edit.setText("æ")
    QTest.keyClick(sounds._edit, Qt.Key.Key_Return)
    assert phones(opened)[1].label == "æ" and not sounds._edit.isVisible()
    opened.session.transport.seek(0.5)
    QTest.keyClick(sounds, Qt.Key.Key_S)
    assert len(phones(opened)) == 6
    opened.session.select_phones([1, 2])
    QTest.keyClick(sounds, Qt.Key.Key_J)
    assert len(phones(opened)) == 5
    QTest.keyClick(sounds, Qt.Key.Key_Delete)
    assert len(phones(opened)) == 4


def test_an_unknown_sound_is_a_sentence_in_the_status_bar(opened: StudioWindow) -> None:
    before = phones(opened)
    opened.session.select_phones([0])
    opened.board.sounds.rename()
    opened.board.sounds._edit.setText("qqq7")
    QTest.keyClick(opened.board.sounds._edit, Qt.Key.Key_Return)
    assert "qqq7" in opened.status.told.text() and phones(opened) == before


def test_keys_are_chosen_by_box_dragged_and_deleted(opened: StudioWindow) -> None:
    curves, session = opened.board.curves, opened.session
    lane = next(lane for lane in curves.lanes if lane.name == "Ah")
    curve = session.document.take.track().curves["Ah"]  # type: ignore[union-attr]
    peak = int(curve.values.argmax())
    x, y = opened.board.axis.x(float(curve.times[peak])), lane.y(float(curve.values[peak]))
    start, end = QPoint(round(x) - 9, round(y) - 9), QPoint(round(x) + 9, round(y) + 9)
    QTest.mousePress(curves, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(curves, end)
    QTest.mouseRelease(curves, Qt.MouseButton.LeftButton, pos=end)
    assert session.keys.of("Ah") == {float(curve.times[peak])}
    QTest.mousePress(curves, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    QTest.mouseMove(curves, QPoint(round(x), round(y) + 10))
    QTest.mouseRelease(curves, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y) + 10))
    moved = session.document.take.track().curves["Ah"]  # type: ignore[union-attr]
    assert moved.values[peak] < curve.values[peak] - 0.1 and moved.origin[peak] == HAND
    assert session.document.history.undo_label == "Move keys"  # type: ignore[union-attr]
    QTest.keyClick(curves, Qt.Key.Key_Up)
    QTest.keyClick(curves, Qt.Key.Key_Delete)
    assert len(session.document.take.track().curves["Ah"]) == len(curve) - 1  # type: ignore[union-attr]
    for _ in range(3):
        session.undo()
    assert session.document.take.track().curves["Ah"].identical(curve)  # type: ignore[union-attr]


def test_a_double_click_adds_a_key(opened: StudioWindow) -> None:
    curves = opened.board.curves
    lane = next(lane for lane in curves.lanes if lane.name == "Ah")
    point = QPoint(round(opened.board.axis.x(1.45)), round(lane.y(0.5)))
    QTest.mouseDClick(curves, Qt.MouseButton.LeftButton, pos=point)
    curve = opened.session.document.take.track().curves["Ah"]  # type: ignore[union-attr]
    assert curve.evaluate([opened.board.axis.t(point.x())])[0] == pytest.approx(0.5, abs=0.05)


def test_the_wheel_zooms_about_the_mouse_and_scrolls(opened: StudioWindow) -> None:
    axis = opened.board.axis
    about = axis.t(400)
    wheel = QWheelEvent(
        QPointF(400, 20), QPointF(400, 20), QPoint(), QPoint(0, 480), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    before = axis.scale
    opened.board.wave.wheelEvent(wheel)
    assert axis.scale > 2 * before and axis.t(400) == pytest.approx(about, abs=1e-6)
    opened.board.axis.fit()
    assert axis.scale == pytest.approx(before, rel=0.01)


def test_it_plays_and_the_cursor_runs(opened: StudioWindow) -> None:
    opened.session.transport.set_speed(0.25)  # a busy machine must not reach the end meanwhile
    opened.deeds.toggle()
    opened.beat()
    assert opened.acts.play.objectName() == "pause"
    end = time.monotonic() + 20
    while opened.session.transport.position < 0.05 and time.monotonic() < end:
        QTest.qWait(10)
    assert opened.session.transport.position >= 0.05
    opened.session.transport.pause()
    here = opened.session.transport.position
    opened.deeds.step(1)
    assert opened.session.transport.position == pytest.approx((round(here * 24) + 1) / 24)
    assert opened.tools.clock.text().startswith("0:0")


def test_the_head_closes_its_lips_on_the_m_and_opens_them(opened: StudioWindow) -> None:
    opened.panes.docks["head"].show()
    opened.panes.head.resize(300, 300)
    opened.panes.head_pane.choose_camera("mouth")
    shown = {}
    for name, moment in (("m", 0.35), ("ɑ", 0.5)):
        opened.session.transport.seek(moment)
        opened.panes.head._image = None  # type: ignore[union-attr]
        opened.panes.head.update()
        end = time.monotonic() + 30
        while opened.panes.head._image is None and time.monotonic() < end:  # type: ignore[union-attr]
            QTest.qWait(20)
        shown[name] = opened.panes.head._image  # type: ignore[union-attr]
    dark = {
        name: sum(
            picture.pixelColor(x, y).lightness() < 60
            for x in range(picture.width() // 3, 2 * picture.width() // 3, 2)
            for y in range(picture.height() // 3, 3 * picture.height() // 4, 2)
        )
        for name, picture in shown.items()
    }
    assert dark["ɑ"] > dark["m"] + 20


def test_a_head_of_ones_own_is_worn_and_taken_off_and_a_bad_file_is_a_sentence(
    opened: StudioWindow, tmp_path: Path
) -> None:
    path = write_head(tmp_path / "mine.glb")
    opened.session.choose_head(path)
    opened.session.wait()
    assert opened.panes.head.speaker is opened.session.speaker is not None
    assert opened.panes.head_pane.back.isVisible()
    assert opened.session.settings.get("head") == str(path)
    bad = tmp_path / "bad.glb"
    bad.write_bytes(b"glTF")
    opened.session.choose_head(bad)
    opened.session.wait()
    assert "damaged" in opened.status.told.text() and opened.session.speaker is not None
    opened.panes.head_pane.back.trigger()
    assert opened.session.speaker is None and opened.panes.head.speaker.head is not None


def test_a_stretch_is_chosen_by_dragging_and_goes_round(opened: StudioWindow) -> None:
    wave = opened.board.wave
    QTest.mousePress(wave, Qt.MouseButton.LeftButton, pos=spot(opened, 0.5, wave))
    QTest.mouseMove(wave, spot(opened, 0.9, wave))
    QTest.mouseRelease(wave, Qt.MouseButton.LeftButton, pos=spot(opened, 0.9, wave))
    loop = opened.session.transport.loop
    assert loop is not None and loop == (pytest.approx(0.5, abs=0.01), pytest.approx(0.9, abs=0.01))
    QTest.mouseClick(wave, Qt.MouseButton.LeftButton, pos=spot(opened, 1.2, wave))
    assert opened.session.transport.loop is None


def test_the_style_is_turned_on_the_pad_and_by_keys(opened: StudioWindow) -> None:
    panel = opened.panes.style_panel
    panel.presets.setCurrentText("shout")
    panel.presets.activated.emit(panel.presets.currentIndex())
    style = opened.session.document.take.style  # type: ignore[union-attr]
    assert style.name == "shout" and panel.pad.jaw == pytest.approx(1.2)
    QTest.keyClick(panel.pad, Qt.Key.Key_Left)
    dials = opened.session.document.take.style.dials  # type: ignore[union-attr]
    assert dials.jaw_gain == pytest.approx(1.1) and dials.lip_gain == pytest.approx(1.15)


def test_findings_jump_and_are_marks_on_the_ruler(opened: StudioWindow) -> None:
    findings = (
        Finding("closure", 0.65, 0.7, 1.0, "the lips stay apart"),
        Finding("rest", 1.4, 1.5, 0.3, "moves"),
    )
    opened.session.report = Report(
        "a", END, (Verdict("closure", 0.5, findings[:1]), Verdict("rest", 0.5, findings[1:]))
    )
    opened.session.tell("report")
    assert opened.panes.findings.list.count() == 2 and "35" in opened.panes.findings.score.text()
    opened.panes.findings.list.itemClicked.emit(opened.panes.findings.list.item(0))
    assert opened.session.transport.position == pytest.approx(0.65)
    QTest.mouseClick(
        opened.board.ruler, Qt.MouseButton.LeftButton, pos=QPoint(round(opened.board.axis.x(1.4)), 7)
    )
    assert (
        opened.session.transport.position == pytest.approx(1.4, abs=0.01)
        and opened.status.told.text() == "rest: moves"
    )
    action(opened, "Finding before").trigger()
    assert opened.session.transport.position == pytest.approx(0.65)


def test_notes_are_pinned_and_kept(opened: StudioWindow) -> None:
    opened.session.transport.seek(0.8)
    opened.panes.notes.entry.setText("softer here")
    QTest.keyClick(opened.panes.notes.entry, Qt.Key.Key_Return)
    assert "0.80 s   softer here" in opened.panes.notes.list.item(0).text()
    assert read_remarks(opened.session.folder or Path())["a"].notes[0].text == "softer here"
    item = opened.panes.notes.list.item(0)
    opened.panes.notes.list.editItem(item)
    editor = opened.panes.notes.list.findChild(QLineEdit)
    editor.setText("0.50 s   much softer")  # type: ignore[union-attr]
    QTest.keyClick(editor, Qt.Key.Key_Return)
    end = time.monotonic() + 10
    while "much" not in opened.panes.notes.list.item(0).text() and time.monotonic() < end:
        QTest.qWait(20)
    QTest.qWait(30)
    note = read_remarks(opened.session.folder or Path())["a"].notes[0]
    assert (note.at, note.text) == (0.5, "much softer")
    opened.panes.notes.list.setCurrentRow(0)
    opened.panes.notes.here.click()
    assert "0.80 s   much softer" in opened.panes.notes.list.item(0).text()
    QTest.keyClick(opened.panes.notes.list, Qt.Key.Key_Delete)
    assert opened.panes.notes.list.count() == 0


def test_two_takes_are_compared_and_voted_on_blindly(opened: StudioWindow) -> None:
    other = opened.session.document.take  # type: ignore[union-attr]
    opened.session.set_dials(replace(other.style.dials, jaw_gain=2.0))
    opened.session.compare_with(other, "as it was saved")
    assert opened.panes.compare.list.item(0).text().startswith("Jaw:") and opened.panes.head.ghost
    opened.panes.compare.blind.setChecked(True)
    opened.panes.compare.buttons["A"].click()
    opened.panes.compare.blind.setChecked(False)
    votes = (opened.session.folder or Path()) / "votes.bilabial.csv"
    assert votes.read_text("utf-8").count("\n") == 2


def test_the_palette_finds_actions_and_does_them(opened: StudioWindow) -> None:
    palette = Palette(opened.acts.every, opened)
    palette.search.setText("tall la")
    assert palette.list.count() == 1 and "T" in palette.list.item(0).text()
    before = opened.board.curves.lanes[0].height
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert opened.board.curves.lanes[0].height > before


def test_every_action_has_a_title_and_no_two_share_keys(opened: StudioWindow) -> None:
    keys = [one.shortcut().toString() for one in opened.acts.every if not one.shortcut().isEmpty()]
    assert len(keys) > 30 and len(keys) == len(set(keys))
    assert all(one.text().strip() for one in opened.acts.every)


def test_everything_that_takes_the_focus_has_an_accessible_name(opened: StudioWindow) -> None:
    nameless = [
        type(widget).__name__
        for widget in opened.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and type(widget).__name__ in ("QLineEdit", "QComboBox", "QTableView", "QListWidget", "QPlainTextEdit",
                                      "PhoneStrip", "CurvesView", "Pad", "QSlider")
        and not widget.accessibleName()
    ]  # fmt: skip
    assert nameless == []


def test_the_windows_speak_german_where_the_system_does(tmp_path: Path, qapp: QApplication) -> None:
    translators = translate(qapp, QLocale("de_AT"))
    try:
        found = make_window(Settings(tmp_path / "german.json"), silent=True)
        found.panes.docks["head"].hide()
        titles = [one.text() for one in found.acts.every]
        assert "Ordner öffnen…" in titles and "Als „offen“ markieren" in titles
        assert found.panes.lines.search.placeholderText() == "Namen, Befunde, Notizen, Wörter suchen"
        assert found.panes.docks["words"].windowTitle() == "Wörter"
        gap = Phrase("the lips stay {0:.1f} mm apart", 1.26)
        reason = Phrase("{0} on an m, b or p (at {1} frames a second)", gap, "24, 30")
        found.session.report = Report(
            "a", END, (Verdict("closure", 0.5, (Finding("closure", 0.65, 0.7, 1.0, reason),)),)
        )
        found.session.tell("report")
        assert found.panes.findings.list.item(0).text().splitlines() == [
            "  0.65 s   Lippenschluss",
            "die Lippen bleiben 1.3 mm auseinander bei einem m, b oder p (bei 24, 30 Bildern pro Sekunde)",
        ]
        found.session.attempt(found.session.split)
        assert found.status.told.text() == "diese Zeile hat noch keinen Take: zuerst einen erzeugen"
        found.session.attempt(lambda: found.session.open_place(tmp_path / "gone"))
        assert found.status.told.text().endswith("gone: verschoben, oder das Laufwerk ist weg")
        assert [found.panes.lines.states.itemText(row)[2:] for row in (1, 2, 3)] == [
            "offen",
            "behoben",
            "abgenommen",
        ]
        found.close()
        found.deleteLater()
    finally:
        for translator in translators:
            qapp.removeTranslator(translator)


def test_both_themes_and_a_large_screen(opened: StudioWindow) -> None:
    for theme in ("light", "dark"):
        opened.deeds.set_theme(theme)
        QTest.qWait(20)
        assert not opened.grab().isNull()
    assert opened.session.settings.get("theme") == "dark"


def test_the_contact_sheet_shows_every_closure_and_jumps(opened: StudioWindow) -> None:
    opened.deeds.show_sheet()
    opened.session.wait(60)
    (dialog,) = opened.findChildren(SheetDialog)
    assert [(cell.said, cell.apart) for cell in dialog.view.sheet.cells] == [("m", ""), ("p", "")]
    QTest.mouseClick(dialog.view, Qt.MouseButton.LeftButton, pos=dialog.view.cell(1).center())
    assert 0.55 < opened.session.transport.position < 0.75
    dialog.close()


@pytest.mark.parametrize("name", ["a.wav", "a.take.json", "b.take.json"])
def test_nothing_that_is_open_is_exported_over(
    opened: StudioWindow, folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever name a person gives, and whatever the window for files asked them."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    ExportDialog(opened.session, opened).write(folder / name)
    opened.session.wait()
    assert "name another file" in opened.session.message
    (folder / "sheet.png").symlink_to(folder / name)
    asked = str(folder / "sheet.png"), ""
    monkeypatch.setattr(sheet_dialog.QFileDialog, "getSaveFileName", lambda *_: asked)
    sheet = SheetDialog(opened.session, Sheet(np.zeros((8, 8, 3), np.uint8), 1, 8, ()), opened)
    opened.session.say("")
    sheet._save()
    assert "name another file" in opened.session.message
    (folder / "sheet.png").unlink()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    sheet._save()
    assert (folder / "sheet.png").read_bytes().startswith(b"\x89PNG")


def test_saving_merges_and_closing_writes_what_is_not_saved(opened: StudioWindow, folder: Path) -> None:
    opened.session.select_phones([2])
    opened.session.relabel("f")
    assert opened.isWindowModified()
    action(opened, "Save").trigger()
    assert load_take(folder / "a.take.json").phones.phones[2].group == "FV"
    assert not opened.isWindowModified()
    opened.session.relabel("t")
    opened.close()
    assert opened.session.document is not None and opened.session.document.recoverable() is None
    assert load_take(folder / "a.take.json").phones.phones[2].group == "LNTD"


def test_a_click_beside_a_border_moves_nothing_and_chooses_the_sound(opened: StudioWindow) -> None:
    sounds, before = opened.board.sounds, phones(opened)
    QTest.mouseClick(sounds, Qt.MouseButton.LeftButton, pos=spot(opened, 0.4, sounds) + QPoint(3, 0))
    assert phones(opened) == before and opened.session.phones == {1}
    assert opened.session.document is not None and not opened.session.document.dirty


def test_words_that_were_typed_are_still_there_when_the_line_is_opened_again(opened: StudioWindow) -> None:
    asked: list[str] = []
    opened.session.realign = asked.append  # type: ignore[method-assign]
    text = opened.panes.text.text
    text.setPlainText("mop easy")
    opened.session.open_line("b")
    assert text.toPlainText() == ""
    opened.session.open_line("a")
    assert text.toPlainText() == "mop easy"
    opened.panes.docks["words"].raise_()
    text.setFocus()
    QTest.keyClick(text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asked == ["mop easy"]


def test_a_vanished_sound_and_a_vanished_take_leave_a_living_window(
    opened: StudioWindow, folder: Path
) -> None:
    (folder / "b.wav").unlink()
    opened.session.open_place(folder)
    opened.session.open_line("b")
    opened.session.wait()
    assert "is not at hand" in opened.status.told.text()
    shutil.rmtree(folder)
    opened.session.attempt(lambda: opened.session.open_line("a"))
    assert "there is no take" in opened.status.told.text()
    opened.session.attempt(lambda: opened.session.save())
    assert opened.isVisible()


def test_a_line_without_a_take_says_what_to_press(opened: StudioWindow) -> None:
    opened.session.open_line("c")
    opened.session.wait()
    assert opened.session.document is None and opened.session.wave is not None
    opened.session.attempt(opened.session.split)
    assert "generate one first" in opened.status.told.text()
    assert opened.acts.generate.isEnabled() and not opened.acts.check.isEnabled()


def test_drawing_keeps_up_while_it_plays(opened: StudioWindow) -> None:
    """The timeline repaints in a few milliseconds: strips are kept, only the cursor moves."""
    opened.board.wave.grab()
    started = time.process_time()
    for number in range(20):
        opened.session.transport.seek(number / 20)
        for strip in opened.board.strips:
            strip.grab()
    assert (time.process_time() - started) / 20 < 0.2
    assert opened.session.document is not None and SPEECH in opened.session.document.take.tracks


def test_a_picture_says_the_line_where_somebody_looks(
    opened: StudioWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chosen in its pane, it follows the cursor; closed or hidden it costs nothing."""
    from bilabial.portrait.points import points_by_hand
    from bilabial.studio import talking_still
    from core.test_portrait import POINTS, SIZE, drawn

    monkeypatch.setattr(
        talking_still,
        "find_face",
        lambda pixels: points_by_hand(list(POINTS)).scaled(pixels.shape[0] / SIZE),
    )
    drawn().save(tmp_path / "face.png")
    pane = opened.panes.portrait
    assert not pane.save.isEnabled()
    opened.panes.docks["picture"].show()
    opened.panes.docks["picture"].raise_()
    QTest.qWait(50)
    pane.open(tmp_path / "face.png")
    opened.session.wait()
    assert pane.save.isEnabled()
    frames = []
    for moment in (0.5, 0.36):
        opened.deeds.seek(moment)
        opened.beat()
        end = time.monotonic() + 30
        while time.monotonic() < end and (
            pane.still._shown is None or pane.still._shown is not pane.still._wanted
        ):
            QTest.qWait(20)
            opened.beat()
        frames.append(pane.still.frame())
    assert (frames[0].astype(int) != frames[1]).any()  # type: ignore[union-attr]
    painted = pane.canvas.grab().toImage()
    assert (
        painted.width() > 50
        and painted.pixelColor(painted.width() // 2, painted.height() // 2).alpha() == 255
    )
