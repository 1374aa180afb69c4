"""The head that speaks: by OpenGL where there is any, else drawn by the project's own renderer."""

from __future__ import annotations

import math
import os
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QSize, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMatrix4x4,
    QMouseEvent,
    QOffscreenSurface,
    QOpenGLContext,
    QPainter,
    QPaintEvent,
    QVector3D,
    QVector4D,
    QWheelEvent,
)
from PySide6.QtOpenGL import (
    QOpenGLBuffer,
    QOpenGLFramebufferObject,
    QOpenGLFramebufferObjectFormat,
    QOpenGLShader,
    QOpenGLShaderProgram,
)
from PySide6.QtWidgets import QWidget
from shiboken6 import VoidPtr

from ...render.gpu import ATTRIBUTES, FRAGMENT_SHADER, VERTEX_SHADER, gpu_mesh, light_frame, view_matrix
from ...render.looks import FACE, MOUTH, PORTRAIT, mesh_of
from ...render.rasteriser import Camera, render
from ...render.speaking import Speaker
from ..session import Session
from .theme import colours

CAMERAS = {"face": FACE, "mouth": MOUTH, "portrait": PORTRAIT}
_LINES, _TRIANGLES, _FLOAT, _UNSIGNED_SHORT = 0x0001, 0x0004, 0x1406, 0x1403
_COLOUR_BIT, _DEPTH_BIT, _DEPTH_TEST, _RENDERER = 0x4000, 0x0100, 0x0B71, 0x1F01
_START = VoidPtr(0)  # of the index buffer


class OpenGLError(RuntimeError):
    """Shaders that this machine's OpenGL does not take."""


def opengl_works() -> bool:
    """Whether this machine gives an OpenGL context; ``BILABIAL_OPENGL=0`` says no."""
    if os.environ.get("BILABIAL_OPENGL") == "0":
        return False
    surface = QOffscreenSurface()
    surface.create()
    context = QOpenGLContext()
    works = bool(context.create() and context.makeCurrent(surface))
    context.doneCurrent()
    return works


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


class _HeadMouse(_Base):
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
        self.setMinimumSize(200, 200)
        self.setAccessibleName(self.tr("The head that speaks the line"))

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


