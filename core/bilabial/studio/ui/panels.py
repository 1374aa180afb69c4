"""What stands beside the timeline: findings, words, style, notes, and the take that is compared with."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from ...curves.files import load_take
from ...curves.style import PRESETS, Dials, Style
from ...qa.finding import WEIGHTS, Finding
from ...retarget.profile import WORKING_POINT
from ..compare import BlindTest, Choice, differences
from ..session import Session
from .theme import colours


class FindingsPanel(QWidget):
    """The report of the open line: a score, and findings that jump."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.score = QLabel()
        self.score.setTextFormat(Qt.TextFormat.RichText)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Findings, worst first"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(self._jump)
        self.list.itemClicked.connect(self._jump)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 6, 8, 8)
        box.addWidget(self.score)
        box.addWidget(self.list, 1)
        session.listen("report", self.show_report)
        self.show_report()

    def show_report(self) -> None:
        self.list.clear()
        report = self.session.report
        if report is None:
            waiting = self.session.document is not None
            self.score.setText(self.tr("Listening…") if waiting else self.tr("No take is open."))
            return
        colour = colours().of_score(report.score).name()
        found = report.findings
        told = self.tr("nothing found") if not found else self.tr("{0} findings").format(len(found))
        self.score.setText(
            f'<span style="font-size:22px;font-weight:600;color:{colour}">{report.score:.0f}</span> '
            f'<span style="color:{colours().soft}">/ 100, {told}</span>'
        )
        for finding in found:
            item = QListWidgetItem(f"{finding.start:6.2f} s   {finding.kind}\n{finding.reason}")
            item.setData(Qt.ItemDataRole.UserRole, finding)
            item.setForeground(QColor(colours().bad if _grave(finding) else colours().ink))
            self.list.addItem(item)

    def _jump(self, item: QListWidgetItem) -> None:
        self.session.jump(item.data(Qt.ItemDataRole.UserRole))
        self.session.tell("selection")


def _grave(finding: Finding) -> bool:
    return WEIGHTS[finding.kind] * finding.severity >= 10.0


