"""How the line is spoken: presets, the pad, and the dials that it does not show."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from ...curves.style import PRESETS, Dials, Style
from ...retarget.profile import WORKING_POINT
from ..session import Session
from .jali_pad import Pad
from .saying import named


class StylePanel(QWidget):
    """Presets, the pad, and the dials that it does not show."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.presets = QComboBox()
        self.presets.setAccessibleName(self.tr("Style"))
        for name in (*PRESETS, "mine"):
            self.presets.addItem(named(name), name)
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
        self.presets.setCurrentIndex(self.presets.findData(style.name if style.name in PRESETS else "mine"))
        self.pad.set(dials.jaw_gain, dials.lip_gain)
        self.lead.setValue(round(dials.onset_lead * 1000))
        self.jaw_offset.setValue(round(dials.jaw_offset * 100))
        self.lip_offset.setValue(round(dials.lip_offset * 100))
        del blocked

    def _preset(self) -> None:
        name = self.presets.currentData()
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
