"""The head that speaks: by OpenGL where there is any, else drawn by the project's own renderer."""

from __future__ import annotations

from ...phrases import Phrase
from ..session import Session
from .drawn_head import DrawnHead
from .gl_head import GlHead, OpenGLError, opengl_works

Head = GlHead | DrawnHead


def make_head(session: Session) -> Head:
    if opengl_works():
        try:
            return GlHead(session)
        except OpenGLError as error:
            session.say(
                Phrase("OpenGL refuses the head ({0}), so it is drawn in software, more slowly.", error)
            )
    else:
        session.say(Phrase("This machine has no OpenGL, so the head is drawn in software, more slowly."))
    return DrawnHead(session)
