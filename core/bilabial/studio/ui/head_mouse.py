"""What every drawn head shares: the moment that it shows, its camera, the mouse."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import (
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from ...render.looks import FACE, MOUTH, PORTRAIT
from ...render.rasteriser import Camera
from ...render.speaking import Speaker
from ..session import Session

CAMERAS = {"face": FACE, "mouth": MOUTH, "portrait": PORTRAIT}


class Orbit:
    """A camera that turns about its target, nears and leaves."""

    def __init__(self, name: str = "face") -> None:
        self.choose(name)

    def choose(self, name: str) -> None:
        self.name = name
        self.camera: Camera = CAMERAS[name]

    def turn(self, right: float, up: float) -> None:
        """Radians."""
        position, target = np.array(self.camera.position), np.array(self.camera.target)
        away = position - target
        length = float(np.linalg.norm(away))
        angle = math.atan2(away[0], -away[1]) + right
        height = max(-1.2, min(1.2, math.asin(away[2] / length) + up))
        flat = length * math.cos(height)
        offset = (flat * math.sin(angle), -flat * math.cos(angle), length * math.sin(height))
        moved = tuple(float(value) for value in target + np.array(offset))
        self.camera = replace(self.camera, position=(moved[0], moved[1], moved[2]))

    def near(self, factor: float) -> None:
        self.camera = replace(self.camera, height=min(max(self.camera.height * factor, 0.03), 0.6))


if TYPE_CHECKING:
    _Base = QWidget
else:  # two widgets cannot be one: what both heads share is mixed in
    _Base = object


class HeadMouse(_Base):
    """What both heads share: which moment they show, and the mouse."""

    orbit: Orbit

    def _begin(self, session: Session) -> None:
        self.session = session
        self.speaker = Speaker()
        self.orbit = Orbit()
        self.wire = False
        self.ghost = False  # the other take's head beside this one
        self.swapped = False  # the other take on the left, as A of a blind test
        self.live_row: np.ndarray | None = None  # controls of a live session, while it runs
        self.frames: list[float] = []  # moments of the last frames drawn
        self._held: QPointF | None = None
        self._demo = self.speaker
        session.listen("head", self._change)
        self.setMinimumSize(200, 200)
        self.setAccessibleName(self.tr("The head that speaks the line"))

    def _change(self) -> None:
        self.speaker = self.session.speaker or self._demo
        self.dress()
        self.update()

    def dress(self) -> None:
        """Another head is worn: what was made of the one before goes."""

    def vertices(self, other: bool = False) -> np.ndarray:
        if self.live_row is not None and not other:
            return self.speaker.of_controls(self.live_row)
        document = self.session.document
        take = self.session.other if other else None if document is None else document.take
        if take is None:
            return self.speaker.head.vertices
        return self.speaker.at(take, self.session.transport.position)

    def pace(self) -> float:
        """Frames a second over the last second of drawing."""
        now = time.perf_counter()
        self.frames = [moment for moment in self.frames if now - moment < 1.0]
        return float(len(self.frames))

    def end(self) -> None:
        """The window closes."""

    def _drawn(self) -> None:
        self.frames.append(time.perf_counter())
        del self.frames[:-200]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._held = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            step = event.position() - self._held
            self._held = QPointF(event.position())
            self.orbit.turn(-step.x() * 0.008, step.y() * 0.008)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.orbit.choose(self.orbit.name)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.orbit.near(math.exp(-event.angleDelta().y() / 900))
        self.update()
