"""Small windows: export, and the list of all keys."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...retarget.profile_format import available_profiles
from ..exporting import FORMATS, export
from ..film import FILM, film
from ..session import Session
from .palette import title_of
from .saying import named

_NATIVE = QKeySequence.SequenceFormat.NativeText  # Strg, or the signs of a Mac


class ExportDialog(QDialog):
    """A format, a rig where it needs one, and where to."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.setWindowTitle(self.tr("Export"))
        self.format = QComboBox()
        for name in (*FORMATS, FILM):
            self.format.addItem(named(name), name)
        self.format.currentIndexChanged.connect(self._enable)
        self.rig = QComboBox()
        self.rig.addItems(available_profiles())
        self.rig.setCurrentText("arkit-52")
        self.fps = QDoubleSpinBox()
        self.fps.setRange(1.0, 240.0)
        self.fps.setValue(60.0)
        form = QFormLayout()
        form.addRow(self.tr("Format"), self.format)
        form.addRow(self.tr("Rig"), self.rig)
        form.addRow(self.tr("Frames a second"), self.fps)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._ask)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addLayout(form)
        box.addWidget(buttons)
        self._enable()

    def _enable(self) -> None:
        self.rig.setEnabled(FORMATS.get(self.format.currentData(), ("", False))[1])

    def suffix(self) -> str:
        return FORMATS.get(self.format.currentData(), (".mp4", False))[0]

    def _ask(self) -> None:
        document = self.session.document
        if document is None:
            return
        start = document.path.with_name(document.name + self.suffix())
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export to"), str(start))
        if name:
            self.write(Path(name))
            self.accept()

    def write(self, path: Path) -> None:
        """In the background; the window goes on."""
        document, session = self.session.document, self.session
        if document is None:
            return
        take, fps, sound = document.take, self.fps.value(), document.sound
        speaker = session.speaker
        rig = self.rig.currentText() if self.rig.isEnabled() else None
        if not session.may_write(path, "the export", *([] if rig is None else [Path(rig)])):
            return
        if self.format.currentData() == FILM:
            session.start(
                self.tr("Filming"),
                lambda progress, cancelled: film(take, sound, path, progress, cancelled, speaker=speaker),
                lambda _: session.say(self.tr("{0} is written.").format(path.name)),
            )
            return
        session.start(
            self.tr("Exporting"),
            lambda progress, cancelled: export(take, path, rig, fps),
            lambda _: session.say(self.tr("{0} is written.").format(path.name)),
        )


class ShortcutsDialog(QDialog):
    """Every action that has keys, and the keys of the tiers."""

    def __init__(self, actions: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("All keys"))
        rows = [(title_of(a), a.shortcut().toString(_NATIVE)) for a in actions if not a.shortcut().isEmpty()]
        rows += [
            (self.tr("In the phones: choose the next or the one before"), "Left, Right"),
            (self.tr("In the phones: choose more"), "Shift+Left, Shift+Right"),
            (self.tr("In the phones: move the start by 10 ms"), "Alt+Left, Alt+Right"),
            (self.tr("In the phones: move the end by 10 ms"), "Alt+Shift+Left, Alt+Shift+Right"),
            (self.tr("In the phones: rename, split, join, remove"), "Return, S, J, Delete"),
            (self.tr("In the curves: move the chosen keys (Shift: finely)"), "Left, Right, Up, Down"),
            (self.tr("In the curves: add a key"), self.tr("double click")),
        ]
        table = QTableWidget(len(rows), 2)
        table.setHorizontalHeaderLabels([self.tr("Action"), self.tr("Keys")])
        table.verticalHeader().hide()
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                table.setItem(row, column, item)
        table.resizeColumnsToContents()
        table.horizontalHeader().setStretchLastSection(True)
        box = QVBoxLayout(self)
        box.addWidget(table)
        self.resize(640, 600)
