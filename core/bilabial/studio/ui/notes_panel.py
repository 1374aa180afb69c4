"""Remarks pinned to moments of the open line."""

from __future__ import annotations

import re

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ...qa.remarks import Note
from ..session import Session

_MOMENT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*s\s+(.*)", re.DOTALL)  # as the list shows it


class NotesPanel(QWidget):
    """Remarks pinned to moments."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Notes"))
        self.list.itemActivated.connect(self._jump)
        self.list.itemClicked.connect(self._jump)
        self.list.itemChanged.connect(self._edited)
        self.list.setToolTip(self.tr("A click goes there; a double click or F2 edits moment and words"))
        self._notes: tuple[Note, ...] | None = None
        self.entry = QLineEdit()
        self.entry.setPlaceholderText(self.tr("A note at the cursor, then Return"))
        self.entry.setAccessibleName(self.tr("New note"))
        self.entry.returnPressed.connect(self._add)
        self.remove = QPushButton(self.tr("Remove"))
        self.remove.clicked.connect(self._remove)
        self.here = QPushButton(self.tr("Move here"))
        self.here.clicked.connect(self._here)
        delete = QShortcut(QKeySequence.StandardKey.Delete, self.list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._remove)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.here)
        row.addWidget(self.remove)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 6, 8, 8)
        box.addWidget(self.list, 1)
        box.addWidget(self.entry)
        box.addLayout(row)
        for topic in ("lines", "document"):
            session.listen(topic, self.show_notes)

    def show_notes(self) -> None:
        line = self.session.line()
        notes = () if line is None else line.notes
        if notes == self._notes:
            return
        row, self._notes = self.list.currentRow(), notes
        blocked = QSignalBlocker(self.list)
        self.list.clear()
        for note in notes:
            item = QListWidgetItem(f"{note.at:6.2f} s   {note.text}")
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            self.list.addItem(item)
        self.list.setCurrentRow(min(row, len(notes) - 1))
        del blocked

    def _add(self) -> None:
        if self.session.current:
            self.session.add_note(self.entry.text())
            self.entry.clear()

    def _remove(self) -> None:
        if self.list.currentRow() >= 0:
            self.session.remove_note(self.list.currentRow())

    def _edited(self, item: QListWidgetItem) -> None:
        """The moment before the words may be typed as well; without one the note stays where it is."""
        row, found = self.list.row(item), _MOMENT.match(item.text())
        at = None if found is None else min(float(found[1]), self.session.transport.duration)
        words = item.text() if found is None else found[2]

        def change() -> None:
            self._notes = None  # shown anew, whatever was typed
            self.session.edit_note(row, words, at)
            self.show_notes()

        QTimer.singleShot(0, self, change)  # the list must not change while its editor closes

    def _here(self) -> None:
        line, row = self.session.line(), self.list.currentRow()
        if line is not None and 0 <= row < len(line.notes):
            self.session.edit_note(row, line.notes[row].text, self.session.transport.position)

    def _jump(self) -> None:
        line, row = self.session.line(), self.list.currentRow()
        if line is not None and 0 <= row < len(line.notes):
            self.session.transport.seek(line.notes[row].at)
            self.session.tell("selection")
