"""The curves of all tracks in lanes: keys chosen by box, moved, scaled, deleted; ghosts of another take."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QToolTip, QWidget

from ...curves.curve import HAND, Curve
from ...plot.figure import colour_of
from .. import key_edits, reasons
from ..key_edits import Selection
from ..session import Session
from .lanes import Lane, lanes_of
from .saying import translated
from .theme import colours, small_font
from .timeline import GUTTER, Strip, TimeAxis

LOW, TALL = 46, 120  # pixels of a lane
_REACH = 7  # pixels at which a key is taken hold of


class CurvesView(Strip):
    def __init__(self, session: Session, axis: TimeAxis) -> None:
        super().__init__(session, axis, "", 120)
        self.setAccessibleName(self.tr("Curves and their keys"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.show_empty = False
        self.tall = False
        self.lanes: list[Lane] = []
        self._sight = QRect()
        self._box: tuple[QPointF, QPointF] | None = None
        self._moving: QPointF | None = None
        self._moved = False
        for topic in ("take", "document", "compare"):
            session.listen(topic, self.lay_out)
        session.listen("selection", self.refresh)
        self.lay_out()

    def lay_out(self) -> None:
        """Which lanes there are: those that move, in their usual order, track by track."""
        document = self.session.document
        take = None if document is None else document.take
        self.lanes, top = lanes_of(take, self.session.tracks, self.show_empty, TALL if self.tall else LOW)
        self.setFixedHeight(max(top, 120))
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(600, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """What is in sight is drawn once and kept: a picture of all lanes would be as tall as the list."""
        sight = self.visibleRegion().boundingRect()
        if self._kept is None or self._sight != sight:
            self._keep(sight)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._kept is not None:
            painter.drawPixmap(sight.topLeft(), self._kept)
        painter.setClipRect(QRect(GUTTER, 0, self.width() - GUTTER, self.height()))
        self._draw_loop(painter)
        x = self.axis.x(self.session.transport.position)
        painter.setPen(QPen(QColor(colours().cursor), 1.5))
        painter.drawLine(QPointF(x, sight.top()), QPointF(x, sight.bottom() + 1))
        if self._box is not None:
            colour = QColor(colours().accent)
            painter.setPen(colour)
            colour.setAlpha(40)
            painter.setBrush(colour)
            painter.drawRect(QRectF(*self._box).normalized())
        painter.end()

    def _keep(self, sight: QRect) -> None:
        """Draw the lanes that are in sight."""
        ratio = self.devicePixelRatioF()
        self._sight = sight
        self._kept = QPixmap(sight.size() * ratio)
        self._kept.setDevicePixelRatio(ratio)
        self._kept.fill(QColor(colours().panel))
        painter = QPainter(self._kept)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-sight.topLeft())
        painter.setClipRect(sight & QRect(GUTTER, 0, self.width() - GUTTER, self.height()))
        for lane in self.lanes:
            if lane.top + lane.height >= sight.top() and lane.top <= sight.bottom():
                self._draw_lane(painter, lane)
        painter.setClipRect(sight)
        self._draw_names(painter, sight)
        painter.end()

    def _draw_names(self, painter: QPainter, area: QRect) -> None:
        c = colours()
        painter.fillRect(QRect(0, area.top(), GUTTER, area.height()), QColor(c.window))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for lane in self.lanes:
            cell = QRect(4, lane.top, GUTTER - 12, lane.height)
            painter.setPen(QColor(c.ink if lane.name else c.soft))
            painter.setFont(small_font(8.5, not lane.name))
            text = painter.fontMetrics().elidedText(
                lane.name or lane.track, Qt.TextElideMode.ElideMiddle, cell.width()
            )
            painter.drawText(cell, right, text)
        if not self.lanes:
            painter.setPen(QColor(c.soft))
            told = (
                self.tr("No take yet: press Generate") if self.session.current else self.tr("No line is open")
            )
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, told)

    def _draw_lane(self, painter: QPainter, lane: Lane) -> None:
        c = colours()
        painter.setPen(QColor(c.grid))
        if not lane.name:
            painter.fillRect(QRect(GUTTER, lane.top, self.width(), lane.height), QColor(c.window))
            return
        base = lane.y(0.0)
        painter.drawLine(QPointF(GUTTER, base), QPointF(self.width(), base))
        document = self.session.document
        assert document is not None
        other = self.session.other
        if other is not None and lane.track in other.tracks:
            ghost = other.styled(lane.track).get(lane.name, Curve.empty())
            painter.setPen(QPen(QColor(c.ghost), 1.4, Qt.PenStyle.DashLine))
            painter.drawPolyline(QPolygonF(self._points(lane, ghost)))
        curve = document.take.styled(lane.track)[lane.name]
        points = self._points(lane, curve)
        colour = QColor(colour_of(lane.name))
        if c.dark:
            colour = colour.lighter(135)
        fill = QColor(colour)
        fill.setAlpha(48)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF([QPointF(points[0].x(), base), *points, QPointF(points[-1].x(), base)]))
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
        if self.axis.scale > 40:
            self._draw_keys(painter, lane, curve, colour)

    def _points(self, lane: Lane, curve: Curve) -> list[QPointF]:
        count = max(min(self.axis.width, self.width() - GUTTER) // 2, 2)
        times = np.linspace(self.axis.start, self.axis.end, count)
        if len(curve):  # the keys themselves, so that a peak is never missed
            inside = curve.times[(curve.times > times[0]) & (curve.times < times[-1])]
            times = np.union1d(times, inside)
        values = curve.evaluate(times)
        return [QPointF(self.axis.x(float(t)), lane.y(float(v))) for t, v in zip(times, values, strict=True)]

    def _draw_keys(self, painter: QPainter, lane: Lane, curve: Curve, colour: QColor) -> None:
        c = colours()
        chosen = self._chosen(lane)
        first, last = np.searchsorted(curve.times, [self.axis.start, self.axis.end])
        for index in range(int(first), int(last)):
            time = float(curve.times[index])
            point = QPointF(self.axis.x(time), lane.y(float(curve.values[index])))
            painter.setPen(QPen(QColor(c.panel), 1))
            if time in chosen:
                painter.setPen(QPen(QColor(c.accent), 1.2))
                for handle in (curve.left[index], curve.right[index]):
                    painter.drawLine(point, QPointF(self.axis.x(float(handle[0])), lane.y(float(handle[1]))))
                painter.setBrush(QColor(c.accent))
                painter.drawEllipse(point, 5, 5)
            elif curve.origin[index] == HAND:
                painter.setBrush(QColor(c.cursor))
                painter.drawPolygon(
                    QPolygonF([point + QPointF(*d) for d in ((0, -5), (5, 0), (0, 5), (-5, 0))])
                )
            else:
                painter.setBrush(colour)
                painter.drawEllipse(point, 3, 3)

    def _chosen(self, lane: Lane) -> frozenset[float]:
        keys = self.session.keys
        return keys.of(lane.name) if keys.track == lane.track else frozenset()

    def lane_at(self, y: float) -> Lane | None:
        return next(
            (lane for lane in self.lanes if lane.top <= y < lane.top + lane.height and lane.name), None
        )

    def key_near(self, point: QPointF) -> tuple[Lane, float] | None:
        """The key under the mouse."""
        lane, document = self.lane_at(point.y()), self.session.document
        if lane is None or document is None:
            return None
        curve = document.take.styled(lane.track)[lane.name]
        best: tuple[float, float] | None = None
        first, last = np.searchsorted(
            curve.times, [self.axis.t(point.x() - _REACH), self.axis.t(point.x() + _REACH)]
        )
        for index in range(int(first), int(last)):
            x, y = self.axis.x(float(curve.times[index])), lane.y(float(curve.values[index]))
            distance = float(np.hypot(x - point.x(), y - point.y()))
            if distance <= _REACH and (best is None or distance < best[0]):
                best = (distance, float(curve.times[index]))
        return None if best is None else (lane, best[1])

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        if event.button() != Qt.MouseButton.LeftButton or event.position().x() < GUTTER:
            super().mousePressEvent(event)
            return
        near = self.key_near(event.position())
        more = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if near is not None:
            lane, time = near
            if time not in self._chosen(lane):
                before = self.session.keys
                keep = more and before.track == lane.track
                base = before if keep else Selection(lane.track, {})
                self.session.select_keys(base.with_keys(lane.name, {*base.of(lane.name), time}))
            self._moving, self._moved = event.position(), False
        else:
            self._box = (event.position(), event.position())
            if not more:
                self.session.select_keys(Selection())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._moving is not None:
            lane = self.lane_at(self._moving.y()) or (self.lanes[0] if self.lanes else None)
            if lane is None:
                return
            step = event.position() - self._moving
            seconds = step.x() / self.axis.scale
            value = -step.y() / (lane.height - 10) * (lane.high - lane.low)
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:  # one direction only
                seconds, value = (seconds, 0.0) if abs(step.x()) > abs(step.y()) else (0.0, value)
            self._moving = QPointF(event.position().x(), event.position().y())
            if seconds or value:
                self.session.attempt(lambda: self.session.move_keys(seconds, value, "drag keys"))
                self._moved = True
        elif self._box is not None:
            self._box = (self._box[0], event.position())
            self.update()
        else:
            near = self.key_near(event.position())
            self.setCursor(Qt.CursorShape.ArrowCursor if near is None else Qt.CursorShape.SizeAllCursor)
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._moving is not None:
            self._moving = None
            if self._moved and self.session.document is not None:
                self.session.document.history.close_step()
                self.session.recheck()
        elif self._box is not None:
            box = QRectF(*self._box).normalized()
            self._box = None
            if box.width() < 4 and box.height() < 4:
                self.session.transport.seek(self.axis.t(event.position().x()))
                self.session.tell("selection")
            else:
                self._choose(box)
            self.update()
        else:
            super().mouseReleaseEvent(event)

    def _choose(self, box: QRectF) -> None:
        document = self.session.document
        inside = [
            lane
            for lane in self.lanes
            if lane.name and lane.top < box.bottom() and lane.top + lane.height > box.top()
        ]
        if document is None or not inside:
            return
        track = inside[0].track
        boxes = {
            lane.name: (
                self.axis.t(box.left()), self.axis.t(box.right()),
                lane.value(box.bottom()), lane.value(box.top()),
            )
            for lane in inside
            if lane.track == track
        }  # fmt: skip
        self.session.select_keys(key_edits.in_box(document.take, track, boxes))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        lane = self.lane_at(event.position().y())
        if lane is not None and self.session.document is not None:
            time = round(self.axis.t(event.position().x()), 4)
            value = min(max(lane.value(event.position().y()), lane.low), lane.high)
            self.session.attempt(lambda: self.session.add_key(lane.track, lane.name, time, value))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        frame = 1.0 / self.session.fps
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        aside, up = (0.01, 0.01) if fine else (frame, 0.05)
        steps = {
            Qt.Key.Key_Left: (-aside, 0.0), Qt.Key.Key_Right: (aside, 0.0),
            Qt.Key.Key_Up: (0.0, up), Qt.Key.Key_Down: (0.0, -up),
        }  # fmt: skip
        key = Qt.Key(event.key())
        if key in steps and len(self.session.keys):
            seconds, value = steps[key]
            self.session.attempt(lambda: self.session.move_keys(seconds, value, "nudge keys"))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.session.attempt(self.session.delete)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        document = self.session.document
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and document is not None:
            near = self.key_near(QPointF(event.pos()))
            if near is not None:
                told = reasons.of_key(document.take, near[0].track, near[0].name, near[1])
                QToolTip.showText(event.globalPos(), translated(told), self)
            else:
                QToolTip.hideText()
            return True
        return QWidget.event(self, event)
