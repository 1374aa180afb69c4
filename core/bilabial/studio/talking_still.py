"""The open line on a still picture: a preview that keeps up with the clock, and the film of it.

Frames are painted in a thread, always the newest that was asked for; whoever shows them takes what is there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..curves.take import Take
from ..errors import BilabialError
from ..phrases import Phrase
from ..portrait.finder import find_face
from ..portrait.points import FacePoints
from ..portrait.poses import Player
from ..portrait.speak import BACKGROUND, film, painter_of
from ..portrait.stills import read_still
from ..portrait.warp import Painter, Pose
from ..refusals import sentence
from ..render.film import check_name
from .session import Session

Picture = NDArray[np.uint8]

HEIGHT = 400  # pixels of the preview: some 25 frames a second of one core
_FPS = 25.0


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A picture whose face is found; ``painter`` draws it at the preview's size."""

    path: Path
    points: FacePoints  # of the picture at the film's size
    painter: Painter


def read_subject(path: Path) -> Subject:
    """Slow: the face is looked for."""
    still = read_still(path)
    points = find_face(still.pixels)
    if still.size[1] <= HEIGHT:
        return Subject(path, points, painter_of(still, points, BACKGROUND))
    small = read_still(path, HEIGHT)
    return Subject(path, points, painter_of(small, points.scaled(HEIGHT / still.size[1]), BACKGROUND))


class TalkingStill:
    """``changed`` is called when another picture is there, by whoever polls the session."""

    def __init__(self, session: Session, changed: Callable[[], None] = lambda: None) -> None:
        self.session = session
        self.changed = changed
        self.subject: Subject | None = None
        self.fault = ""  # a sentence, once painting has failed
        self._player: tuple[Take, Subject, Player] | None = None
        self._wanted: tuple[Painter, Pose] | None = None
        self._shown: tuple[Painter, Pose] | None = None
        self._last: tuple[Take, Subject, int] | None = None
        self._frame: Picture | None = None
        self._asked = threading.Event()
        self._closed = False
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def open(self, path: Path) -> None:
        """Read a picture in the background; what is wrong with it becomes a sentence in the window."""
        self.session.start(
            Phrase("Looking for the face in {0}", path.name), lambda *_: read_subject(path), self._opened
        )

    def _opened(self, subject: Subject) -> None:
        with self._lock:
            self.subject, self._frame = subject, subject.painter.still
            self._wanted = self._shown = None
            self._last = None
            self.fault = ""
        self.changed()

    def show(self, seconds: float) -> None:
        """Ask for the frame of a moment. The last one that is asked for is painted next."""
        document = self.session.document
        if self.subject is None or document is None or self._closed:
            return
        asked = document.take, self.subject, int(seconds * _FPS)
        if asked == self._last:
            return
        self._last = asked
        player = self._player_of(document.take, self.subject)
        with self._lock:
            self._wanted = self.subject.painter, player.at(seconds)
        if self._thread is None:
            self._thread = threading.Thread(target=self._paint, name="talking still", daemon=True)
            self._thread.start()
        self._asked.set()

    def _player_of(self, take: Take, subject: Subject) -> Player:
        kept = self._player
        if kept is None or kept[0] is not take or kept[1] is not subject:
            kept = take, subject, Player(take, subject.painter.mesh.names, _FPS)
            self._player = kept
        return kept[2]

    def frame(self) -> Picture | None:
        """The newest frame, RGBA; None before a picture was opened."""
        with self._lock:
            return self._frame

    def close(self) -> None:
        self._closed = True
        self._asked.set()
        if self._thread is not None:
            self._thread.join(5.0)
            self._thread = None

    def _paint(self) -> None:
        while True:
            self._asked.wait()
            self._asked.clear()
            if self._closed:
                return
            with self._lock:
                wanted, shown = self._wanted, self._shown
            if wanted is None or _same(wanted, shown):
                continue
            try:
                frame = wanted[0].paint(wanted[1])
            except Exception as error:  # a picture that cannot be painted must not end the Studio
                self.fault = sentence(error)
                continue
            with self._lock:
                self._shown = wanted
                if self.subject is not None and self.subject.painter is wanted[0]:
                    self._frame = frame

    def save_film(self, path: Path) -> None:
        """The whole line at the picture's own size, with its sound, in the background."""
        document = self.session.document
        if self.subject is None or document is None:
            raise BilabialError(Phrase("there is no film yet: open a line, and choose a picture"))
        check_name(path)
        subject, take, sound = self.subject, document.take, document.sound
        self.session.refuse_harm(path, "the film", subject.path)
        self.session.start(
            Phrase("Painting {0}", path.name),
            lambda progress, cancelled: film(
                read_still(subject.path), subject.points, take, sound, path, None, progress, cancelled
            ),
            lambda count: self.session.say(Phrase("{0} has {1} frames.", path.name, count)),
        )


def _same(one: tuple[Painter, Pose], other: tuple[Painter, Pose] | None) -> bool:
    return other is not None and one[0] is other[0] and one[1].same(other[1])
