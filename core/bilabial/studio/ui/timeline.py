"""The time axis that all strips share, and the strips: ruler, wave, spectrogram."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..session import Session
from ..waveform import spectrogram
from .saying import named, translated
from .theme import colours, small_font

GUTTER = 92  # pixels at the left for names
MOST_ZOOM = 4000.0  # pixels a second
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 600)


class TimeAxis(QObject):
    """Which seconds are seen. Every strip draws by it and none keeps a copy."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.start = 0.0
        self.scale = 120.0  # pixels a second
        self.duration = 1.0
        self.width = 800  # pixels beside the gutter

    def x(self, seconds: float) -> float:
        return GUTTER + (seconds - self.start) * self.scale

    def t(self, x: float) -> float:
        return self.start + (x - GUTTER) / self.scale

    @property
    def end(self) -> float:
        return self.start + self.width / self.scale

    def set_duration(self, seconds: float) -> None:
        self.duration = max(seconds, 0.1)
        self.fit()

    def fit(self) -> None:
        self.scale = max(self.width / (self.duration * 1.02), 0.05)
        self.start = 0.0
        self.changed.emit()

    def set_width(self, pixels: int) -> None:
        fitted = abs(self.scale - self.width / (self.duration * 1.02)) < 1e-6
        self.width = max(pixels - GUTTER, 10)
        if fitted:
            self.fit()
        else:
            self.changed.emit()

    def zoom(self, factor: float, about: float) -> None:
        """``about`` seconds stay where they are."""
        least = self.width / (self.duration * 1.02)
        scale = min(max(self.scale * factor, least), MOST_ZOOM)
        self.start = about - (about - self.start) * self.scale / scale
        self.scale = scale
        self._hold()

    def show_span(self, start: float, end: float) -> None:
        length = max(end - start, 0.05)
        self.scale = min(self.width / (length * 1.3), MOST_ZOOM)
        self.start = start - 0.15 * length
        self._hold()

    def scroll_to(self, start: float) -> None:
        self.start = start
        self._hold()

    def follow(self, seconds: float) -> None:
        """Keep a moment in sight, a page at a time."""
        span = self.width / self.scale
        if seconds > self.start + 0.92 * span or seconds < self.start:
            self.scroll_to(seconds - 0.08 * span)

    def _hold(self) -> None:
        span = self.width / self.scale
        self.start = max(0.0, min(self.start, max(self.duration * 1.02 - span, 0.0)))
        self.changed.emit()


