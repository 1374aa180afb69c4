"""What the actions of the menus do, where it takes more than one call of the session."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QMainWindow

from ...paths import home
from ...phrases import Phrase
from ...qa.remarks import State
from ..contact_sheet import Sheet, contact_sheet
from ..session import Session
from ..settings import state_folder
from .board import Board
from .dialogs import ExportDialog
from .panes import Panes
from .sheet_dialog import SheetDialog
from .theme import apply_theme
from .welcome import demo_files


class Deeds(QObject):
    """``window`` is what dialogs stand before; ``moved`` and ``dressed`` tell it what to draw anew."""

    moved = Signal()  # the cursor, or what is chosen
    dressed = Signal()  # another theme

    def __init__(
        self, window: QMainWindow, session: Session, board: Board, panes: Panes, demo_folder: Path | None
    ) -> None:
        super().__init__(window)
        self.window, self.session, self.board, self.panes = window, session, board, panes
        self.demo = None if demo_folder is None else demo_files(demo_folder)

    def open_place(self, place: Path) -> None:
        self.session.attempt(lambda: self.session.open_place(place))
        if not self.session.current and self.session.lines:
            self.session.attempt(lambda: self.session.open_line(self.session.shown()[0].name))

    def ask_folder(self) -> None:
        start = str(self.session.folder or home())
        folder = QFileDialog.getExistingDirectory(
            self.window, self.tr("A folder of recordings and takes"), start
        )
        if folder:
            self.open_place(Path(folder))

    def ask_file(self) -> None:
        start = str(self.session.folder or home())
        name, _ = QFileDialog.getOpenFileName(self.window, self.tr("A take or a sound"), start)
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

    def loop(self) -> None:
        transport = self.session.transport
        span = self.session.chosen_span()
        transport.loop = None if transport.loop is not None and span is None else span or transport.loop
        self.moved.emit()

    def play_chosen(self) -> None:
        span = self.session.chosen_span() or self.session.transport.loop
        if span is not None:
            self.session.transport.play(*span)

    def step(self, frames: int) -> None:
        self.session.transport.step(frames, self.session.fps)
        self.moved.emit()

    def seek(self, seconds: float) -> None:
        self.session.transport.seek(seconds)
        self.moved.emit()

    def zoom_to_chosen(self) -> None:
        span = self.session.chosen_span() or self.session.transport.loop or self.session.keys.span
        if span is not None:
            self.board.axis.show_span(*span)

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
            self.board.sounds.rename()

    def generate_missing(self) -> None:
        self.session.generate([line.name for line in self.session.lines if line.take is None])

    def mark(self, state: State) -> None:
        self.session.mark(self.panes.lines.chosen(), state)

    def write_note(self) -> None:
        self.panes.docks["notes"].raise_()
        self.panes.notes.entry.setFocus()

    def export(self) -> None:
        if self.session.document is not None:
            ExportDialog(self.session, self.window).exec()

    def show_sheet(self) -> None:
        """Draw the mouth at every closure in the background, then show it."""
        document = self.session.document
        if document is None:
            self.session.say(self.tr("No take is open."))
            return
        take, fps, speaker = document.take, self.session.fps, self.session.speaker

        def done(sheet: Sheet) -> None:
            dialog = SheetDialog(self.session, sheet, self.window)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.show()

        self.session.start(
            self.tr("Drawing the mouths"),
            lambda progress, cancelled: contact_sheet(
                take, fps, speaker=speaker, progress=progress, cancelled=cancelled
            ),
            done,
        )

    def set_theme(self, name: str) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, name)
        self.session.settings.set("theme", name)
        self.dressed.emit()

    def to_finding(self, by: int) -> None:
        finding = self.session.next_finding(by)
        if finding is None:
            self.session.say(self.tr("No finding further on."))
        else:
            self.session.say(Phrase("{0}: {1}", Phrase(finding.kind), finding.reason))
        self.moved.emit()
