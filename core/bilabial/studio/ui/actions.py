"""Every action of the Studio with its keys, each in its menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from ...qa.remarks import State
from ..key_edits import TANGENTS
from ..transport import SPEEDS
from .deeds import Deeds
from .dialogs import ShortcutsDialog
from .icons import icon
from .palette import Palette
from .saying import named, translated
from .theme import THEMES


class Actions(QObject):
    """``every`` is what the palette searches; those that come and go have names."""

    def __init__(self, window: QMainWindow, deeds: Deeds) -> None:
        super().__init__(window)
        self.window, self.deeds, self.session = window, deeds, deeds.session
        self.every: list[QAction] = []
        self._file()
        self._edit()
        self._play()
        self._sounds()
        self._keys()
        self._line()
        self._view()
        self._menu(self.tr("&Help")).addAction(self._new(self.tr("All keys"), "F1", self.show_keys))

    def _menu(self, title: str) -> QMenu:
        return self.window.menuBar().addMenu(title)

    def _file(self) -> None:
        deeds, session = self.deeds, self.session
        menu = self._menu(self.tr("&File"))
        add = menu.addAction
        self.open = self._new(self.tr("Open a folder…"), "Ctrl+O", deeds.ask_folder, "open")
        add(self.open)
        add(self._new(self.tr("Open a take or sound…"), "Ctrl+Shift+O", deeds.ask_file))
        add(self._new(self.tr("Try the demo line"), "", deeds.open_demo))
        add(self._new(self.tr("Look through the folder again"), "F5", session.rescan))
        menu.addSeparator()
        self.save = self._new(self.tr("Save"), "Ctrl+S", session.save, "save")
        add(self.save)
        self.export = self._new(self.tr("Export…"), "Ctrl+E", deeds.export)
        add(self.export)
        menu.addSeparator()
        add(self._new(self.tr("Quit"), "Ctrl+Q", self.window.close))

    def _edit(self) -> None:
        add = self._menu(self.tr("&Edit")).addAction
        self.undo = self._new(self.tr("Undo"), "Ctrl+Z", self.session.undo, "undo")
        self.redo = self._new(self.tr("Redo"), "Ctrl+Shift+Z", self.session.redo, "redo")
        add(self.undo)
        add(self.redo)
        add(self._new(self.tr("All actions…"), "Ctrl+K", self.show_palette, "find"))

    def _play(self) -> None:
        deeds, transport, act = self.deeds, self.session.transport, self._new
        add = self._menu(self.tr("&Play")).addAction
        self.play = act(self.tr("Play or pause"), "Space", deeds.toggle, "play")
        self.loop = act(self.tr("Loop what is chosen"), "L", deeds.loop, "loop")
        add(self.play)
        add(self.loop)
        add(act(self.tr("Play the chosen phones"), "Shift+Space", deeds.play_chosen))
        self.back = act(self.tr("A frame back"), ",", lambda: deeds.step(-1), "back")
        self.on = act(self.tr("A frame on"), ".", lambda: deeds.step(1), "forward")
        add(self.back)
        add(self.on)
        add(act(self.tr("To the start"), "Home", lambda: deeds.seek(0.0)))
        add(act(self.tr("To the end"), "End", lambda: deeds.seek(transport.duration)))
        for speed in SPEEDS:
            key = {0.25: "Ctrl+1", 0.5: "Ctrl+2", 0.75: "Ctrl+3", 1.0: "Ctrl+4"}[speed]
            title = self.tr("Speed {0:g}").format(speed)
            add(act(title, key, partial(transport.set_speed, speed)))

    def _sounds(self) -> None:
        session, add = self.session, self._menu(self.tr("Ph&ones")).addAction
        for title, key, call in (
            (self.tr("Split at the cursor"), "Ctrl+T", session.split),
            (self.tr("Join the chosen"), "Ctrl+J", session.join),
            (self.tr("Rename…"), "Ctrl+R", self.deeds.board.sounds.rename),
            (self.tr("Insert at the cursor…"), "Ctrl+I", self.deeds.insert_sound),
        ):
            add(self._new(title, key, call))

    def _keys(self) -> None:
        session, add, act = self.session, self._menu(self.tr("&Keys")).addAction, self._new
        for kind in TANGENTS:
            title = self.tr("Tangents: {0}").format(named(kind))
            add(act(title, "", partial(session.set_tangents, kind)))
        add(act(self.tr("Larger by a tenth"), "Ctrl+Up", lambda: session.scale_keys(1.1)))
        add(act(self.tr("Smaller by a tenth"), "Ctrl+Down", lambda: session.scale_keys(1 / 1.1)))
        add(act(self.tr("Delete the chosen"), "Ctrl+Backspace", session.delete))

    def _line(self) -> None:
        deeds, session, act = self.deeds, self.session, self._new
        menu = self._menu(self.tr("&Line"))
        add, chosen = menu.addAction, deeds.panes.lines.chosen
        self.generate = act(self.tr("Generate"), "Ctrl+G", lambda: session.generate(chosen()), "generate")
        self.check = act(self.tr("Check"), "Ctrl+H", lambda: session.check(chosen()), "check")
        add(self.generate)
        add(act(self.tr("Generate all lines without a take"), "Ctrl+Shift+G", deeds.generate_missing))
        add(self.check)
        add(act(self.tr("Contact sheet of closures"), "Ctrl+M", deeds.show_sheet))
        add(
            act(
                self.tr("Check all lines"),
                "Ctrl+Shift+H",
                lambda: session.check(line.name for line in session.lines),
            )
        )
        menu.addSeparator()
        add(act(self.tr("Next line"), "Ctrl+PgDown", lambda: session.step_line(1)))
        add(act(self.tr("Line before"), "Ctrl+PgUp", lambda: session.step_line(-1)))
        add(act(self.tr("Next finding"), "F8", lambda: deeds.to_finding(1)))
        add(act(self.tr("Finding before"), "Shift+F8", lambda: deeds.to_finding(-1)))
        for state, key in zip(State, ("Alt+1", "Alt+2", "Alt+3"), strict=True):
            title = self.tr("Mark as {0}").format(named(state))
            add(act(title, key, partial(deeds.mark, state)))
        add(act(self.tr("Note at the cursor"), "Ctrl+N", deeds.write_note))

    def _view(self) -> None:
        deeds, transport, act = self.deeds, self.session.transport, self._new
        axis = deeds.board.axis
        menu = self._menu(self.tr("&View"))
        add = menu.addAction
        self.fit = act(self.tr("Show the whole line"), "Ctrl+0", axis.fit, "fit")
        add(self.fit)
        add(act(self.tr("Zoom in"), "Ctrl++", lambda: axis.zoom(1.5, transport.position)))
        add(act(self.tr("Zoom out"), "Ctrl+-", lambda: axis.zoom(1 / 1.5, transport.position)))
        add(act(self.tr("Zoom to the chosen"), "Z", deeds.zoom_to_chosen))
        add(act(self.tr("Spectrogram"), "", deeds.toggle_spectrogram))
        add(act(self.tr("Tall lanes"), "T", deeds.tall_lanes))
        add(act(self.tr("Lanes that rest"), "", deeds.empty_lanes))
        menu.addSeparator()
        for theme in THEMES:
            title = self.tr("Dark") if theme == "dark" else self.tr("Light")
            add(act(title, "", partial(deeds.set_theme, theme)))
        menu.addSeparator()
        for dock in deeds.panes.docks.values():
            toggle = dock.toggleViewAction()
            add(toggle)
            self.every.append(toggle)

    def _new(self, title: str, keys: str, call: Callable[[], object], picture: str = "") -> QAction:
        action = QAction(title, self.window)
        if keys:
            action.setShortcut(QKeySequence(keys))
        if picture:
            action.setIcon(icon(picture))
            action.setObjectName(picture)
        action.triggered.connect(lambda _=False: self.session.attempt(call))
        action.setToolTip(f"{title.replace('&', '')} ({keys})" if keys else title.replace("&", ""))
        self.every.append(action)
        self.window.addAction(action)
        return action

    def show_palette(self) -> None:
        palette, window = Palette(self.every, self.window), self.window
        corner = window.mapToGlobal(window.rect().center())
        palette.move(corner.x() - palette.width() // 2, window.mapToGlobal(window.rect().topLeft()).y() + 90)
        palette.show()
        palette.search.setFocus()

    def show_keys(self) -> None:
        ShortcutsDialog(self.every, self.window).exec()

    def show_history(self, undo: str, redo: str) -> None:
        """What can be undone and done again, by name."""
        for action, label, plain, pattern in (
            (self.undo, undo, self.tr("Undo"), self.tr("Undo: {0}")),
            (self.redo, redo, self.tr("Redo"), self.tr("Redo: {0}")),
        ):
            action.setEnabled(bool(label))
            action.setText(pattern.format(translated(label)) if label else plain)

    def show_playing(self, playing: bool) -> None:
        name = "pause" if playing else "play"
        if self.play.objectName() != name:
            self.play.setObjectName(name)
            self.play.setIcon(icon(name))

    def refresh_icons(self) -> None:
        """After another theme."""
        for action in self.every:
            if action.objectName() and not action.icon().isNull():
                action.setIcon(icon(action.objectName()))
