"""Small drawn icons, in the colours of the theme and sharp at any size."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from .theme import colours

_SIDE = 64


def icon(name: str) -> QIcon:
    picture = QPixmap(_SIDE, _SIDE)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink = QColor(colours().ink)
    painter.setPen(QPen(ink, 5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _draw(painter, name, ink)
    painter.end()
    return QIcon(picture)


def _draw(painter: QPainter, name: str, ink: QColor) -> None:
    match name:
        case "play":
            painter.setBrush(ink)
            painter.drawPolygon(_points((18, 12), (52, 32), (18, 52)))
        case "pause":
            painter.setBrush(ink)
            painter.drawRect(QRectF(17, 13, 9, 38))
            painter.drawRect(QRectF(38, 13, 9, 38))
        case "loop":
            painter.drawArc(QRectF(12, 14, 40, 36), 40 * 16, 280 * 16)
            painter.drawPolyline(_points((38, 12), (51, 20), (42, 32)))
        case "back" | "forward":
            flip = name == "forward"
            painter.drawLine(QPointF(48 if flip else 16, 14), QPointF(48 if flip else 16, 50))
            painter.drawPolyline(
                _points((18, 14), (38, 32), (18, 50)) if flip else _points((46, 14), (26, 32), (46, 50))
            )
        case "generate":
            painter.setBrush(ink)
            path = QPainterPath(QPointF(36, 8))
            for x, y in ((18, 36), (30, 36), (26, 56), (46, 26), (33, 26)):
                path.lineTo(x, y)
            path.closeSubpath()
            painter.drawPath(path)
        case "save":
            painter.drawRoundedRect(QRectF(12, 12, 40, 40), 4, 4)
            painter.drawRect(QRectF(22, 34, 20, 18))
            painter.drawLine(QPointF(22, 20), QPointF(42, 20))
        case "open":
            painter.drawPolyline(
                _points((10, 50), (10, 16), (26, 16), (32, 22), (54, 22), (54, 50), (10, 50))
            )
        case "fit":
            painter.drawPolyline(_points((20, 22), (10, 32), (20, 42)))
            painter.drawPolyline(_points((44, 22), (54, 32), (44, 42)))
            painter.drawLine(QPointF(10, 32), QPointF(54, 32))
        case "find":
            painter.drawEllipse(QPointF(28, 28), 16, 16)
            painter.drawLine(QPointF(40, 40), QPointF(53, 53))
        case "check":
            painter.drawPolyline(_points((12, 34), (26, 48), (52, 16)))
        case "undo" | "redo":
            if name == "redo":
                painter.translate(_SIDE, 0)
                painter.scale(-1, 1)
            painter.drawPolyline(_points((26, 14), (12, 26), (26, 38)))
            path = QPainterPath(QPointF(14, 26))
            path.cubicTo(60, 22, 60, 52, 30, 52)
            painter.drawPath(path)


def _points(*pairs: tuple[float, float]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in pairs])
