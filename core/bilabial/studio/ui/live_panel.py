"""The microphone moves the head while somebody speaks."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ..live import LiveSession
from ..session import Session
from .head_view import Head
from .saying import translated


class LivePanel(QWidget):
    def __init__(self, session: Session, head: Head) -> None:
        super().__init__()
        self.session, self.head = session, head
        self.live: LiveSession | None = None
        self.button = QPushButton(self.tr("Start the microphone"))
        self.button.setCheckable(True)
        self.button.toggled.connect(self._toggled)
        self.told = QLabel(self.tr("Speak, and the head follows 0.12 s behind. Nothing is recorded."))
        self.told.setObjectName("soft")
        self.told.setWordWrap(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 6, 8, 8)
        box.addWidget(self.button)
        box.addWidget(self.told)
        box.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setInterval(16)
        self._timer.timeout.connect(self._show)

    def _toggled(self, on: bool) -> None:
        if not on:
            self.stop()
            return
        self.live = LiveSession()
        self.live.start()
        self.button.setText(self.tr("Stop the microphone"))
        self._timer.start()

    def _show(self) -> None:
        if self.live is None:
            return
        if self.live.fault:
            self.session.say(self.live.fault)
            self.told.setText(translated(self.live.fault))
            self.button.setChecked(False)
            return
        self.head.live_row = self.live.row()
        self.head.update()

    def stop(self) -> None:
        self._timer.stop()
        if self.live is not None:
            self.live.stop()
            self.live = None
        self.head.live_row = None
        self.button.setText(self.tr("Start the microphone"))
