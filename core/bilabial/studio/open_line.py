"""The open line as the Studio's state: its take, its sound, what the ear heard, its report, its file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..curves.files import SUFFIX
from ..curves.take import Take
from ..errors import BilabialError, Cancelled
from ..phonemes.track import PhoneTrack, SaidWord
from ..phonemes.word_spans import WordSpan, names_of, word_spans
from ..phrases import Phrase
from ..pipeline import IsCancelled, Progress
from ..qa.check import CheckOptions
from ..qa.finding import Finding, Report
from ..qa.remarks import FILE
from ..qa.subject import Heard
from . import generating
from .commands import History
from .document import Document
from .folder_watch import FolderWatch
from .key_edits import Selection
from .line_list import FIRST_LOOK
from .lines import MOST, Line, is_large, looked_at, scan, with_report
from .settings import Settings
from .stamps import stamp_of
from .transport import Output
from .waveform import Wave

_MOST_LEFT = 50  # lines whose steps are kept
_CALM_S = 0.7  # after an edit until the findings follow


class OpenLine(FolderWatch):
    def __init__(self, settings: Settings, output: Output | None, clock: Callable[[], float]) -> None:
        super().__init__(settings, output, clock)
        self.document: Document | None = None
        self.other: Take | None = None  # the take that is compared with, and its name
        self.other_name = ""
        self.wave: Wave | None = None
        self.heard: Heard | None = None
        self.report: Report | None = None
        self.phones: frozenset[int] = frozenset()
        self.keys = Selection()
        self.fps = float(settings.get("fps", 24.0))
        self.language = str(settings.get("language", "en"))
        self._left: dict[Path, History] = {}  # what was done to lines that were open before
        self._place = 0  # in the list as it was when the line was opened
        self._judged: Take | None = None  # the take that the report is about
        self._touched = clock()  # when it was last changed
        self._words: tuple[tuple[PhoneTrack, tuple[SaidWord, ...], str], list[WordSpan]] | None = None

    def open_place(self, place: Path) -> None:
        """A folder of lines, one take, or one sound."""
        if not place.exists():
            raise BilabialError(
                Phrase("there is no file or folder {0}: it was moved, or its drive is gone", place)
            )
        if not place.is_dir():
            self.lone = True
            name = place.name.removesuffix(SUFFIX) if place.name.endswith(SUFFIX) else place.stem
            self._open_lines(place, scan(place.parent, name))
            self.open_line(self.lines[0].name)
        elif is_large(place):
            self.lone = False
            self._open_large(place)
        else:
            self.lone = False
            self._open_lines(place, scan(place))
            if len(self.lines) == 1:
                self.open_line(self.lines[0].name)

    def _open_large(self, folder: Path) -> None:
        """Its files are looked through in the background; until then what was open stays open."""

        def work(progress: Progress, cancelled: IsCancelled) -> list[Line]:
            def told(count: int) -> None:
                if cancelled():
                    raise Cancelled(Phrase("the folder was not opened"))
                progress(min(count / (2 * MOST), 1.0), Phrase("{0} files", count))

            return scan(folder, None, told)

        def done(lines: list[Line]) -> None:
            self._open_lines(folder, lines)
            self.open_line(self.shown()[0].name)

        self.start(Phrase("Looking through {0}", folder.name), work, done)

    def _open_lines(self, place: Path, lines: list[Line]) -> None:
        folder = place if place.is_dir() else place.parent
        if not lines:
            raise BilabialError(
                Phrase("{0} holds no sound and no take: open the folder of your recordings", place)
                if place.is_dir()
                else Phrase("{0} is no sound and no take: open the folder of your recordings", place)
            )
        self.folder = folder
        self.lines = lines
        self._remarks_stamp = stamp_of(folder / FILE)
        self.settings.remember(place)
        self.attempt(lambda: self.lexicon.open(folder))
        self.scores.open(folder)
        self.folder_is_known()
        self.tell("lines")
        self._look_at([line for line in lines if line.take is not None], FIRST_LOOK)

    def open_line(self, name: str) -> None:
        line = self.line(name)
        if line is None:
            raise BilabialError(
                Phrase("there is no line {0!r} in this folder: it was moved or renamed", name)
            )
        self._leave_line()
        document = None if line.take is None else Document(line.take, None, self._left.pop(line.take, None))
        self.current, self.document = name, document
        self._place = next((at for at, one in enumerate(self.shown()) if one.name == name), 0)
        self._judged = None
        self.wave = self.heard = self.report = self.other = None
        self.other_name = ""
        self.phones, self.keys = frozenset(), Selection()
        sound = line.sound or (None if document is None else document.sound)
        self.transport.open(document.take.sound.duration if document is not None else line.duration or 0.0)
        if document is not None:
            document.changed.append(self._changed)
            if sound is not None:
                document.sound = sound
            if (found := document.recoverable()) is not None:
                document.replace(found, "Recovered after a crash")
                self.say(Phrase("Edits that were not saved were found and put back; undo them to drop them."))
        self.tell("document", "take", "selection", "sound", "report", "compare")
        if sound is None:
            if document is not None:
                self.say(
                    Phrase("The sound {0} is not at hand: put it beside the take.", document.take.sound.path)
                )
            return
        self.start(
            Phrase("Reading the sound"), lambda p, c: generating.open_sound(sound, p, c), self._opened(name)
        )

    def _leave_line(self) -> None:
        """The open line is written before another one opens; what was done to it can still be undone then."""
        document = self.document
        if document is None:
            return
        if document.dirty:
            document.save()
        self._left[document.path] = document.history
        while len(self._left) > _MOST_LEFT:
            del self._left[next(iter(self._left))]

    def _changed(self) -> None:
        self._touched = self._clock()
        self.tell("take")

    def _opened(self, name: str) -> Callable[[generating.OpenedSound], None]:
        def done(opened: generating.OpenedSound) -> None:
            if name != self.current:
                return
            self.wave = opened.wave
            if self.document is not None:
                self.document.prosody = opened.prosody
            else:
                self.transport.open(opened.wave.duration)
            self.transport.give(opened.wave)
            self.tell("sound")
            self.listen_to_line()

        return done

    def listen_to_line(self) -> None:
        """Let the ear hear the open line, for its report and its reasons."""
        document, name = self.document, self.current
        if document is None or document.sound is None:
            return
        sound = document.sound

        def done(heard: Heard) -> None:
            if name == self.current:
                self.heard = heard
                self.recheck()

        self.start(Phrase("Listening"), lambda p, c: generating.hear(sound, CheckOptions(), p, c), done, True)

    def recheck(self) -> None:
        """Findings of the take as it stands now."""
        if self.document is None:
            return
        take, name, heard = self.document.take, self.current, self.heard
        self._judged = take

        def done(report: Report) -> None:
            if name == self.current:
                self.report = report
                line = self.line(name)
                if line is not None:
                    self.update_lines([with_report(line, report)])
                self.tell("report")

        self.start(
            Phrase("Checking"), lambda p, c: generating.check(take, name, heard, CheckOptions()), done, True
        )

    def keep_report(self) -> None:
        """Called now and then: findings follow the edits, a moment after the last one."""
        document = self.document
        stale = document is not None and self.heard is not None and document.take is not self._judged
        if stale and self._clock() - self._touched >= _CALM_S:
            self.recheck()

    def watch(self) -> None:
        """Bring in what another program wrote into the open take."""
        document = self.document
        if document is None:
            return
        told = self.attempt(document.refresh)
        if told is not None:
            mine = Phrase("; {0} edited stretches were kept", told.kept) if told.kept else ""
            both = Phrase(", {0} of them changed on both sides", told.conflicts) if told.conflicts else ""
            self.say(
                Phrase("{0} was changed by another program and merged{1}{2}.", document.name, mine, both)
            )
            self.recheck()

    def save(self) -> None:
        if self.document is None:
            return
        self.document.save()
        line = self.line()
        if line is not None:
            self.update_lines([replace(looked_at(line), score=line.score, findings=line.findings)])
        self.say(Phrase("{0} is saved.", self.document.name))
        self.recheck()

    def leave(self) -> None:
        """The window closes: jobs end, the line is written as when another one is opened. Where that fails it
        is kept for the next start.
        """
        self.cancel()
        self.transport.stop()
        document = self.document
        if document is not None and document.dirty:
            self.attempt(document.save)
            self.attempt(document.keep_recovery)
        self.attempt(lambda: self.scores.keep(self.lines))

    def step_line(self, by: int) -> None:
        """The next line of the list as it is shown, or the one before.

        A line that was mended has sunk in the list: then the next is the one that stands where it stood.
        """
        names = [line.name for line in self.shown()]
        if not names:
            return
        at = names.index(self.current) if self.current in names else -1
        if at < 0 or at > self._place:
            at = self._place + (by if by < 0 else by - 1)
        else:
            at += by
        self.open_line(names[max(0, min(at, len(names) - 1))])

    def jump(self, finding: Finding) -> None:
        self.transport.pause()
        self.transport.seek(finding.start)

    def next_finding(self, by: int = 1) -> Finding | None:
        """The finding after the cursor, or the one before; it is jumped to."""
        if self.report is None:
            return None
        now = self.transport.position
        ahead = sorted(
            (f for f in self.report.findings if (f.start - now) * by > 1e-3), key=lambda f: f.start
        )
        if not ahead:
            return None
        found = ahead[0] if by > 0 else ahead[-1]
        self.jump(found)
        return found

    def words(self) -> list[WordSpan]:
        """The word tier of the open line."""
        if self.document is None:
            return []
        line, take = self.line(), self.document.take
        told = (take.phones, take.words, "" if line is None else line.text)
        if self._words is None or self._words[0] != told:
            names = names_of(take.words, told[2], self.language)
            self._words = (told, word_spans(take.phones, names))
        return self._words[1]

    def _document(self) -> Document:
        if self.document is None:
            raise BilabialError(Phrase("this line has no take yet: generate one first"))
        return self.document
