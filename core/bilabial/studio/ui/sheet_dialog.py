"""The contact sheet in a window: each mouth is a button to its moment; the whole can be saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QScrollArea, QVBoxLayout, QWidget

from ...atomic import atomic_path
from ...errors import BilabialError
from ..contact_sheet import Sheet
from ..session import Session
from .theme import colours, small_font


class SheetView(QWidget):
    chosen = Signal(float)

    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self.sheet = sheet
        height, width = sheet.picture.shape[:2]
        data = sheet.picture.tobytes()
        self._image = QImage(data, width, height, width * 3, QImage.Format.Format_RGB888).copy()
        self.setFixedSize(width, height)
        self.setAccessibleName(self.tr("The mouth at every closure"))

    def cell(self, index: int) -> QRect:
        side, columns = self.sheet.side, self.sheet.columns
        return QRect(index % columns * side, index // columns * side, side, side)

    def index_at(self, point: QPoint) -> int | None:
        return next((i for i in range(len(self.sheet.cells)) if self.cell(i).contains(point)), None)

    def picture(self) -> QImage:
        """The sheet with its captions: green where the lips meet, red where they do not."""
        whole = self._image.convertToFormat(QImage.Format.Format_RGB32)
        painter = QPainter(whole)
        painter.setFont(small_font(8))
        for index, cell in enumerate(self.sheet.cells):
            place = self.cell(index).adjusted(1, 1, -1, -1)
            painter.setPen(QPen(QColor(colours().bad if cell.apart else colours().good), 2))
            painter.drawRect(place)
            text = f"{cell.said}  {cell.moment:.2f} s  {cell.apart}".rstrip()
            painter.setPen(QColor("#101214"))
            painter.drawText(place.adjusted(5, 3, 0, 0), Qt.AlignmentFlag.AlignLeft, text)
        painter.end()
        return whole

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawImage(0, 0, self.picture())
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.index_at(event.position().toPoint())
        if index is not None:
            self.chosen.emit(self.sheet.cells[index].moment)


class SheetDialog(QDialog):
    def __init__(self, session: Session, sheet: Sheet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("The mouth at every closure"))
        self.session = session
        self.view = SheetView(sheet)
        self.view.chosen.connect(self._jump)
        area = QScrollArea()
        area.setWidget(self.view)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Close
        )
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addWidget(area)
        box.addWidget(buttons)
        self.resize(min(self.view.width() + 40, 900), min(self.view.height() + 90, 720))

    def _jump(self, seconds: float) -> None:
        self.session.transport.pause()
        self.session.transport.seek(seconds)
        self.session.tell("selection")

    def _save(self) -> None:
        document = self.session.document
        start = "" if document is None else str(document.path.with_name(f"{document.name}.closures.png"))
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the sheet"), start, self.tr("Pictures (*.png)")
        )
        if name and self.session.may_write(Path(name), "the sheet"):
            self.session.attempt(lambda: self._write(Path(name)))

    def _write(self, path: Path) -> None:
        with atomic_path(path) as temporary:
            if not self.view.picture().save(str(temporary)):
                raise BilabialError(self.tr("{0} cannot be written: choose another place.").format(path))