class GlHead(_HeadMouse, QWidget):
    """Lit by shaders into a picture of its own, so that the window beside it needs no OpenGL.

    Positions and normals are sent anew each frame: 240 kB.
    """

    def __init__(self, session: Session) -> None:
        QWidget.__init__(self)
        self._begin(session)
        self.mesh = gpu_mesh(self.speaker.head)
        head = self.speaker.head
        self._lips = head.vertices[head.lips[head.contact_rings[0]]].mean(axis=0)
        self._surface = QOffscreenSurface()
        self._surface.create()
        self._context = QOpenGLContext(self)
        self._context.create()
        self._context.makeCurrent(self._surface)
        self._gl: Any = self._context.functions()
        self._samples = 0 if _by_software(self._gl) else 4
        self._target: QOpenGLFramebufferObject | None = None
        self._program = self._compiled()
        self._buffers = self._filled()
        self._index = QOpenGLBuffer(QOpenGLBuffer.Type.IndexBuffer)
        self._index.create()
        self._index.bind()
        indices = np.ascontiguousarray(self.mesh.triangles).tobytes()
        self._index.allocate(indices, len(indices))
        self._context.doneCurrent()

    def _compiled(self) -> QOpenGLShaderProgram:
        program = QOpenGLShaderProgram(self)
        good = program.addShaderFromSourceCode(QOpenGLShader.ShaderTypeBit.Vertex, VERTEX_SHADER)
        good = good and program.addShaderFromSourceCode(QOpenGLShader.ShaderTypeBit.Fragment, FRAGMENT_SHADER)
        if not (good and program.link()):
            raise OpenGLError(program.log())
        return program

    def _filled(self) -> dict[str, QOpenGLBuffer]:
        """A buffer for each attribute; those that stay are filled."""
        still = {"colour": self.mesh.colours, "look": self.mesh.look, "more": self.mesh.more}
        buffers = {}
        for name in ATTRIBUTES:
            buffer = QOpenGLBuffer(QOpenGLBuffer.Type.VertexBuffer)
            buffer.create()
            buffer.bind()
            if name in still:
                data = np.ascontiguousarray(still[name], np.float32).tobytes()
                buffer.allocate(data, len(data))
            buffers[name] = buffer
        return buffers

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawImage(self.rect(), self.picture())
        painter.end()
        self._drawn()

    def picture(self) -> QImage:
        """The head as it stands now, in the size of the widget."""
        ratio = self.devicePixelRatioF()
        size = QSize(max(int(self.width() * ratio), 8), max(int(self.height() * ratio), 8))
        self._context.makeCurrent(self._surface)
        if self._target is None or self._target.size() != size:
            form = QOpenGLFramebufferObjectFormat()
            form.setAttachment(QOpenGLFramebufferObject.Attachment.Depth)
            form.setSamples(self._samples)
            self._target = QOpenGLFramebufferObject(size, form)
        self._target.bind()
        gl = self._gl
        background = QColor("#6f7c84" if colours().dark else "#c3ccd0")
        gl.glClearColor(background.redF(), background.greenF(), background.blueF(), 1.0)
        gl.glClear(_COLOUR_BIT | _DEPTH_BIT)
        gl.glEnable(_DEPTH_TEST)
        two = self.session.other is not None and self.ghost
        half = size.width() // 2 if two else size.width()
        first = two and self.swapped
        self._draw(self.vertices(other=first), (0, 0, half, size.height()))
        if two:
            self._draw(self.vertices(other=not first), (half, 0, size.width() - half, size.height()))
        self._target.release()
        image = self._target.toImage()
        self._context.doneCurrent()
        return image

    def _draw(self, vertices: np.ndarray, port: tuple[int, int, int, int]) -> None:
        program: Any = self._program  # the stubs know no text as a uniform's name
        gl = self._gl
        gl.glViewport(*port)
        camera = self.orbit.camera
        positions, normals = self.mesh.moving(self.speaker.head, vertices)
        program.bind()
        matrix = view_matrix(camera, port[2], port[3])
        program.setUniformValue("view", QMatrix4x4(matrix.reshape(-1).tolist()))
        for name, vector in zip(("right", "up", "backward"), light_frame(camera), strict=True):
            program.setUniformValue(name, QVector3D(*vector.tolist()))
        program.setUniformValue("eye", QVector3D(*camera.position))
        program.setUniformValue("lips", QVector3D(*self._lips.tolist()))
        program.setUniformValue("tint", QVector4D(0.0, 0.0, 0.0, 0.0))
        for name, size in ATTRIBUTES.items():
            buffer = self._buffers[name]
            buffer.bind()
            if name in ("position", "normal"):
                data = np.ascontiguousarray(positions if name == "position" else normals, np.float32)
                packed = data.tobytes()
                buffer.allocate(packed, len(packed))
            place = program.attributeLocation(name)
            program.enableAttributeArray(place)
            program.setAttributeBuffer(place, _FLOAT, 0, size)
        self._index.bind()
        mode = _LINES if self.wire else _TRIANGLES
        gl.glDrawElements(mode, self.mesh.triangles.size, _UNSIGNED_SHORT, _START)
        program.release()


def _by_software(gl: Any) -> bool:
    """Whether a processor draws: smoothing edges by four samples would cost it four times the work."""
    name = str(gl.glGetString(_RENDERER)).lower()
    return any(part in name for part in ("llvmpipe", "softpipe", "swiftshader", "swrast"))


class DrawnHead(_HeadMouse, QWidget):
    """Without OpenGL: small pictures by the software renderer, drawn in a thread and scaled up."""

    _ready = Signal(QImage)

    def __init__(self, session: Session) -> None:
        QWidget.__init__(self)
        self._begin(session)
        self._mesh = mesh_of(self.speaker.head)
        self._image: QImage | None = None
        self._wanted: tuple[Any, ...] | None = None
        self._asked = threading.Condition()
        self._todo: tuple[np.ndarray, Camera, tuple[int, int]] | None = None
        self._over = False
        self._ready.connect(self._show)
        threading.Thread(target=self._work, name="head", daemon=True).start()

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
        side = max(min(self.width(), self.height(), 200 if moving else 400), 60)
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
            self._todo = (self.vertices(), self.orbit.camera, (side, height))
            self._asked.notify()

    def _work(self) -> None:
        """The newest wish is drawn; those before it are forgotten."""
        while True:
            with self._asked:
                while self._todo is None and not self._over:
                    self._asked.wait()
                if self._over or self._todo is None:
                    return
                (vertices, camera, size), self._todo = self._todo, None
            picture = np.ascontiguousarray(render(self._mesh, vertices, camera, size, 1, shadows=False))
            height, width = picture.shape[:2]
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


Head = GlHead | DrawnHead


def make_head(session: Session) -> Head:
    if opengl_works():
        try:
            return GlHead(session)
        except OpenGLError as error:
            session.say(f"OpenGL refuses the head ({error}), so it is drawn in software, more slowly.")
    else:
        session.say("This machine has no OpenGL, so the head is drawn in software, more slowly.")
    return DrawnHead(session)
