"""Words and phones as tiers: borders dragged, phones split, joined, renamed, by mouse or by keys alone."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QToolTip

from ...controls import VOWELS
from ...phonemes import edits as phone_edits
from ...phonemes.track import Phone
from ...plot.figure import CONSONANT, VOWEL
from .. import reasons
from ..session import Session
from .saying import translated
from .theme import colours, small_font
from .timeline import GUTTER, Strip, TimeAxis

_SLACK = 2  # pixels that a hand may shake in a click
_REACH = 6  # pixels from a border at which the mouse takes hold of it
_NUDGE = 0.01  # seconds that a key moves a border


@dataclass(slots=True)
class _Held:
    """A border under the mouse; it moves when the mouse is let go."""

    index: int
    side: str
    time: float
    grip: float  # where it was taken hold of, pixels from the left
    moved: bool = False  # a click beside a border moves nothing


class PhoneStrip(Strip):
    def __init__(self, session: Session, axis: TimeAxis) -> None:
        super().__init__(session, axis, "", 40)
        self.name = self.tr("Phones")
        self.setAccessibleName(self.tr("Phones of the line"))
        self.setAccessibleDescription(
            self.tr("Left and right choose a phone, Return renames it, S splits, J joins, Delete removes it.")
        )
        self.setFixedHeight(40)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._held: _Held | None = None
        self._edit = QLineEdit(self)
        self._edit.hide()
        self._edit.setAccessibleName(self.tr("Name of the phone"))
        self._edit.installEventFilter(self)
        session.listen("take", self.refresh)
        session.listen("document", self.refresh)
        session.listen("selection", self.refresh)

    @property
    def phones(self) -> tuple[Phone, ...]:
        document = self.session.document
        return () if document is None else document.take.phones.phones

    def draw(self, painter: QPainter) -> None:
        c = colours()
        chosen = self.session.phones
        for index, phone in enumerate(self.phones):
            if phone.end < self.axis.start or phone.start > self.axis.end or phone.is_silence:
                continue
            left, right = self.axis.x(phone.start), self.axis.x(phone.end)
            cell = QRectF(left, 2, max(right - left - 1, 1), self.height() - 5)
            colour = QColor(VOWEL if phone.group in VOWELS else CONSONANT)
            colour.setAlpha(255 if index in chosen else 105)
            painter.fillRect(cell, colour)
            bar = QRectF(left, self.height() - 6, max(right - left - 1, 1), 3)
            painter.fillRect(bar, c.of_confidence(phone.confidence))
            if index in chosen:
                painter.setPen(QPen(QColor(c.accent), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(cell.adjusted(1, 0, -1, 0))
            self._write(painter, phone, cell, index in chosen)

    def _write(self, painter: QPainter, phone: Phone, cell: QRectF, chosen: bool) -> None:
        painter.setFont(small_font(9.5, chosen))
        needed = painter.fontMetrics().horizontalAdvance(phone.label)
        painter.setPen(QColor("#ffffff" if chosen or colours().dark else colours().ink))
        if needed <= cell.width() + 2:
            painter.drawText(cell.adjusted(-4, 0, 4, -3), Qt.AlignmentFlag.AlignCenter, phone.label)
        elif cell.width() > 9:
            painter.save()
            painter.setFont(small_font(7))
            painter.translate(cell.center())
            painter.rotate(-90)
            painter.drawText(QRectF(-20, -8, 40, 14), Qt.AlignmentFlag.AlignCenter, phone.label)
            painter.restore()

    def draw_over(self, painter: QPainter) -> None:
        if self._held is not None:
            x = self.axis.x(self._held.time)
            painter.setPen(QPen(QColor(colours().accent), 2))
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours().accent), 1))
            painter.drawRect(QRect(GUTTER, 0, self.width() - GUTTER - 1, self.height() - 1))

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        document = self.session.document
        if event.button() != Qt.MouseButton.LeftButton or document is None:
            super().mousePressEvent(event)
            return
        time = self.axis.t(event.position().x())
        near = phone_edits.border_near(document.take.phones, time, _REACH / self.axis.scale)
        if near is not None:
            self._held = _Held(near[0], near[1], time, event.position().x())
            return
        self._click(time, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def _click(self, time: float, more: bool) -> None:
        """Choose the phone there, or with Shift all up to it."""
        document = self.session.document
        index = None if document is None else phone_edits.at(document.take.phones, time)
        if index is None:
            self.session.select_phones(())
        elif more and self.session.phones:
            first = min(self.session.phones)
            self.session.select_phones(range(min(first, index), max(first, index) + 1))
        else:
            self.session.select_phones([index])
        self.session.transport.seek(time)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        time = self.axis.t(event.position().x())
        if self._held is not None:
            self._held.moved |= abs(event.position().x() - self._held.grip) >= _SLACK
            if not self._held.moved:
                return
            self._held.time = time
            self.session.transport.seek(time)
            self.session.tell("selection")
            return
        document = self.session.document
        near = None
        if document is not None:
            near = phone_edits.border_near(document.take.phones, time, _REACH / self.axis.scale)
        self.setCursor(Qt.CursorShape.ArrowCursor if near is None else Qt.CursorShape.SplitHCursor)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._held = self._held, None
        if held is not None and not held.moved:
            self._click(
                self.axis.t(event.position().x()), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            )
        elif held is not None:
            self.session.attempt(lambda: self.session.move_border(held.index, held.side, held.time))
            self.refresh()
        else:
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.rename()

    # Keys: what Praat and ELAN taught

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            by = 1 if key == Qt.Key.Key_Right else -1
            if alt:
                self._nudge("end" if shift else "start", by)
            else:
                self._choose(by, shift)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.rename()
        elif key == Qt.Key.Key_S and not event.modifiers():
            self.session.attempt(self.session.split)
        elif key == Qt.Key.Key_J and not event.modifiers():
            self.session.attempt(self.session.join)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.session.attempt(self.session.delete)
        else:
            super().keyPressEvent(event)

    def _choose(self, by: int, more: bool) -> None:
        if not self.phones:
            return
        chosen = self.session.phones
        if not chosen:
            here = self.session.phone_at_cursor()
            index = 0 if here is None else here
        else:
            index = (max(chosen) if by > 0 else min(chosen)) + by
        index = max(0, min(index, len(self.phones) - 1))
        self.session.select_phones({*chosen, index} if more else {index})
        self.session.transport.seek(self.phones[index].start)
        self.axis.follow(self.phones[index].start)

    def _nudge(self, side: str, by: int) -> None:
        if not self.session.phones:
            return
        index = min(self.session.phones) if side == "start" else max(self.session.phones)
        phone = self.phones[index]
        time = (phone.start if side == "start" else phone.end) + by * _NUDGE
        self.session.attempt(lambda: self.session.move_border(index, side, time, "nudge"))

    # Renaming

    def rename(self) -> None:
        index = min(self.session.phones, default=None)
        if index is None and self.session.document is not None:
            index = self.session.phone_at_cursor()
        if index is None:
            return
        self.session.select_phones([index])
        phone = self.phones[index]
        left = int(self.axis.x(phone.start))
        width = max(int(self.axis.x(phone.end)) - left, 56)
        self._edit.setGeometry(left, 5, width, 28)
        self._edit.setText(phone.label)
        self._edit.show()
        self._edit.setFocus()
        self._edit.selectAll()

    def _renamed(self) -> None:
        text = self._edit.text()
        self._edit.hide()
        self.setFocus()
        self.session.attempt(lambda: self.session.relabel(text))

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self._edit:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                if event.key() in (
                    Qt.Key.Key_Return,
                    Qt.Key.Key_Enter,
                ):  # kept from the strip, where it renames
                    self._renamed()
                    return True
                if event.key() == Qt.Key.Key_Escape:
                    self._edit.hide()
                    self.setFocus()
                    return True
            if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
                self._edit.hide()
        return False

    def event(self, event: QEvent) -> bool:
        document = self.session.document
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and document is not None:
            index = phone_edits.at(document.take.phones, self.axis.t(event.pos().x()))
            if index is not None:
                heard = self.session.heard
                groups = None if heard is None else heard.groups
                told = reasons.of_phone(document.take, index, groups)
                QToolTip.showText(event.globalPos(), translated(told), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)


class WordStrip(Strip):
    """Words as their phones lie; a click chooses all phones of a word."""

    def __init__(self, session: Session, axis: TimeAxis) -> None:
        super().__init__(session, axis, "", 26)
        self.name = self.tr("Words")
        self.setFixedHeight(26)
        for topic in ("take", "document", "lines", "selection"):
            session.listen(topic, self.refresh)

    def draw(self, painter: QPainter) -> None:
        c = colours()
        for word in self.session.words():
            if word.end < self.axis.start or word.start > self.axis.end:
                continue
            left, right = self.axis.x(word.start), self.axis.x(word.end)
            cell = QRectF(left, 2, max(right - left - 1, 2), self.height() - 5)
            chosen = bool(self.session.phones) and set(word.phones) <= self.session.phones
            painter.fillRect(cell, QColor(c.accent if chosen else c.raised))
            bar = QRectF(left, self.height() - 5, max(right - left - 1, 2), 2)
            painter.fillRect(bar, c.of_confidence(word.confidence))
            painter.setPen(QColor(c.accent_ink if chosen else c.ink))
            painter.setFont(small_font(9))
            text = painter.fontMetrics().elidedText(
                word.text, Qt.TextElideMode.ElideRight, int(cell.width()) + 2
            )
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        time = self.axis.t(event.position().x())
        word = next((w for w in self.session.words() if w.start <= time < w.end), None)
        if event.button() == Qt.MouseButton.LeftButton and word is not None:
            self.session.select_phones(word.phones)
            self.session.transport.seek(word.start)
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        time = self.axis.t(event.position().x())
        word = next((w for w in self.session.words() if w.start <= time < w.end), None)
        if word is not None:
            self.session.transport.play(word.start, word.end)
