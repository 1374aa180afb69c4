"""The head with its cameras."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QFileDialog, QLabel, QToolBar, QVBoxLayout, QWidget

from ...paths import home
from ..session import Session
from .head_mouse import CAMERAS
from .head_view import make_head


class HeadPane(QWidget):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.head = make_head(session)
        bar = QToolBar()
        self.cameras = QActionGroup(bar)
        titles = {"face": self.tr("Face"), "mouth": self.tr("Mouth"), "portrait": self.tr("Portrait")}
        for name in CAMERAS:
            action = bar.addAction(titles[name])
            action.setCheckable(True)
            action.setChecked(name == "face")
            action.triggered.connect(lambda _=False, name=name: self.choose_camera(name))
            self.cameras.addAction(action)
        wire = bar.addAction(self.tr("Wire"))
        wire.setCheckable(True)
        wire.toggled.connect(self._set_wire)
        own = bar.addAction(self.tr("Head…"))
        own.setToolTip(self.tr("A head of your own (glTF with morph targets)"))
        own.triggered.connect(self._choose_head)
        self.back = bar.addAction(self.tr("Demo head"))
        self.back.triggered.connect(lambda: session.choose_head(None))
        self.back.setVisible(False)
        session.listen("head", lambda: self.back.setVisible(session.speaker is not None))
        self.pace = QLabel()
        self.pace.setObjectName("soft")
        bar.addWidget(self.pace)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(bar)
        box.addWidget(self.head, 1)

    def choose_camera(self, name: str) -> None:
        self.head.orbit.choose(name)
        self.head.update()

    def _set_wire(self, on: bool) -> None:
        self.head.wire = on
        self.head.update()

    def _choose_head(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("A head with morph targets"), str(home()), self.tr("glTF (*.glb *.gltf)")
        )
        if name:
            self.session.choose_head(Path(name))

    def refresh(self) -> None:
        self.head.update()
        playing = self.session.transport.playing
        self.pace.setText(f"{self.head.pace():.0f} fps" if playing else "")
