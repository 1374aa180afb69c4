"""The Studio's window: docks about a timeline, actions with shortcuts, the beat that keeps all in step."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDockWidget,
    QFileDialog,
    QLabel,
    QMainWindow,
    QProgressBar,
    QScrollArea,
    QStackedWidget,
    QTabWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..contact_sheet import Sheet, contact_sheet
from ..key_edits import TANGENTS
from ..lines import State
from ..session import Session
from ..settings import state_folder
from ..transport import SPEEDS
from .curves_view import CurvesView
from .dialogs import ExportDialog, ShortcutsDialog
from .head_view import CAMERAS, make_head
from .icons import icon
from .line_table import LinePanel
from .live_panel import LivePanel
from .palette import Palette
from .panels import ComparePanel, FindingsPanel, NotesPanel, StylePanel, WordsPanel
from .sheet_dialog import SheetDialog
from .theme import THEMES, apply_theme
from .tiers import PhoneStrip, WordStrip
from .timeline import Ruler, SpectrumStrip, Strip, TimeAxis, WaveStrip, Width
from .welcome import Welcome, demo_files

_BEAT_MS = 16
_FRAME_RATES = (24.0, 25.0, 30.0, 60.0)


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
        self.axis = TimeAxis()
        self.all_actions: list[QAction] = []
        self._make_centre()
        self._make_docks()
        self._make_status()
        self._make_actions()
        self._restore()
        for topic, listener in (
            ("document", self._opened), ("take", self._retitle), ("selection", self._moved),
            ("message", self._said), ("jobs", self._show_jobs), ("sound", self._opened_sound),
            ("report", self._marks), ("lines", self._enable), ("compare", self._compared),
        ):  # fmt: skip
            session.listen(topic, listener)
        self._beat = QTimer(self)
        self._beat.setInterval(_BEAT_MS)
        self._beat.timeout.connect(self.beat)
        self._beat.start()
        self._last_position = -1.0
        self._enable()
        self._said()

    # The parts

    def _make_centre(self) -> None:
        session, axis = self.session, self.axis
        self.ruler, self.wave = Ruler(session, axis), WaveStrip(session, axis)
        self.spectrum, self.words = SpectrumStrip(session, axis), WordStrip(session, axis)
        self.sounds, self.curves = PhoneStrip(session, axis), CurvesView(session, axis)
        self.strips: list[Strip] = [
            self.ruler, self.wave, self.spectrum, self.words, self.sounds, self.curves
        ]  # fmt: skip
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        inner = QWidget()
        lanes = QVBoxLayout(inner)
        lanes.setContentsMargins(0, 0, 0, 0)
        lanes.addWidget(self.curves)
        lanes.addStretch(1)
        scroll.setWidget(inner)
        board = QWidget()
        box = QVBoxLayout(board)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        for strip in self.strips[:-1]:
            box.addWidget(strip)
        box.addWidget(scroll, 1)
        Width(self.curves, axis)
        self.welcome = Welcome(session.settings, self.demo is not None)
        self.welcome.demo_wanted.connect(self.open_demo)
        self.welcome.folder_wanted.connect(self.ask_folder)
        self.welcome.place_wanted.connect(lambda place: self.open_place(Path(place)))
        self.pages = QStackedWidget()
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(board)
        self.setCentralWidget(self.pages)

    def _make_docks(self) -> None:
        session = self.session
        self.lines = LinePanel(session)
        self.head = make_head(session)
        self.findings, self.text = FindingsPanel(session), WordsPanel(session)
        self.style_panel, self.notes = StylePanel(session), NotesPanel(session)
        self.compare, self.live = ComparePanel(session), LivePanel(session, self.head)
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        self.docks: dict[str, QDockWidget] = {}
        for name, title, widget, area in (
            ("lines", self.tr("Lines"), self.lines, left),
            ("head", self.tr("Head"), self._with_cameras(self.head), right),
            ("findings", self.tr("Findings"), self.findings, right),
            ("words", self.tr("Words"), self.text, right),
            ("style", self.tr("Style"), self.style_panel, right),
            ("notes", self.tr("Notes"), self.notes, right),
            ("compare", self.tr("Compare"), self.compare, right),
            ("live", self.tr("Live"), self.live, right),
        ):
            dock = QDockWidget(title, self)
            dock.setObjectName(name)
            dock.setWidget(widget)
            self.addDockWidget(area, dock)
            self.docks[name] = dock
        for name in ("words", "style", "notes", "compare", "live"):
            self.tabifyDockWidget(self.docks["findings"], self.docks[name])
        self.docks["findings"].raise_()
        self.resizeDocks([self.docks["lines"], self.docks["head"]], [380, 340], Qt.Orientation.Horizontal)
        self.resizeDocks([self.docks["head"], self.docks["findings"]], [430, 380], Qt.Orientation.Vertical)

    def _with_cameras(self, head: QWidget) -> QWidget:
        bar = QToolBar()
        self.cameras = QActionGroup(bar)
        titles = {"face": self.tr("Face"), "mouth": self.tr("Mouth"), "portrait": self.tr("Portrait")}
        for name in CAMERAS:
            action = bar.addAction(titles[name])
            action.setCheckable(True)
            action.setChecked(name == "face")
            action.triggered.connect(lambda _=False, name=name: self._choose_camera(name))
            self.cameras.addAction(action)
        wire = bar.addAction(self.tr("Wire"))
        wire.setCheckable(True)
        wire.toggled.connect(self._set_wire)
        self.pace = QLabel()
        self.pace.setObjectName("soft")
        bar.addWidget(self.pace)
        whole = QWidget()
        box = QVBoxLayout(whole)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(bar)
        box.addWidget(head, 1)
        return whole

    def _choose_camera(self, name: str) -> None:
        self.head.orbit.choose(name)
        self.head.update()

    def _set_wire(self, on: bool) -> None:
        self.head.wire = on
        self.head.update()

    def _make_status(self) -> None:
        self.told, self.doing = QLabel(), QLabel()
        self.bar = QProgressBar()
        self.bar.setFixedWidth(150)
        self.bar.setTextVisible(False)
        self.stop = QToolButton()
        self.stop.setText(self.tr("Stop"))
        self.stop.clicked.connect(lambda: self.session.cancel())
        self.statusBar().addWidget(self.told, 1)
        for widget in (self.doing, self.bar, self.stop):
            self.statusBar().addPermanentWidget(widget)
            widget.hide()

    # Actions

    def _make_actions(self) -> None:
        session, act = self.session, self._action
        menus = {
            name: self.menuBar().addMenu(title)
            for name, title in (
                ("file", self.tr("&File")), ("edit", self.tr("&Edit")), ("play", self.tr("&Play")),
                ("sounds", self.tr("&Sounds")), ("keys", self.tr("&Keys")), ("line", self.tr("&Line")),
                ("view", self.tr("&View")), ("help", self.tr("&Help")),
            )
        }  # fmt: skip
        add = menus["file"].addAction
        self.act_open = act(self.tr("Open a folder…"), "Ctrl+O", self.ask_folder, "open")
        add(self.act_open)
        add(act(self.tr("Open a take or sound…"), "Ctrl+Shift+O", self.ask_file))
        add(act(self.tr("Try the demo line"), "", self.open_demo))
        menus["file"].addSeparator()
        self.act_save = act(self.tr("Save"), "Ctrl+S", session.save, "save")
        add(self.act_save)
        self.act_export = act(self.tr("Export…"), "Ctrl+E", self.export)
        add(self.act_export)
        menus["file"].addSeparator()
        add(act(self.tr("Quit"), "Ctrl+Q", self.close))
        add = menus["edit"].addAction
        self.act_undo = act(self.tr("Undo"), "Ctrl+Z", session.undo, "undo")
        self.act_redo = act(self.tr("Redo"), "Ctrl+Shift+Z", session.redo, "redo")
        add(self.act_undo)
        add(self.act_redo)
        add(act(self.tr("All actions…"), "Ctrl+K", self.show_palette, "find"))
        add = menus["play"].addAction
        self.act_play = act(self.tr("Play or pause"), "Space", self.toggle, "play")
        self.act_loop = act(self.tr("Loop what is chosen"), "L", self.loop, "loop")
        add(self.act_play)
        add(self.act_loop)
        add(act(self.tr("Play the chosen sounds"), "Shift+Space", self.play_chosen))
        self.act_back = act(self.tr("A frame back"), ",", lambda: self.step(-1), "back")
        self.act_on = act(self.tr("A frame on"), ".", lambda: self.step(1), "forward")
        add(self.act_back)
        add(self.act_on)
        add(act(self.tr("To the start"), "Home", lambda: self.seek(0.0)))
        add(act(self.tr("To the end"), "End", lambda: self.seek(session.transport.duration)))
        for speed in SPEEDS:
            key = {0.25: "Ctrl+1", 0.5: "Ctrl+2", 0.75: "Ctrl+3", 1.0: "Ctrl+4"}[speed]
            title = self.tr("Speed {0:g}").format(speed)
            add(act(title, key, partial(session.transport.set_speed, speed)))
        add = menus["sounds"].addAction
        for title, key, call in (
            (self.tr("Split at the cursor"), "Ctrl+T", session.split),
            (self.tr("Join the chosen"), "Ctrl+J", session.join),
            (self.tr("Rename…"), "Ctrl+R", self.sounds.rename),
            (self.tr("Insert at the cursor…"), "Ctrl+I", self.insert_sound),
        ):
            add(act(title, key, call))
        add = menus["keys"].addAction
        for kind in TANGENTS:
            title = self.tr("Tangents: {0}").format(kind)
            add(act(title, "", partial(session.set_tangents, kind)))
        add(act(self.tr("Larger by a tenth"), "Ctrl+Up", lambda: session.scale_keys(1.1)))
        add(act(self.tr("Smaller by a tenth"), "Ctrl+Down", lambda: session.scale_keys(1 / 1.1)))
        add(act(self.tr("Delete the chosen"), "Ctrl+Backspace", session.delete))
        add = menus["line"].addAction
        self.act_generate = act(
            self.tr("Generate"), "Ctrl+G", lambda: session.generate(self.lines.chosen()), "generate"
        )
        self.act_check = act(self.tr("Check"), "Ctrl+H", lambda: session.check(self.lines.chosen()), "check")
        add(self.act_generate)
        add(act(self.tr("Generate all lines without a take"), "", self.generate_missing))
        add(self.act_check)
        add(act(self.tr("Contact sheet of closures"), "Ctrl+M", self.show_sheet))
        add(act(self.tr("Check all lines"), "", lambda: session.check(line.name for line in session.lines)))
        menus["line"].addSeparator()
        add(act(self.tr("Next line"), "Ctrl+PgDown", lambda: session.step_line(1)))
        add(act(self.tr("Line before"), "Ctrl+PgUp", lambda: session.step_line(-1)))
        add(act(self.tr("Next finding"), "F8", lambda: self._found(1)))
        add(act(self.tr("Finding before"), "Shift+F8", lambda: self._found(-1)))
        for state, key in zip(State, ("Alt+1", "Alt+2", "Alt+3"), strict=True):
            title = self.tr("Mark as {0}").format(state)
            add(act(title, key, partial(self.mark, state)))
        add(act(self.tr("Note at the cursor"), "Ctrl+N", self.write_note))
        add = menus["view"].addAction
        self.act_fit = act(self.tr("Show the whole line"), "Ctrl+0", self.axis.fit, "fit")
        add(self.act_fit)
        here = self.session.transport
        add(act(self.tr("Zoom in"), "Ctrl++", lambda: self.axis.zoom(1.5, here.position)))
        add(act(self.tr("Zoom out"), "Ctrl+-", lambda: self.axis.zoom(1 / 1.5, here.position)))
        add(act(self.tr("Zoom to the chosen"), "Z", self.zoom_to_chosen))
        add(act(self.tr("Spectrogram"), "", lambda: self.spectrum.setVisible(not self.spectrum.isVisible())))
        add(act(self.tr("Tall lanes"), "T", self.tall_lanes))
        add(act(self.tr("Lanes that rest"), "", self.empty_lanes))
        menus["view"].addSeparator()
        for theme in THEMES:
            title = self.tr("Dark") if theme == "dark" else self.tr("Light")
            add(act(title, "", partial(self.set_theme, theme)))
        menus["view"].addSeparator()
        for dock in self.docks.values():
            toggle = dock.toggleViewAction()
            add(toggle)
            self.all_actions.append(toggle)
        menus["help"].addAction(act(self.tr("All keys"), "F1", self.show_keys))
        self._make_toolbar()

    def _action(self, title: str, keys: str, call: Callable[[], object], picture: str = "") -> QAction:
        action = QAction(title, self)
        if keys:
            action.setShortcut(QKeySequence(keys))
        if picture:
            action.setIcon(icon(picture))
            action.setObjectName(picture)
        action.triggered.connect(lambda _=False: self.session.attempt(call))
        action.setToolTip(f"{title.replace('&', '')} ({keys})" if keys else title.replace("&", ""))
        self.all_actions.append(action)
        self.addAction(action)
        return action

    def _make_toolbar(self) -> None:
        bar = QToolBar(self.tr("Tools"))
        bar.setObjectName("tools")
        bar.setMovable(False)
        self.addToolBar(bar)
        for group in (
            (self.act_open, self.act_save), (self.act_undo, self.act_redo),
            (self.act_back, self.act_play, self.act_on, self.act_loop),
        ):  # fmt: skip
            for action in group:
                bar.addAction(action)
            bar.addSeparator()
        self.speed = QComboBox()
        self.speed.setAccessibleName(self.tr("Speed"))
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g}×", speed)
        self.speed.setCurrentIndex(len(SPEEDS) - 1)
        self.speed.activated.connect(lambda: self.session.transport.set_speed(self.speed.currentData()))
        self.rate = QComboBox()
        self.rate.setAccessibleName(self.tr("Frames a second"))
        for rate in _FRAME_RATES:
            self.rate.addItem(self.tr("{0:g} fps").format(rate), rate)
        self.rate.setCurrentIndex(max(self.rate.findData(self.session.fps), 0))
        self.rate.activated.connect(self._set_rate)
        self.clock = QLabel("0:00.00")
        self.clock.setAccessibleName(self.tr("Position"))
        self.clock.setMinimumWidth(130)
        self.clock.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for widget in (self.speed, self.rate, self.clock):
            bar.addWidget(widget)
        bar.addSeparator()
        for action in (self.act_fit, self.act_generate, self.act_check):
            bar.addAction(action)
        for action in (self.act_generate, self.act_check):
            button = bar.widgetForAction(action)
            if isinstance(button, QToolButton):
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    # What actions do

    def open_place(self, place: Path) -> None:
        self.session.attempt(lambda: self.session.open_place(place))
        if self.session.lines:
            self.pages.setCurrentIndex(1)
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
        self._show_playing()

    def loop(self) -> None:
        transport = self.session.transport
        span = self._chosen_span()
        transport.loop = None if transport.loop is not None and span is None else span or transport.loop
        self._moved()

    def play_chosen(self) -> None:
        span = self._chosen_span() or self.session.transport.loop
        if span is not None:
            self.session.transport.play(*span)

    def _chosen_span(self) -> tuple[float, float] | None:
        document, chosen = self.session.document, sorted(self.session.phones)
        if document is None or not chosen:
            return None
        phones = document.take.phones.phones
        return phones[chosen[0]].start, phones[chosen[-1]].end

    def step(self, frames: int) -> None:
        self.session.transport.step(frames, self.session.fps)
        self._moved()

    def seek(self, seconds: float) -> None:
        self.session.transport.seek(seconds)
        self._moved()

    def zoom_to_chosen(self) -> None:
        span = self._chosen_span() or self.session.transport.loop or self.session.keys.span
        if span is not None:
            self.axis.show_span(*span)

    def tall_lanes(self) -> None:
        self.curves.tall = not self.curves.tall
        self.curves.lay_out()

    def empty_lanes(self) -> None:
        self.curves.show_empty = not self.curves.show_empty
        self.curves.lay_out()

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
        palette = Palette(self.all_actions, self)
        corner = self.mapToGlobal(self.rect().center())
        palette.move(corner.x() - palette.width() // 2, self.mapToGlobal(self.rect().topLeft()).y() + 90)
        palette.show()
        palette.search.setFocus()

    def show_keys(self) -> None:
        ShortcutsDialog(self.all_actions, self).exec()

    def set_theme(self, name: str) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, name)
        self.session.settings.set("theme", name)
        for action in self.all_actions:
            if action.objectName() and not action.icon().isNull():
                action.setIcon(icon(action.objectName()))
        for strip in self.strips:
            strip.refresh()
        self.findings.show_report()
        self.head.update()
        self.style_panel.pad.update()

    def _set_rate(self) -> None:
        self.session.fps = float(self.rate.currentData())
        self.session.settings.set("fps", self.session.fps)

    def _found(self, by: int) -> None:
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
        self._show_playing()

    def _moved(self) -> None:
        position = self.session.transport.position
        for strip in self.strips:
            strip.update()
        self.head.update()
        minutes, seconds = divmod(position, 60.0)
        frame = round(position * self.session.fps)
        self.clock.setText(f"{int(minutes)}:{seconds:05.2f}   {self.tr('frame')} {frame}")
        self.pace.setText(f"{self.head.pace():.0f} fps" if self.session.transport.playing else "")

    def _show_playing(self) -> None:
        name = "pause" if self.session.transport.playing else "play"
        if self.act_play.objectName() != name:
            self.act_play.setObjectName(name)
            self.act_play.setIcon(icon(name))

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
        self.act_undo.setEnabled(bool(undo))
        self.act_redo.setEnabled(bool(redo))
        self.act_undo.setText(self.tr("Undo: {0}").format(undo) if undo else self.tr("Undo"))
        self.act_redo.setText(self.tr("Redo: {0}").format(redo) if redo else self.tr("Redo"))
        self.act_save.setEnabled(document is not None and document.dirty)
        self.head.update()

    def _enable(self) -> None:
        line = self.session.line()
        self.act_generate.setEnabled(line is not None and line.sound is not None)
        self.act_check.setEnabled(line is not None and line.take is not None)
        self.act_export.setEnabled(self.session.document is not None)
        self.ruler.refresh()

    def _marks(self) -> None:
        self.ruler.refresh()

    def _said(self) -> None:
        self.told.setText(self.session.message)
        self.told.setToolTip(self.session.message)

    def _show_jobs(self) -> None:
        seen = [running for running in self.session.running if not running.quiet]
        for widget in (self.doing, self.bar, self.stop):
            widget.setVisible(bool(seen))
        if seen:
            self.doing.setText(f"{seen[0].title}: {seen[0].job.stage}")
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(seen[0].job.fraction * 1000))

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
