"""A still picture that says the open line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ...paths import home
from ..session import Session
from ..talking_still import TalkingStill
from .saying import translated

_PICTURES = "*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp *.gif"


class _Canvas(QWidget):
    """The newest frame, as large as it fits."""

    def __init__(self, still: TalkingStill) -> None:
        super().__init__()
        self.still = still
        self.setMinimumHeight(120)
        self._drawn: object = None

    def look(self) -> None:
        """Draw again where there is another frame."""
        if self.still.frame() is not self._drawn:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        frame = self.still.frame()
        self._drawn = frame
        painter = QPainter(self)
        if frame is None:
            return
        pixels = np.ascontiguousarray(frame)
        height, width = pixels.shape[:2]
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
        size = QSize(width, height).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(
            (self.width() - size.width()) // 2,
            (self.height() - size.height()) // 2,
            size.width(),
            size.height(),
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, image)


class PortraitPane(QWidget):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.still = TalkingStill(session, self._opened)
        self.canvas = _Canvas(self.still)
        self.choose = QPushButton(self.tr("Choose a picture…"))
        self.choose.clicked.connect(self._ask)
        self.save = QPushButton(self.tr("Save a film…"))
        self.save.setEnabled(False)
        self.save.clicked.connect(self._ask_film)
        self.told = QLabel(
            self.tr("A face seen from in front. The film says in its metadata that its picture is synthetic.")
        )
        self.told.setObjectName("soft")
        self.told.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(self.choose)
        row.addWidget(self.save)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 6, 8, 8)
        box.addLayout(row)
        box.addWidget(self.told)
        box.addWidget(self.canvas, 1)

    def open(self, path: Path) -> None:
        self.still.open(path)

    def _ask(self) -> None:
        start = str(self.session.folder or home())
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("A picture of one face"), start, self.tr("Pictures") + f" ({_PICTURES})"
        )
        if name:
            self.open(Path(name))

    def _ask_film(self) -> None:
        document = self.session.document
        if document is None:
            self.session.say(self.tr("There is no line open: choose one on the left."))
            return
        start = str(document.path.with_name(f"{document.name}.mp4"))
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("A film"), start, self.tr("Films") + " (*.mp4 *.webm)"
        )
        if name:
            self.session.attempt(lambda: self.still.save_film(Path(name)))

    def _opened(self) -> None:
        self.save.setEnabled(True)
        self.refresh()

    def refresh(self) -> None:
        """Called with every beat: the cursor's moment, where somebody looks."""
        if self.isVisible():
            if self.still.fault:
                self.told.setText(translated(self.still.fault))
            self.still.show(self.session.transport.position)
            self.canvas.look()

    def stop(self) -> None:
        self.still.close()
