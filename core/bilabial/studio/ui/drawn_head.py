"""The head without OpenGL, by the project's own renderer."""

from __future__ import annotations

import math
import threading
import time
from typing import Any

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QWidget

from ...render.looks import mesh_of
from ...render.rasteriser import Camera, Mesh, render
from ..session import Session
from .head_mouse import HeadMouse

_STILL, _MOST, _LEAST = 400, 260, 100  # pixels: of a still head, and of one that moves
_FRAME_S = 0.036  # seconds that a picture may take while it moves, for 24 a second and the rest of the window


class DrawnHead(HeadMouse, QWidget):
    """Without OpenGL: small pictures by the software renderer, drawn in a thread and scaled up."""

    _ready = Signal(QImage)

    def __init__(self, session: Session) -> None:
        QWidget.__init__(self)
        self._begin(session)
        self.dress()
        self._image: QImage | None = None
        self._wanted: tuple[Any, ...] | None = None
        self._asked = threading.Condition()
        self._todo: tuple[Mesh, np.ndarray, Camera, tuple[int, int]] | None = None
        self._over = False
        self._per_pixel = _FRAME_S / 200**2  # seconds; what it takes is measured at every picture
        self._ready.connect(self._show)
        threading.Thread(target=self._work, name="head", daemon=True).start()

    def dress(self) -> None:
        self._mesh = mesh_of(self.speaker.head)
        self._wanted = None

    def paintEvent(self, event: QPaintEvent) -> None:
        self._ask()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._image is None:
            painter.fillRect(self.rect(), QColor("#6f7c84"))
        else:
            painter.drawImage(self.rect(), self._image)
        painter.end()

    def _ask(self) -> None:
        """Ask for a picture of this moment, unless it is the one that was asked for last."""
        moving = self.session.transport.playing or self.live_row is not None
        most = self._side_at_work() if moving else _STILL
        side = max(min(self.width(), self.height(), most), 60)
        height = max(round(side * self.height() / max(self.width(), 1)), 40)
        document = self.session.document
        moment = (
            side, height, self.orbit.camera, round(self.session.transport.position, 3),
            None if document is None else id(document.take),
            None if self.live_row is None else id(self.live_row),
        )  # fmt: skip
        if moment == self._wanted:
            return
        self._wanted = moment
        with self._asked:
            self._todo = (self._mesh, self.vertices(), self.orbit.camera, (side, height))
            self._asked.notify()

    def _side_at_work(self) -> int:
        """As large as this machine draws in the time of a frame, now."""
        return round(min(max(math.sqrt(_FRAME_S / self._per_pixel), _LEAST), _MOST))

    def _work(self) -> None:
        """The newest wish is drawn; those before it are forgotten."""
        while True:
            with self._asked:
                while self._todo is None and not self._over:
                    self._asked.wait()
                if self._over or self._todo is None:
                    return
                (mesh, vertices, camera, size), self._todo = self._todo, None
            begun = time.perf_counter()
            picture = np.ascontiguousarray(render(mesh, vertices, camera, size, 1, shadows=False))
            height, width = picture.shape[:2]
            took = (time.perf_counter() - begun) / (height * width)
            self._per_pixel += 0.2 * (took - self._per_pixel)
            image = QImage(picture.data, width, height, width * 3, QImage.Format.Format_RGB888).copy()
            if not self._over:
                self._ready.emit(image)

    def _show(self, image: QImage) -> None:
        self._image = image
        self._drawn()
        self.update()

    def end(self) -> None:
        with self._asked:
            self._over = True
            self._asked.notify()
