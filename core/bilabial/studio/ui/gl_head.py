"""The head by OpenGL."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import (
    QColor,
    QImage,
    QMatrix4x4,
    QOffscreenSurface,
    QOpenGLContext,
    QPainter,
    QPaintEvent,
    QVector3D,
    QVector4D,
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
from ..session import Session
from .head_mouse import HeadMouse
from .theme import colours

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


class GlHead(HeadMouse, QWidget):
    """Lit by shaders into a picture of its own, so that the window beside it needs no OpenGL.

    Positions and normals are sent anew each frame: 240 kB.
    """

    def __init__(self, session: Session) -> None:
        QWidget.__init__(self)
        self._begin(session)
        self._surface = QOffscreenSurface()
        self._surface.create()
        self._context = QOpenGLContext(self)
        self._context.create()
        self._context.makeCurrent(self._surface)
        self._gl: Any = self._context.functions()
        self._samples = 0 if _by_software(self._gl) else 4
        self._target: QOpenGLFramebufferObject | None = None
        self._program = self._compiled()
        self._dressed()
        self._context.doneCurrent()

    def dress(self) -> None:
        self._context.makeCurrent(self._surface)
        for buffer in (*self._buffers.values(), self._index):
            buffer.destroy()
        self._dressed()
        self._context.doneCurrent()

    def _dressed(self) -> None:
        head = self.speaker.head
        self.mesh = gpu_mesh(head)
        self._lips = head.vertices[head.lips[head.contact_rings[0]]].mean(axis=0)
        self._buffers = self._filled()
        self._index = QOpenGLBuffer(QOpenGLBuffer.Type.IndexBuffer)
        self._index.create()
        self._index.bind()
        indices = np.ascontiguousarray(self.mesh.triangles).tobytes()
        self._index.allocate(indices, len(indices))

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