class WordsPanel(QWidget):
    """What is said, as text: type to correct, and the sounds are found anew."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(self.tr("What is said"))
        self.text.setPlaceholderText(self.tr("Type what is said, then press Realign"))
        self.language = QComboBox()
        self.language.setEditable(True)
        self.language.setAccessibleName(self.tr("Language"))
        if (entry := self.language.lineEdit()) is not None:
            entry.setAccessibleName(self.tr("Language"))
        self.language.addItems(["en", "de", "fr", "es", "it", "pl", "pt", "nl"])
        self.language.setCurrentText(session.language)
        self.language.currentTextChanged.connect(self._set_language)
        self.button = QPushButton(self.tr("Realign"))
        self.button.setObjectName("primary")
        self.button.clicked.connect(lambda: session.attempt(lambda: session.realign(self.text.toPlainText())))
        row = QHBoxLayout()
        row.addWidget(QLabel(self.tr("Language")))
        row.addWidget(self.language)
        row.addStretch(1)
        row.addWidget(self.button)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 6, 8, 8)
        box.addWidget(self.text, 1)
        box.addLayout(row)
        session.listen("document", self.show_text)

    def show_text(self) -> None:
        line, document = self.session.line(), self.session.document
        text = "" if line is None else line.text
        if not text and document is not None:
            text = " ".join(word.text for word in document.take.words)
        self.text.setPlainText(text)

    def _set_language(self, code: str) -> None:
        self.session.language = code.strip() or "en"
        self.session.settings.set("language", self.session.language)


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
            painter.drawText(spot + QPointF(5, 4), name)
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


class StylePanel(QWidget):
    """Presets, the pad, and the dials that it does not show."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.presets = QComboBox()
        self.presets.setAccessibleName(self.tr("Style"))
        self.presets.addItems([*PRESETS, "mine"])
        self.presets.activated.connect(self._preset)
        self.pad = Pad()
        self.pad.setToolTip(
            self.tr("Neutral speech is {0:.1f}, {0:.1f} of the JALI field").format(WORKING_POINT)
        )
        self.pad.moved.connect(self._padded)
        self.pad.released.connect(self._close)
        self.lead = self._slider(0, 200, self.tr("Earlier onsets, in ms"))
        self.jaw_offset = self._slider(-50, 50, self.tr("Jaw offset, in hundredths"))
        self.lip_offset = self._slider(-50, 50, self.tr("Lip offset, in hundredths"))
        self.budget = QDoubleSpinBox()
        self.budget.setRange(0.005, 0.2)
        self.budget.setSingleStep(0.01)
        self.budget.setDecimals(3)
        self.budget.setValue(0.04)
        self.budget.setAccessibleName(self.tr("Largest distance from the curves"))
        self.budget.lineEdit().setAccessibleName(self.tr("Largest distance from the curves"))
        self.thin = QPushButton(self.tr("Thin keys"))
        self.thin.clicked.connect(lambda: session.attempt(lambda: session.thin_keys(self.budget.value())))
        self.count = QLabel()
        self.count.setObjectName("soft")
        budget = QHBoxLayout()
        for widget in (self.budget, self.thin, self.count):
            budget.addWidget(widget)
        form = QFormLayout()
        form.addRow(self.tr("Keys"), budget)
        form.addRow(self.tr("Style"), self.presets)
        form.addRow(self.tr("Lead"), self.lead)
        form.addRow(self.tr("Jaw +"), self.jaw_offset)
        form.addRow(self.tr("Lips +"), self.lip_offset)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 6, 8, 8)
        box.addLayout(form)
        box.addWidget(self.pad, 1)
        session.listen("take", self.show_style)
        session.listen("document", self.show_style)

    def _slider(self, low: int, high: int, name: str) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(low, high)
        slider.setAccessibleName(name)
        slider.setToolTip(name)
        slider.valueChanged.connect(self._slid)
        slider.sliderReleased.connect(self._close)
        return slider

    def show_style(self) -> None:
        document = self.session.document
        self.setEnabled(document is not None)
        if document is None:
            return
        keys = sum(track.key_count for track in document.take.tracks.values())
        rate = keys / document.take.sound.duration if document.take.sound.duration else 0.0
        self.count.setText(self.tr("{0}, {1:.0f} a second").format(keys, rate))
        style = document.take.style
        dials = style.dials
        blocked = [
            QSignalBlocker(widget) for widget in (self.lead, self.jaw_offset, self.lip_offset, self.presets)
        ]
        self.presets.setCurrentText(style.name if style.name in PRESETS else "mine")
        self.pad.set(dials.jaw_gain, dials.lip_gain)
        self.lead.setValue(round(dials.onset_lead * 1000))
        self.jaw_offset.setValue(round(dials.jaw_offset * 100))
        self.lip_offset.setValue(round(dials.lip_offset * 100))
        del blocked

    def _preset(self) -> None:
        name = self.presets.currentText()
        if name in PRESETS:
            self.session.attempt(lambda: self.session.set_style(Style.preset(name)))

    def _padded(self, jaw: float, lip: float) -> None:
        self._set(jaw, lip)

    def _slid(self) -> None:
        self._set(self.pad.jaw, self.pad.lip)

    def _set(self, jaw: float, lip: float) -> None:
        document = self.session.document
        if document is None:
            return
        dials = Dials(
            jaw, self.jaw_offset.value() / 100, lip, self.lip_offset.value() / 100,
            dict(document.take.style.dials.gains), self.lead.value() / 1000,
        )  # fmt: skip
        self.session.attempt(lambda: self.session.set_dials(dials, "dials"))

    def _close(self) -> None:
        if self.session.document is not None:
            self.session.document.history.close_step()


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


