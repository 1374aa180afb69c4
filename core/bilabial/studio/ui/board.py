"""The middle of the window: ruler, wave, spectrogram, words, phones and curves, one above the other."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ..session import Session
from .curves_view import CurvesView
from .tiers import PhoneStrip, WordStrip
from .timeline import Ruler, SpectrumStrip, Strip, TimeAxis, WaveStrip, Width


class Board(QWidget):
    def __init__(self, session: Session) -> None:
        super().__init__()
        axis = self.axis = TimeAxis()
        self.ruler, self.wave = Ruler(session, axis), WaveStrip(session, axis)
        self.spectrum, self.words = SpectrumStrip(session, axis), WordStrip(session, axis)
        self.sounds, self.curves = PhoneStrip(session, axis), CurvesView(session, axis)
        self.strips: list[Strip] = [
            self.ruler, self.wave, self.spectrum, self.words, self.sounds, self.curves
        ]  # fmt: skip
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        inner = QWidget()
        lanes = QVBoxLayout(inner)
        lanes.setContentsMargins(0, 0, 0, 0)
        lanes.addWidget(self.curves)
        lanes.addStretch(1)
        scroll.setWidget(inner)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        for strip in self.strips[:-1]:
            box.addWidget(strip)
        box.addWidget(scroll, 1)
        Width(self.curves, axis)