class Strip(QWidget):
    """A row of the timeline. What it shows is drawn once and kept; the cursor is drawn over it."""

    def __init__(self, session: Session, axis: TimeAxis, name: str, height: int) -> None:
        super().__init__()
        self.session, self.axis, self.name = session, axis, name
        self.setAccessibleName(name)
        self.setMinimumHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._kept: QPixmap | None = None
        self._pan: tuple[int, float] | None = None
        self._drag_from: float | None = None
        axis.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Draw anew: what is shown has changed."""
        self._kept = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        wanted = self.size() * ratio
        if self._kept is None or self._kept.size() != wanted:
            self._kept = QPixmap(wanted)
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(QColor(colours().panel))
            painter = QPainter(self._kept)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.save()
            painter.setClipRect(QRect(GUTTER, 0, self.width() - GUTTER, self.height()))
            self.draw(painter)
            painter.restore()
            self._draw_gutter(painter)
            painter.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._kept)
        painter.setClipRect(QRect(GUTTER, 0, self.width() - GUTTER, self.height()))
        self._draw_loop(painter)
        self.draw_over(painter)
        x = self.axis.x(self.session.transport.position)
        painter.setPen(QPen(QColor(colours().cursor), 1.5))
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.end()

    def draw(self, painter: QPainter) -> None:
        """What stays the same while the cursor moves."""

    def draw_over(self, painter: QPainter) -> None:
        """What changes with the mouse."""

    def _draw_gutter(self, painter: QPainter) -> None:
        c = colours()
        painter.fillRect(QRect(0, 0, GUTTER, self.height()), QColor(c.window))
        painter.setPen(QColor(c.soft))
        painter.setFont(small_font())
        painter.drawText(
            QRect(6, 0, GUTTER - 14, self.height()),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            self.name,
        )
        painter.setPen(QColor(c.line))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)

    def _draw_loop(self, painter: QPainter) -> None:
        loop = self.session.transport.loop
        if loop is None:
            return
        colour = QColor(colours().accent)
        colour.setAlpha(34)
        left, right = self.axis.x(loop[0]), self.axis.x(loop[1])
        painter.fillRect(QRectF(left, 0, right - left, self.height()), colour)

    # Habits of all strips: a click seeks, a drag chooses a stretch, the wheel scrolls and zooms.

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.axis.zoom(math.exp(turn.y() / 400), self.axis.t(event.position().x()))
        else:
            amount = turn.x() if abs(turn.x()) > abs(turn.y()) else turn.y()
            self.axis.scroll_to(self.axis.start - amount / self.axis.scale)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pan = (int(event.position().x()), self.axis.start)
        elif event.button() == Qt.MouseButton.LeftButton and event.position().x() >= GUTTER:
            self._drag_from = self.axis.t(event.position().x())
            self.session.transport.seek(self._drag_from)
            self.session.tell("selection")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pan is not None:
            self.axis.scroll_to(self._pan[1] - (event.position().x() - self._pan[0]) / self.axis.scale)
        elif self._drag_from is not None:
            here = self.axis.t(event.position().x())
            low, high = sorted((self._drag_from, here))
            if (high - low) * self.axis.scale > 5:
                self.session.transport.loop = (max(low, 0.0), min(high, self.session.transport.duration))
                self.session.tell("selection")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag_from is not None and self._pan is None:
            moved = abs(self.axis.t(event.position().x()) - self._drag_from) * self.axis.scale
            if moved <= 5 and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.session.transport.loop = None
                self.session.tell("selection")
        self._pan = self._drag_from = None

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._kept = None
        super().changeEvent(event)


class Ruler(Strip):
    """Seconds, findings as marks that jump, notes as pins."""

    def __init__(self, session: Session, axis: TimeAxis) -> None:
        super().__init__(session, axis, "", 34)
        self.setFixedHeight(34)
        self.name = self.tr("Seconds")

    def draw(self, painter: QPainter) -> None:
        c = colours()
        step = next((s for s in _STEPS if s * self.axis.scale > 64), 600)
        painter.setFont(small_font(8))
        first = math.ceil(self.axis.start / step)
        for number in range(first, int(self.axis.end / step) + 1):
            x = self.axis.x(number * step)
            painter.setPen(QColor(c.line))
            painter.drawLine(QPointF(x, 20), QPointF(x, 34))
            painter.setPen(QColor(c.soft))
            painter.drawText(QPointF(x + 3, 31), _clock(number * step, step))
        for x, colour, _ in self._marks():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawPolygon(QPolygonF([QPointF(x - 5, 3), QPointF(x + 5, 3), QPointF(x, 13)]))

    def _marks(self) -> list[tuple[float, QColor, str]]:
        c = colours()
        found: list[tuple[float, QColor, str]] = []
        if self.session.report is not None:
            for finding in self.session.report.findings:
                colour = QColor(c.bad if finding.severity > 0.5 else c.fair)
                found.append(
                    (
                        self.axis.x(finding.start),
                        colour,
                        f"{named(finding.kind)}: {translated(finding.reason)}",
                    )
                )
        line = self.session.line()
        for note in line.notes if line is not None else ():
            found.append((self.axis.x(note.at), QColor(c.accent), note.text))
        return found

    def mousePressEvent(self, event: QMouseEvent) -> None:
        near = [mark for mark in self._marks() if abs(mark[0] - event.position().x()) < 6]
        if near and event.position().y() < 16:
            self.session.transport.seek(self.axis.t(near[0][0]))
            self.session.say(near[0][2])
            self.session.tell("selection")
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        near = [mark for mark in self._marks() if abs(mark[0] - event.position().x()) < 6]
        self.setToolTip("\n".join(mark[2] for mark in near))
        super().mouseMoveEvent(event)


def _clock(seconds: float, step: float) -> str:
    minutes, rest = divmod(seconds, 60.0)
    places = 2 if step < 0.1 else 1 if step < 1 else 0
    return f"{int(minutes)}:{rest:0{3 + places if places else 2}.{places}f}"


class WaveStrip(Strip):
    def __init__(self, session: Session, axis: TimeAxis) -> None:
        super().__init__(session, axis, "", 84)
        self.name = self.tr("Wave")
        self.setFixedHeight(84)
        session.listen("sound", self.refresh)

    def draw(self, painter: QPainter) -> None:
        c = colours()
        wave = self.session.wave
        middle = self.height() / 2
        painter.setPen(QColor(c.grid))
        painter.drawLine(QPointF(GUTTER, middle), QPointF(self.width(), middle))
        if wave is None:
            painter.setPen(QColor(c.soft))
            text = self.tr("Reading the sound…") if self.session.running else self.tr("No sound at hand")
            painter.drawText(self.rect().adjusted(GUTTER + 10, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)
            return
        ratio = self.devicePixelRatioF()
        columns = max(int(self.axis.width * ratio), 1)
        peaks = wave.envelope(self.axis.start, self.axis.end, columns)
        loudest = max(float(np.abs(wave.levels[-1]).max()) / 32768 if wave.levels else 1.0, 0.1)
        half = (self.height() / 2 - 4) / loudest
        tops = [QPointF(GUTTER + i / ratio, middle - float(high) * half) for i, (_, high) in enumerate(peaks)]
        bottoms = [
            QPointF(GUTTER + i / ratio, max(middle - float(low) * half, tops[i].y() + 0.8))
            for i, (low, _) in enumerate(peaks)
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.wave))
        painter.drawPolygon(QPolygonF(tops + bottoms[::-1]))


class SpectrumStrip(Strip):
    """0 to 8 kHz, as phoneticians read it."""

    def __init__(self, session: Session, axis: TimeAxis) -> None:
        super().__init__(session, axis, "", 96)
        self.name = self.tr("Spectrum")
        self.setFixedHeight(96)
        session.listen("sound", self.refresh)

    def draw(self, painter: QPainter) -> None:
        wave = self.session.wave
        if wave is None:
            return
        columns = min(max(self.axis.width, 2), 1600)
        cells = spectrogram(wave, self.axis.start, self.axis.end, columns, 80)
        if not colours().dark:
            cells = np.ascontiguousarray(255 - cells)
        image = QImage(cells.data, columns, 80, columns, QImage.Format.Format_Grayscale8)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(GUTTER, 0, self.axis.width, self.height()), image)


class Width(QObject):
    """Tells the axis how wide the strips are."""

    def __init__(self, watched: QWidget, axis: TimeAxis) -> None:
        super().__init__(watched)
        self._axis = axis
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QResizeEvent) and event.type() == QEvent.Type.Resize:
            self._axis.set_width(event.size().width())
        return False


def at(event: QMouseEvent) -> QPoint:
    return event.position().toPoint()
