"""The Studio's state and all that can be done to it, without a window: the windows show it and call it.

Listeners are told by topic what to show anew. Slow work runs as jobs; ``poll`` is called by the window a few
times a second and hands their results in, so that nothing here needs a lock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from ..curves.take import SPEECH, Take
from ..errors import BilabialError
from ..guard import Use, refuse_collisions
from ..phonemes.lexicon import FILE as LEXICON
from ..phrases import Phrase
from ..pipeline import GenerateOptions
from ..qa.check import CheckOptions
from ..qa.remarks import FILE as REMARKS
from ..render.own_head import own_speaker
from ..render.speaking import Speaker
from . import generating
from .edits import Edits
from .settings import Settings
from .transport import Output

_AUTOSAVE_S = 15.0
_WATCH_S = 1.0


class Session(Edits):
    def __init__(
        self,
        settings: Settings | None = None,
        output: Output | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(settings or Settings(), output, clock)
        self._last_autosave = self._last_watch = clock()

    def poll(self) -> bool:
        """Hand in what jobs have brought, keep the clock and the files. True while the line plays."""
        playing = self.transport.tick()
        super().poll()
        now = self._clock()
        self._take_in_arrivals()
        self.keep_report()
        if now - self._last_watch >= _WATCH_S:
            self._last_watch = now
            self.watch()
            self.attempt(self.lexicon.look)
            self.attempt(self.look_at_remarks)
            self.attempt(self.look_at_folder)
        if now - self._last_autosave >= _AUTOSAVE_S:
            self._last_autosave = now
            if self.document is not None:
                self.attempt(self.document.keep_recovery)
        return playing

    def _take_in_arrivals(self, at_once: bool = False) -> None:
        """Lines of a batch come into the list one by one; the open one shows its take at once."""
        for line in self.look_at_arrivals(at_once):
            if line.name != self.current or line.fault or line.take is None:
                continue
            if self.document is None:
                self.attempt(self._reopen)
            else:
                self.watch()

    def _reopen(self) -> None:
        self.open_line(self.current)

    def choose_head(self, path: Path | None, profile: str | None = None) -> None:
        """A head of one's own from a glTF file, read in the background; None: the demo head."""
        if path is None:
            self._wear(None, "")
            return

        def done(speaker: Speaker) -> None:
            self._wear(speaker, str(path))
            self.say(Phrase("{0} speaks.", path.name))

        self.start(
            Phrase("Reading {0}", path.name), lambda progress, cancelled: own_speaker(path, profile), done
        )

    def _wear(self, speaker: Speaker | None, path: str) -> None:
        self.speaker = speaker
        self.settings.set("head", path)
        self.tell("head")

    # What is written beside takes

    def refuse_harm(self, path: Path, what: str, *reads: Path) -> None:
        """Before a file is written that a person named: raises Collision where it is one of those that are
        open here, by whatever name, or one of ``reads``."""
        known = [Use(file, "a file that it is made from") for file in reads]
        for line in self.lines:
            known += [Use(file, f"a file of {line.name}") for file in (line.take, line.sound) if file]
        if self.document is not None:
            mine = (self.document.path, self.document.sound)
            known += [Use(file, f"a file of {self.document.name}") for file in mine if file]
        if self.folder is not None:
            known += [Use(self.folder / REMARKS, "the notes"), Use(self.folder / LEXICON, "the lexicon")]
        if head := self.settings.get("head"):
            known.append(Use(Path(str(head)), "the head"))
        refuse_collisions(dict.fromkeys(known), [Use(path, what)])

    def may_write(self, path: Path, what: str, *reads: Path) -> bool:
        """The same for a window: what is wrong with the name is said there."""

        def checked() -> bool:
            self.refuse_harm(path, what, *reads)
            return True

        return self.attempt(checked) is True

    # Many lines

    def generate(self, names: Iterable[str], options: GenerateOptions | None = None) -> None:
        """Takes for lines, in the background; hand keys of takes that are there stay."""
        chosen = set(names)
        lines = [line for line in self.lines if line.name in chosen and line.sound is not None]
        if not lines:
            raise BilabialError(
                Phrase("none of these lines has a sound: put the recordings beside the takes")
            )
        if self.document is not None and self.current in chosen and self.document.dirty:
            self.document.save()
        language = str(self.settings.get("language") or "") or None  # nobody chose: found words as heard
        asked = options or GenerateOptions(language=language, lexicon=self.lexicon.words)
        self.start(
            Phrase("Generating") if len(lines) > 1 else Phrase("Generating {0}", lines[0].name),
            lambda progress, cancelled: generating.make_lines(
                lines, asked, progress, cancelled, self.hand_in
            ),
            self._made,
        )

    def realign(self, text: str) -> None:
        """The open line's words. One without a take, such as one whose text did not fit, gets its take."""
        if not text.strip():
            raise BilabialError(Phrase("there are no words yet: type what is said"))
        if self.document is not None:
            super().realign(text)
            return
        self._remark([self.current], lambda line: replace(line, text=text.strip()))
        self.generate([self.current])

    def _checked(self, result: generating.BatchResult) -> None:
        self._take_in_arrivals(True)
        self.attempt(lambda: self.scores.keep(self.lines))

    def _made(self, result: generating.BatchResult) -> None:
        self._take_in_arrivals(True)
        good = [line for line in result.lines if not line.fault]
        self.say(
            result.faults[0]
            if result.faults
            else Phrase("1 take was made.")
            if len(good) == 1
            else Phrase("{0} takes were made.", len(good))
        )
        self.check([line.name for line in good])

    def check(self, names: Iterable[str], options: CheckOptions | None = None) -> None:
        """Scores and findings for lines, in the background."""
        chosen = set(names)
        lines = [line for line in self.lines if line.name in chosen and line.take is not None]
        if lines:
            self.start(
                Phrase("Checking"),
                lambda progress, cancelled: generating.check_lines(
                    lines, options or CheckOptions(), progress, cancelled, self.hand_in
                ),
                self._checked,
            )

    # Comparing

    def compare_with(self, take: Take | None, name: str = "") -> None:
        self.other, self.other_name = take, name if take is not None else ""
        self.tell("compare")

    @property
    def tracks(self) -> list[str]:
        return [] if self.document is None else list(self.document.take.tracks) or [SPEECH]