class ComparePanel(QWidget):
    """Another take of the line as ghost curves and a second head; or a blind test of the two."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.test: BlindTest | None = None
        self.what = QLabel(self.tr("Nothing is compared."))
        self.what.setObjectName("soft")
        self.what.setWordWrap(True)
        file, saved, end = (
            QPushButton(self.tr("Another take…")),
            QPushButton(self.tr("As it was saved")),
            QPushButton(self.tr("End")),
        )
        file.clicked.connect(self._choose)
        saved.clicked.connect(self._saved)
        end.clicked.connect(lambda: session.compare_with(None))
        row = QHBoxLayout()
        for button in (file, saved, end):
            row.addWidget(button)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Where the takes differ"))
        self.list.itemClicked.connect(self._jump)
        self.blind = QPushButton(self.tr("Blind test"))
        self.blind.setCheckable(True)
        self.blind.toggled.connect(self._begin)
        votes = QHBoxLayout()
        votes.addWidget(self.blind)
        self.buttons: dict[Choice, QPushButton] = {}
        choices: tuple[tuple[Choice, str], ...] = (
            ("A", self.tr("A is better")), ("B", self.tr("B is better")), ("same", self.tr("The same"))
        )  # fmt: skip
        for choice, title in choices:
            button = QPushButton(title)
            button.setEnabled(False)
            button.clicked.connect(lambda _=False, choice=choice: self._vote(choice))
            self.buttons[choice] = button
            votes.addWidget(button)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 6, 8, 8)
        box.addWidget(self.what)
        box.addLayout(row)
        box.addWidget(self.list, 1)
        box.addLayout(votes)
        session.listen("compare", self.show_differences)

    def show_differences(self) -> None:
        self.list.clear()
        document, other = self.session.document, self.session.other
        if document is None or other is None:
            self.what.setText(self.tr("Nothing is compared."))
            self.blind.setEnabled(False)
            return
        self.blind.setEnabled(True)
        if self.test is not None:
            self.what.setText(self.tr("A is on the left, B on the right: which one speaks better?"))
            return
        self.what.setText(self.tr("Dashed curves and the right head: {0}").format(self.session.other_name))
        for found in differences(document.take, other)[:12]:
            if found.mean > 1e-4:
                item = QListWidgetItem(
                    self.tr("{0}: {1:.3f} apart on average, {2:.2f} at {3:.2f} s").format(
                        found.curve, found.mean, found.largest, found.at
                    )
                )
                item.setData(Qt.ItemDataRole.UserRole, found.at)
                self.list.addItem(item)

    def _jump(self, item: QListWidgetItem) -> None:
        at = item.data(Qt.ItemDataRole.UserRole)
        if at is not None:
            self.session.transport.seek(float(at))
            self.session.tell("selection")

    def _choose(self) -> None:
        start = str(self.session.folder or Path.home())
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Another take"), start, self.tr("Takes (*.json)"))
        if name:
            take = self.session.attempt(lambda: load_take(Path(name)))
            if take is not None:
                self.session.compare_with(take, Path(name).name)

    def _saved(self) -> None:
        document = self.session.document
        if document is not None:
            take = self.session.attempt(lambda: load_take(document.path))
            if take is not None:
                self.session.compare_with(take, self.tr("as it was saved"))

    def _begin(self, on: bool) -> None:
        if on:
            self.test = BlindTest("this", self.session.other_name or "other")
        elif self.test is not None:
            self._keep(self.test)
            self.test = None
        for button in self.buttons.values():
            button.setEnabled(on)
        self.session.tell("compare")  # the heads may change sides

    def swapped(self) -> bool:
        """Whether the blind test shows the other take as A, on the left."""
        return self.test is not None and self.test.shown_as_a(self.session.current) != "this"

    def _vote(self, choice: Choice) -> None:
        if self.test is not None:
            self.test.vote(self.session.current, choice)
            winner = self.test.winner(self.session.current)
            self.session.say(
                self.tr("{0} was preferred.").format(winner)
                if winner
                else self.tr("Both are the same to you.")
            )

    def _keep(self, test: BlindTest) -> None:
        folder = self.session.folder
        if test.votes and folder is not None:
            target = folder / "votes.bilabial.csv"
            self.session.attempt(lambda: test.write(target))
            self.session.say(self.tr("The votes are in {0}.").format(target.name))
