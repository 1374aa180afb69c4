"""The bar of tools under the menus: what is reached for most, the speed, the frame rate, the clock."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QToolBar, QToolButton

from ..session import Session
from ..transport import SPEEDS
from .actions import Actions

_FRAME_RATES = (24.0, 25.0, 30.0, 60.0)


class Tools(QToolBar):
    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self.session = session
        self.setWindowTitle(self.tr("Tools"))
        self.setObjectName("tools")
        self.setMovable(False)
        for group in (
            (actions.open, actions.save), (actions.undo, actions.redo),
            (actions.back, actions.play, actions.on, actions.loop),
        ):  # fmt: skip
            for action in group:
                self.addAction(action)
            self.addSeparator()
        self.speed = QComboBox()
        self.speed.setAccessibleName(self.tr("Speed"))
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g}×", speed)
        self.speed.setCurrentIndex(len(SPEEDS) - 1)
        self.speed.activated.connect(lambda: session.transport.set_speed(self.speed.currentData()))
        self.rate = QComboBox()
        self.rate.setAccessibleName(self.tr("Frames a second"))
        for rate in _FRAME_RATES:
            self.rate.addItem(self.tr("{0:g} fps").format(rate), rate)
        self.rate.setCurrentIndex(max(self.rate.findData(session.fps), 0))
        self.rate.activated.connect(self._set_rate)
        self.clock = QLabel("0:00.00")
        self.clock.setAccessibleName(self.tr("Position"))
        self.clock.setMinimumWidth(130)
        self.clock.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for widget in (self.speed, self.rate, self.clock):
            self.addWidget(widget)
        self.addSeparator()
        for action in (actions.fit, actions.generate, actions.check):
            self.addAction(action)
        for action in (actions.generate, actions.check):
            button = self.widgetForAction(action)
            if isinstance(button, QToolButton):
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    def show_position(self, seconds: float) -> None:
        minutes, rest = divmod(seconds, 60.0)
        frame = round(seconds * self.session.fps)
        self.clock.setText(self.tr("{0}:{1:05.2f}   frame {2}").format(int(minutes), rest, frame))

    def _set_rate(self) -> None:
        self.session.fps = float(self.rate.currentData())
        self.session.settings.set("fps", self.session.fps)
