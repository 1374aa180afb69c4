"""The Studio's window: docks about a timeline, actions with shortcuts, the beat that keeps all in step."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QFileDialog,
    QMainWindow,
    QStackedWidget,
    QTabWidget,
)

from ...qa.remarks import State
from ..contact_sheet import Sheet, contact_sheet
from ..session import Session
from ..settings import state_folder
from .actions import Actions
from .board import Board
from .compare_panel import ComparePanel
from .dialogs import ExportDialog, ShortcutsDialog
from .findings_panel import FindingsPanel
from .head_pane import HeadPane
from .lexicon_panel import LexiconPanel
from .line_table import LinePanel
from .live_panel import LivePanel
from .notes_panel import NotesPanel
from .palette import Palette
from .portrait_pane import PortraitPane
from .sheet_dialog import SheetDialog
from .status import Status
from .style_panel import StylePanel
from .theme import apply_theme
from .tools import Tools
from .welcome import Welcome, demo_files
from .words_panel import WordsPanel

_BEAT_MS = 16


class StudioWindow(QMainWindow):
    def __init__(self, session: Session, demo_folder: Path | None = None) -> None:
        super().__init__()
        self.session = session
        self.demo = None if demo_folder is None else demo_files(demo_folder)
        self.setWindowTitle("Bilabial Studio")
        self.setAcceptDrops(True)
        self.resize(1440, 900)
        self.setDockNestingEnabled(True)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.board = Board(session)
        self.axis, self.sounds = self.board.axis, self.board.sounds
        self._make_centre()
        self._make_docks()
        self.status = Status(session)
        self.setStatusBar(self.status)
        self.acts = Actions(self)
        self.tools = Tools(session, self.acts)
        self.addToolBar(self.tools)
        self._restore()
        for topic, listener in (
            ("document", self._opened), ("take", self._retitle), ("selection", self._moved),
            ("sound", self._opened_sound), ("report", self.board.ruler.refresh), ("lines", self._enable),
            ("compare", self._compared),
        ):  # fmt: skip
            session.listen(topic, listener)
        self._beat = QTimer(self)
        self._beat.setInterval(_BEAT_MS)
        self._beat.timeout.connect(self.beat)
        self._beat.start()
        self._last_position = -1.0
        self._enable()

    # The parts

    def _make_centre(self) -> None:
        self.welcome = Welcome(self.session.settings, self.demo is not None)
        self.welcome.demo_wanted.connect(self.open_demo)
        self.welcome.folder_wanted.connect(self.ask_folder)
        self.welcome.place_wanted.connect(lambda place: self.open_place(Path(place)))
        self.pages = QStackedWidget()
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(self.board)
        self.setCentralWidget(self.pages)

    def _make_docks(self) -> None:
        session = self.session
        self.lines = LinePanel(session)
        self.head_pane = HeadPane(session)
        self.head = self.head_pane.head
        self.findings, self.text = FindingsPanel(session), WordsPanel(session)
        self.style_panel, self.notes = StylePanel(session), NotesPanel(session)
        self.lexicon = LexiconPanel(session)
        self.compare, self.live = ComparePanel(session), LivePanel(session, self.head)
        self.portrait = PortraitPane(session)
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        self.docks: dict[str, QDockWidget] = {}
        for name, title, widget, area in (
            ("lines", self.tr("Lines"), self.lines, left),
            ("head", self.tr("Head"), self.head_pane, right),
            ("findings", self.tr("Findings"), self.findings, right),
            ("words", self.tr("Words"), self.text, right),
            ("lexicon", self.tr("Lexicon"), self.lexicon, right),
            ("style", self.tr("Style"), self.style_panel, right),
            ("notes", self.tr("Notes"), self.notes, right),
            ("compare", self.tr("Compare"), self.compare, right),
            ("live", self.tr("Live"), self.live, right),
            ("picture", self.tr("Picture"), self.portrait, right),
        ):
            dock = QDockWidget(title, self)
            dock.setObjectName(name)
            dock.setWidget(widget)
            self.addDockWidget(area, dock)
            self.docks[name] = dock
        for name in ("words", "lexicon", "style", "notes", "compare", "live", "picture"):
            self.tabifyDockWidget(self.docks["findings"], self.docks[name])
        self.docks["findings"].raise_()
        self.resizeDocks([self.docks["lines"], self.docks["head"]], [380, 340], Qt.Orientation.Horizontal)
        self.resizeDocks([self.docks["head"], self.docks["findings"]], [430, 380], Qt.Orientation.Vertical)

    # What actions do

    def open_place(self, place: Path) -> None:
        self.session.attempt(lambda: self.session.open_place(place))
        if not self.session.current and self.session.lines:
            self.session.attempt(lambda: self.session.open_line(self.session.shown()[0].name))

    def ask_folder(self) -> None:
        start = str(self.session.folder or Path.home())
        folder = QFileDialog.getExistingDirectory(self, self.tr("A folder of recordings and takes"), start)
        if folder:
            self.open_place(Path(folder))

    def ask_file(self) -> None:
        start = str(self.session.folder or Path.home())
        name, _ = QFileDialog.getOpenFileName(self, self.tr("A take or a sound"), start)
        if name:
            self.open_place(Path(name))

    def open_demo(self) -> None:
        """The spoken line that comes with Bilabial, copied to where it may be edited."""
        if self.demo is None:
            self.session.say(self.tr("The demo line did not come with this installation: open a folder."))
            return
        folder = state_folder() / "demo"
        folder.mkdir(parents=True, exist_ok=True)
        for file in self.demo:
            if not (folder / file.name).is_file():
                shutil.copyfile(file, folder / file.name)
        self.open_place(folder / self.demo[0].name)
        line = self.session.line()
        if line is not None and line.take is None:
            self.session.attempt(lambda: self.session.generate([line.name]))

    def toggle(self) -> None:
        self.session.transport.toggle()
        self.acts.show_playing(self.session.transport.playing)

    def loop(self) -> None:
        transport = self.session.transport
        span = self.session.chosen_span()
        transport.loop = None if transport.loop is not None and span is None else span or transport.loop
        self._moved()

    def play_chosen(self) -> None:
        span = self.session.chosen_span() or self.session.transport.loop
        if span is not None:
            self.session.transport.play(*span)

    def step(self, frames: int) -> None:
        self.session.transport.step(frames, self.session.fps)
        self._moved()

    def seek(self, seconds: float) -> None:
        self.session.transport.seek(seconds)
        self._moved()

    def zoom_to_chosen(self) -> None:
        span = self.session.chosen_span() or self.session.transport.loop or self.session.keys.span
        if span is not None:
            self.axis.show_span(*span)

    def tall_lanes(self) -> None:
        self.board.curves.tall = not self.board.curves.tall
        self.board.curves.lay_out()

    def empty_lanes(self) -> None:
        self.board.curves.show_empty = not self.board.curves.show_empty
        self.board.curves.lay_out()

    def toggle_spectrogram(self) -> None:
        self.board.spectrum.setVisible(not self.board.spectrum.isVisible())

    def insert_sound(self) -> None:
        """A neutral vowel at the cursor, at once renamed."""
        self.session.insert("ə")
        index = self.session.phone_at_cursor()
        if index is not None:
            self.session.select_phones([index])
            self.sounds.rename()

    def generate_missing(self) -> None:
        self.session.generate([line.name for line in self.session.lines if line.take is None])

    def mark(self, state: State) -> None:
        self.session.mark(self.lines.chosen(), state)

    def write_note(self) -> None:
        self.docks["notes"].raise_()
        self.notes.entry.setFocus()

    def export(self) -> None:
        if self.session.document is not None:
            ExportDialog(self.session, self).exec()

    def show_sheet(self) -> None:
        """Draw the mouth at every closure in the background, then show it."""
        document = self.session.document
        if document is None:
            self.session.say(self.tr("No take is open."))
            return
        take, fps = document.take, self.session.fps

        def done(sheet: Sheet) -> None:
            dialog = SheetDialog(self.session, sheet, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.show()

        self.session.start(
            self.tr("Drawing the mouths"),
            lambda progress, cancelled: contact_sheet(take, fps, progress=progress, cancelled=cancelled),
            done,
        )

    def show_palette(self) -> None:
        palette = Palette(self.acts.every, self)
        corner = self.mapToGlobal(self.rect().center())
        palette.move(corner.x() - palette.width() // 2, self.mapToGlobal(self.rect().topLeft()).y() + 90)
        palette.show()
        palette.search.setFocus()

    def show_keys(self) -> None:
        ShortcutsDialog(self.acts.every, self).exec()

    def set_theme(self, name: str) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, name)
        self.session.settings.set("theme", name)
        self.acts.refresh_icons()
        for strip in self.board.strips:
            strip.refresh()
        self.findings.show_report()
        self.head.update()
        self.style_panel.pad.update()

    def to_finding(self, by: int) -> None:
        finding = self.session.next_finding(by)
        if finding is None:
            self.session.say(self.tr("No finding further on."))
        else:
            self.session.say(f"{finding.kind}: {finding.reason}")
        self._moved()

    # What the session tells

    def beat(self) -> None:
        """Sixty times a second: the clock, the jobs, and what moves."""
        playing = self.session.poll()
        position = self.session.transport.position
        if position != self._last_position:
            self._last_position = position
            if playing:
                self.axis.follow(position)
            self._moved()
        self.portrait.refresh()
        self.acts.show_playing(self.session.transport.playing)

    def _moved(self) -> None:
        for strip in self.board.strips:
            strip.update()
        self.head_pane.refresh()
        self.tools.show_position(self.session.transport.position)

    def _opened(self) -> None:
        if self.session.transport.duration > 0.0:
            self.axis.set_duration(self.session.transport.duration)
        if self.session.current:
            self.pages.setCurrentIndex(1)
        self._enable()
        self._retitle()
        self._moved()

    def _opened_sound(self) -> None:
        if self.session.wave is not None and abs(self.axis.duration - self.session.transport.duration) > 1e-6:
            self.axis.set_duration(self.session.transport.duration)

    def _compared(self) -> None:
        self.head.ghost = self.session.other is not None
        self.head.swapped = self.compare.swapped()
        self.head.update()

    def _retitle(self) -> None:
        document = self.session.document
        name = self.session.current
        self.setWindowTitle(f"{name}[*] - Bilabial Studio" if name else "Bilabial Studio")
        self.setWindowModified(document is not None and document.dirty)
        history = None if document is None else document.history
        undo, redo = ("", "") if history is None else (history.undo_label, history.redo_label)
        self.acts.show_history(undo, redo)
        self.acts.save.setEnabled(document is not None and document.dirty)
        self.head.update()

    def _enable(self) -> None:
        if self.session.lines:
            self.pages.setCurrentIndex(1)
        line = self.session.line()
        self.acts.generate.setEnabled(line is not None and line.sound is not None)
        self.acts.check.setEnabled(line is not None and line.take is not None)
        self.acts.export.setEnabled(self.session.document is not None)
        self.board.ruler.refresh()

    # Dropping, leaving, coming back

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        places = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if places:
            self.open_place(places[0])

    def closeEvent(self, event: QCloseEvent) -> None:
        self._beat.stop()
        self.live.stop()
        self.portrait.stop()
        self.head.end()
        settings = self.session.settings
        settings.set("window", self.saveGeometry().toHex().toStdString())
        settings.set("docks", self.saveState().toHex().toStdString())
        self.session.leave()
        super().closeEvent(event)

    def _restore(self) -> None:
        for name, restore in (("window", self.restoreGeometry), ("docks", self.restoreState)):
            told = self.session.settings.get(name)
            if isinstance(told, str):
                restore(QByteArray.fromHex(told.encode("ascii")))
