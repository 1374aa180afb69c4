"""The page to begin with: a spoken line to try, folders of last time, and what can be done."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..settings import Settings


class Welcome(QWidget):
    demo_wanted = Signal()
    folder_wanted = Signal()
    place_wanted = Signal(str)

    def __init__(self, settings: Settings, has_demo: bool) -> None:
        super().__init__()
        title = QLabel("Bilabial Studio")
        title.setObjectName("title")
        told = QLabel(
            self.tr(
                "Hear, see, fix and judge dialogue. Open a folder of recordings: each line gets a take and a "
                "score, the worst come first."
            )
        )
        told.setWordWrap(True)
        told.setObjectName("soft")
        demo = QPushButton(self.tr("Try the demo line"))
        demo.setObjectName("primary")
        demo.setEnabled(has_demo)
        demo.clicked.connect(self.demo_wanted)
        folder = QPushButton(self.tr("Open a folder…"))
        folder.clicked.connect(self.folder_wanted)
        row = QHBoxLayout()
        row.addWidget(demo)
        row.addWidget(folder)
        row.addStretch(1)
        self.recent = QListWidget()
        self.recent.setAccessibleName(self.tr("Opened before"))
        for place in settings.recent:
            item = QListWidgetItem(str(place))
            item.setData(Qt.ItemDataRole.UserRole, str(place))
            self.recent.addItem(item)
        self.recent.itemActivated.connect(
            lambda item: self.place_wanted.emit(item.data(Qt.ItemDataRole.UserRole))
        )
        hint = QLabel(
            self.tr(
                "Space plays · Left and Right go from phone to phone · Ctrl+K finds every action · "
                "F1 lists all keys"
            )
        )
        hint.setObjectName("soft")
        column = QVBoxLayout()
        column.addStretch(2)
        column.addWidget(title)
        column.addWidget(told)
        column.addSpacing(12)
        column.addLayout(row)
        column.addSpacing(12)
        if settings.recent:
            column.addWidget(QLabel(self.tr("Opened before")))
            column.addWidget(self.recent)
        column.addWidget(hint)
        column.addStretch(3)
        middle = QWidget()
        middle.setLayout(column)
        middle.setMaximumWidth(620)
        box = QHBoxLayout(self)
        box.addStretch(1)
        box.addWidget(middle, 4)
        box.addStretch(1)


def demo_files(root: Path) -> tuple[Path, Path] | None:
    """The spoken line that comes with Bilabial, and its words."""
    sound, text = root / "line.flac", root / "line.txt"
    return (sound, text) if sound.is_file() and text.is_file() else None
