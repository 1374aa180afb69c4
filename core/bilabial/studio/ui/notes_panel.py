"""Remarks pinned to moments of the open line."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..session import Session


class NotesPanel(QWidget):
    """Remarks pinned to moments."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Notes"))
        self.list.itemActivated.connect(self._jump)
        self.list.itemClicked.connect(self._jump)
        self.entry = QLineEdit()
        self.entry.setPlaceholderText(self.tr("A note at the cursor, then Return"))
        self.entry.setAccessibleName(self.tr("New note"))
        self.entry.returnPressed.connect(self._add)
        self.remove = QPushButton(self.tr("Remove"))
        self.remove.clicked.connect(self._remove)
        row = QHBoxLayout()
        row.addWidget(self.entry, 1)
        row.addWidget(self.remove)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 6, 8, 8)
        box.addWidget(self.list, 1)
        box.addLayout(row)
        for topic in ("lines", "document"):
            session.listen(topic, self.show_notes)

    def show_notes(self) -> None:
        line = self.session.line()
        told = [f"{note.at:6.2f} s   {note.text}" for note in (() if line is None else line.notes)]
        if told != [self.list.item(row).text() for row in range(self.list.count())]:
            self.list.clear()
            self.list.addItems(told)

    def _add(self) -> None:
        if self.session.current:
            self.session.add_note(self.entry.text())
            self.entry.clear()

    def _remove(self) -> None:
        if self.list.currentRow() >= 0:
            self.session.remove_note(self.list.currentRow())

    def _jump(self) -> None:
        line, row = self.session.line(), self.list.currentRow()
        if line is not None and 0 <= row < len(line.notes):
            self.session.transport.seek(line.notes[row].at)
            self.session.tell("selection")
