"""The Studio's window: docks about a timeline, actions with shortcuts, the beat that keeps all in step."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QTabBar, QTabWidget

from ..session import Session
from .actions import Actions
from .board import Board
from .deeds import Deeds
from .panes import Panes
from .status import Status
from .tools import Tools
from .welcome import Welcome

_BEAT_MS = 16
_SIZE = 1440, 860  # pixels of a window that is opened for the first time
_ARRANGEMENT = 1  # of the docks: what was kept of another one is forgotten


class StudioWindow(QMainWindow):
    def __init__(self, session: Session, demo_folder: Path | None = None) -> None:
        super().__init__()
        self.session = session
        self.setWindowTitle("Bilabial Studio")
        self.setAcceptDrops(True)
        self._is_new, self._lays_out = True, False
        self.setDockNestingEnabled(True)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.board = Board(session)
        self.panes = Panes(self, session)
        self.deeds = Deeds(self, session, self.board, self.panes, demo_folder)
        self.deeds.moved.connect(self._moved)
        self.deeds.dressed.connect(self._dressed)
        self._make_centre()
        self.status = Status(session)
        self.setStatusBar(self.status)
        self.acts = Actions(self, self.deeds)
        self.tools = Tools(session, self.acts)
        self.addToolBar(self.tools)
        self._restore()
        for bar in self.findChildren(QTabBar):
            bar.setElideMode(Qt.TextElideMode.ElideNone)
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

    def _make_centre(self) -> None:
        self.welcome = Welcome(self.session.settings, self.deeds.demo is not None)
        self.welcome.demo_wanted.connect(self.deeds.open_demo)
        self.welcome.folder_wanted.connect(self.deeds.ask_folder)
        self.welcome.place_wanted.connect(lambda place: self.deeds.open_place(Path(place)))
        self.pages = QStackedWidget()
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(self.board)
        self.setCentralWidget(self.pages)

    # What the session tells

    def beat(self) -> None:
        """Sixty times a second: the clock, the jobs, and what moves."""
        playing = self.session.poll()
        position = self.session.transport.position
        if position != self._last_position:
            self._last_position = position
            if playing:
                self.board.axis.follow(position)
            self._moved()
        self.panes.portrait.refresh()
        self.acts.show_playing(self.session.transport.playing)

    def _moved(self) -> None:
        for strip in self.board.strips:
            strip.update()
        self.panes.head_pane.refresh()
        self.tools.show_position(self.session.transport.position)

    def _dressed(self) -> None:
        self.acts.refresh_icons()
        for strip in self.board.strips:
            strip.refresh()
        self.panes.findings.show_report()
        self.panes.head.update()
        self.panes.style_panel.pad.update()

    def _opened(self) -> None:
        if self.session.transport.duration > 0.0:
            self.board.axis.set_duration(self.session.transport.duration)
        if self.session.current:
            self._show_board()
        self._enable()
        self._retitle()
        self._moved()

    def _opened_sound(self) -> None:
        if (
            self.session.wave is not None
            and abs(self.board.axis.duration - self.session.transport.duration) > 1e-6
        ):
            self.board.axis.set_duration(self.session.transport.duration)

    def _compared(self) -> None:
        self.panes.head.ghost = self.session.other is not None
        self.panes.head.swapped = self.panes.compare.swapped()
        self.panes.head.update()

    def _retitle(self) -> None:
        document = self.session.document
        name = self.session.current
        self.setWindowTitle(f"{name}[*] - Bilabial Studio" if name else "Bilabial Studio")
        self.setWindowModified(document is not None and document.dirty)
        history = None if document is None else document.history
        undo, redo = ("", "") if history is None else (history.undo_label, history.redo_label)
        self.acts.show_history(undo, redo)
        self.acts.save.setEnabled(document is not None and document.dirty)
        self.panes.head.update()

    def _enable(self) -> None:
        if self.session.lines:
            self._show_board()
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
            self.deeds.open_place(places[0])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_new and not isinstance(self.session.settings.get("window"), str):
            QTimer.singleShot(0, self, self._begin_size)
        self._is_new = False

    def _begin_size(self) -> None:
        """Before it was shown it was as tall as all docks one below the other."""
        self._lays_out = True
        self.resize(*_SIZE)

    def _show_board(self) -> None:
        """Lines are there: the page to begin with goes, and in a new window the docks take their sizes."""
        if self.pages.currentIndex() == 1:
            return
        self.pages.setCurrentIndex(1)
        if self._lays_out:
            self._lays_out = False
            QTimer.singleShot(0, self, lambda: self.panes.lay_out())

    def closeEvent(self, event: QCloseEvent) -> None:
        self._beat.stop()
        self.panes.live.stop()
        self.panes.portrait.stop()
        self.panes.head.end()
        settings = self.session.settings
        settings.set("window", self.saveGeometry().toHex().toStdString())
        settings.set("docks", self.saveState(_ARRANGEMENT).toHex().toStdString())
        self.session.leave()
        super().closeEvent(event)

    def _restore(self) -> None:
        window, docks = (self.session.settings.get(name) for name in ("window", "docks"))
        if isinstance(window, str):
            self.restoreGeometry(QByteArray.fromHex(window.encode("ascii", "ignore")))
        if isinstance(docks, str):
            self.restoreState(QByteArray.fromHex(docks.encode("ascii", "ignore")), _ARRANGEMENT)
