"""The JALI field as a square that is dragged in."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QSizePolicy,
    QWidget,
)

from ...curves.style import PRESETS
from .saying import named
from .theme import colours


class Pad(QWidget):
    """The JALI field: jaw to the right, lips upwards; neutral speech in the middle ring."""

    moved = Signal(float, float)
    released = Signal()
    MOST = 2.0  # gain at the upper and right edges

    def __init__(self) -> None:
        super().__init__()
        self.jaw, self.lip = 1.0, 1.0
        self.setAccessibleName(self.tr("Jaw and lips"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(150, 150)

    def sizeHint(self) -> QSize:
        return QSize(190, 190)

    def _area(self) -> QRectF:
        side = min(self.width(), self.height()) - 26
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def set(self, jaw: float, lip: float) -> None:
        self.jaw, self.lip = jaw, lip
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c, area = colours(), self._area()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(area, QColor(c.panel))
        painter.setPen(QColor(c.grid))
        for part in range(1, 4):
            x, y = area.left() + area.width() * part / 4, area.top() + area.height() * part / 4
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(QColor(c.accent if self.hasFocus() else c.line))
        painter.drawRect(area)
        painter.setPen(QColor(c.soft))
        painter.drawText(QPointF(area.right() - 26, area.bottom() + 13), self.tr("jaw"))
        painter.drawText(QPointF(area.left() + 4, area.top() - 3), self.tr("lips"))
        for name in ("mumble", "shout", "whisper", "ventriloquist"):
            dials = PRESETS[name]
            spot = self._spot(dials.jaw_gain, dials.lip_gain)
            painter.setBrush(QColor(c.line))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(spot, 3, 3)
            painter.setPen(QColor(c.soft))
            painter.drawText(spot + QPointF(5, 4), named(name))
        painter.setPen(QPen(QColor(c.panel), 2))
        painter.setBrush(QColor(c.accent))
        painter.drawEllipse(self._spot(self.jaw, self.lip), 7, 7)
        painter.end()

    def _spot(self, jaw: float, lip: float) -> QPointF:
        area = self._area()
        return QPointF(
            area.left() + area.width() * min(jaw / self.MOST, 1.0),
            area.bottom() - area.height() * min(lip / self.MOST, 1.0),
        )

    def _to(self, point: QPointF) -> None:
        area = self._area()
        jaw = min(max((point.x() - area.left()) / area.width(), 0.0), 1.0) * self.MOST
        lip = min(max((area.bottom() - point.y()) / area.height(), 0.0), 1.0) * self.MOST
        self._change(jaw, lip)

    def _change(self, jaw: float, lip: float) -> None:
        near = 0.05  # neutral is found without aiming
        jaw, lip = (1.0 if abs(value - 1.0) < near else round(value, 2) for value in (jaw, lip))
        self.set(jaw, lip)
        self.moved.emit(jaw, lip)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons():
            self._to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.released.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {
            Qt.Key.Key_Left: (-0.1, 0.0), Qt.Key.Key_Right: (0.1, 0.0),
            Qt.Key.Key_Up: (0.0, 0.1), Qt.Key.Key_Down: (0.0, -0.1),
        }.get(Qt.Key(event.key()))  # fmt: skip
        if step is None:
            super().keyPressEvent(event)
            return
        jaw, lip = (min(max(v + d, 0.0), self.MOST) for v, d in zip((self.jaw, self.lip), step, strict=True))
        self.set(round(jaw, 2), round(lip, 2))
        self.moved.emit(self.jaw, self.lip)
