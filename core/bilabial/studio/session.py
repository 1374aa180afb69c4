"""The Studio's state and all that can be done to it, without a window: the windows show it and call it.

Listeners are told by topic what to show anew. Slow work runs as jobs; ``poll`` is called by the window a few
times a second and hands their results in, so that nothing here needs a lock.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..curves.files import SUFFIX
from ..curves.style import Dials, Style
from ..curves.take import SPEECH, Take
from ..errors import BilabialError
from ..jobs import Job, Outcome, Work
from ..phonemes.track import PhoneTrack, SaidWord
from ..phonemes.word_spans import WordSpan, names_of, word_spans
from ..pipeline import GenerateOptions
from ..qa.check import CheckOptions
from ..qa.finding import Finding, Report
from ..qa.subject import Heard
from ..refusals import sentence
from . import generating, key_edits, phone_edits
from .commands import Command
from .document import Document
from .key_edits import Selection
from .lines import Filter, Line, Note, State, looked_at, order, scan, with_report, write_remarks
from .settings import Settings
from .transport import Output, Transport
from .waveform import Wave

TOPICS = ("lines", "document", "take", "selection", "sound", "report", "jobs", "message", "compare")
_AUTOSAVE_S = 15.0
_WATCH_S = 1.0
_FIRST_LOOK = 50  # lines read before the list shows them; then four times as many, and so on


@dataclass(eq=False)
class Running:
    """A job that is under way, as the status bar shows it."""

    title: str
    job: Job
    done: Callable[[Any], None]
    quiet: bool = False  # no bar, and no sentence when it fails


class Session:
    def __init__(
        self,
        settings: Settings | None = None,
        output: Output | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings or Settings()
        self.transport = Transport(output)
        self.folder: Path | None = None
        self.lines: list[Line] = []
        self.filter = Filter()
        self.sorted_by = "score"
        self.current: str = ""  # name of the open line
        self.document: Document | None = None
        self.other: Take | None = None  # the take that is compared with, and its name
        self.other_name = ""
        self.wave: Wave | None = None
        self.heard: Heard | None = None
        self.report: Report | None = None
        self.phones: frozenset[int] = frozenset()
        self.keys = Selection()
        self.fps = float(self.settings.get("fps", 24.0))
        self.language = str(self.settings.get("language", "en"))
        self.message = ""
        self.running: list[Running] = []
        self._words: tuple[tuple[PhoneTrack, tuple[SaidWord, ...], str], list[WordSpan]] | None = None
        self._listeners: dict[str, list[Callable[[], None]]] = defaultdict(list)
        self._clock = clock
        self._last_autosave = self._last_watch = clock()

    # Telling

    def listen(self, topic: str, listener: Callable[[], None]) -> None:
        if topic not in TOPICS:
            raise ValueError(topic)
        self._listeners[topic].append(listener)

    def tell(self, *topics: str) -> None:
        for topic in topics:
            for listener in list(self._listeners[topic]):
                listener()

    def say(self, message: str) -> None:
        self.message = message
        self.tell("message")

    def attempt(self, work: Callable[[], Any]) -> Any:
        """Do something that a person asked for; what goes wrong becomes a sentence in the window."""
        try:
            return work()
        except (BilabialError, OSError, MemoryError) as error:
            self.say(sentence(error))
            return None

    # Jobs

    def start(self, title: str, work: Work, done: Callable[[Any], None], quiet: bool = False) -> Running:
        running = Running(title, Job(work).start(), done, quiet)
        self.running.append(running)
        self.tell("jobs")
        return running

    def poll(self) -> bool:
        """Hand in what jobs have brought, keep the clock and the files. True while the line plays."""
        playing = self.transport.tick()
        before = len(self.running)
        for running in list(self.running):
            outcome = running.job.poll()
            if outcome is not None:
                self.running.remove(running)
                self._finish(running, outcome)
        if before:
            self.tell("jobs")
        now = self._clock()
        if now - self._last_watch >= _WATCH_S:
            self._last_watch = now
            self.watch()
        if now - self._last_autosave >= _AUTOSAVE_S:
            self._last_autosave = now
            if self.document is not None:
                self.attempt(self.document.keep_recovery)
        return playing

    def _finish(self, running: Running, outcome: Outcome) -> None:
        if outcome.error is not None:
            if not running.quiet:
                self.say(f"{running.title}: {sentence(outcome.error)}")
        elif not outcome.cancelled:
            self.attempt(lambda: running.done(outcome.result))

    def cancel(self, running: Running | None = None) -> None:
        for one in [running] if running is not None else list(self.running):
            one.job.cancel()

    def wait(self, seconds: float = 60.0) -> None:
        """For tests and scripts: until all jobs are done."""
        end = time.monotonic() + seconds
        while self.running and time.monotonic() < end:
            for running in list(self.running):
                running.job.join(0.02)
            self.poll()

    # Lines

    def open_place(self, place: Path) -> None:
        """A folder of lines, one take, or one sound."""
        if not place.exists():
            raise BilabialError(f"there is no file or folder {place}: it was moved, or its drive is gone")
        folder = place if place.is_dir() else place.parent
        lines = scan(folder)
        if not place.is_dir():
            name = place.name.removesuffix(SUFFIX) if place.name.endswith(SUFFIX) else place.stem
            lines = [line for line in lines if line.name == name] or lines
        if not lines:
            raise BilabialError(f"{folder} holds no sound and no take: open the folder of your recordings")
        self.folder = folder
        self.lines = lines
        self.settings.remember(place)
        self.tell("lines")
        self._look_at(lines, _FIRST_LOOK)
        if len(lines) == 1 or not place.is_dir():
            self.open_line(lines[0].name)

    def _look_at(self, lines: Sequence[Line], count: int) -> None:
        """Read what the takes say, some at a time, so that the first ones are seen at once."""
        if not lines:
            return
        folder, now, later = self.folder, lines[:count], lines[count:]

        def work(progress: object, cancelled: Callable[[], bool]) -> list[Line]:
            return [looked_at(line) for line in now if not cancelled()]

        def done(looked: list[Line]) -> None:
            if self.folder == folder:
                self.update_lines(looked)
                self._look_at(later, 4 * count)

        self.start("Reading the lines", work, done, True)

    def update_lines(self, lines: Iterable[Line]) -> None:
        """New facts about lines; what people said of them in the meantime stays."""
        fresh = {line.name: line for line in lines}
        self.lines = [
            replace(fresh[old.name], state=old.state, notes=old.notes, text=old.text)
            if old.name in fresh
            else old
            for old in self.lines
        ]
        self.tell("lines")

    def shown(self) -> list[Line]:
        """The lines that pass the filter, in the chosen order: worst first unless asked otherwise."""
        passing = [line for line in self.lines if self.filter.shows(line)]
        return sorted(passing, key=lambda line: order(line, self.sorted_by))

    def line(self, name: str | None = None) -> Line | None:
        wanted = self.current if name is None else name
        return next((line for line in self.lines if line.name == wanted), None)

    def mark(self, names: Iterable[str], state: State) -> None:
        self._remark(names, lambda line: replace(line, state=state))

    def add_note(self, text: str, at: float | None = None) -> None:
        note = Note(round(self.transport.position if at is None else at, 3), text.strip())
        if note.text:
            self._remark(
                [self.current],
                lambda line: replace(line, notes=tuple(sorted((*line.notes, note), key=lambda n: n.at))),
            )

    def remove_note(self, index: int) -> None:
        self._remark(
            [self.current],
            lambda line: replace(line, notes=(*line.notes[:index], *line.notes[index + 1 :])),
        )

    def _remark(self, names: Iterable[str], change: Callable[[Line], Line]) -> None:
        chosen = set(names)
        self.lines = [change(line) if line.name in chosen else line for line in self.lines]
        if self.folder is not None:
            folder = self.folder
            changed = [line for line in self.lines if line.name in chosen]
            self.attempt(lambda: write_remarks(folder, changed))
        self.tell("lines")

    def generate(self, names: Iterable[str], options: GenerateOptions | None = None) -> None:
        """Takes for lines, in the background; hand keys of takes that are there stay."""
        chosen = set(names)
        lines = [line for line in self.lines if line.name in chosen and line.sound is not None]
        if not lines:
            raise BilabialError("none of these lines has a sound: put the recordings beside the takes")
        if self.document is not None and self.current in chosen and self.document.dirty:
            self.document.save()
        asked = options or GenerateOptions(language=self.language)
        self.start(
            "Generating" if len(lines) > 1 else f"Generating {lines[0].name}",
            lambda progress, cancelled: generating.make_lines(lines, asked, progress, cancelled),
            self._made,
        )

    def _made(self, result: generating.BatchResult) -> None:
        self.update_lines(result.lines)
        good = [line for line in result.lines if not line.fault]
        self.say(
            result.faults[0]
            if result.faults
            else "1 take was made."
            if len(good) == 1
            else f"{len(good)} takes were made."
        )
        if self.current in {line.name for line in good}:
            if self.document is None:
                self.open_line(self.current)
            else:
                self.watch()
        self.check([line.name for line in good])

    def check(self, names: Iterable[str], options: CheckOptions | None = None) -> None:
        """Scores and findings for lines, in the background."""
        chosen = set(names)
        lines = [line for line in self.lines if line.name in chosen and line.take is not None]
        if lines:
            self.start(
                "Checking",
                lambda progress, cancelled: generating.check_lines(
                    lines, options or CheckOptions(), progress, cancelled
                ),
                lambda result: self.update_lines(result.lines),
            )

    # The open line

    def open_line(self, name: str) -> None:
        line = self.line(name)
        if line is None:
            raise BilabialError(f"there is no line {name!r} in this folder: it was moved or renamed")
        if self.document is not None and self.document.dirty:
            self.document.save()
        document = None if line.take is None else Document(line.take)
        self.current, self.document = name, document
        self.wave = self.heard = self.report = self.other = None
        self.other_name = ""
        self.phones, self.keys = frozenset(), Selection()
        sound = line.sound or (None if document is None else document.sound)
        self.transport.open(document.take.sound.duration if document is not None else line.duration or 0.0)
        if document is not None:
            document.changed.append(lambda: self.tell("take"))
            if sound is not None:
                document.sound = sound
            if (found := document.recoverable()) is not None:
                document.replace(found, "Recovered after a crash")
                self.say("Edits that were not saved were found and put back; undo them to drop them.")
        self.tell("document", "take", "selection", "sound", "report", "compare")
        if sound is None:
            if document is not None:
                self.say(f"The sound {document.take.sound.path} is not at hand: put it beside the take.")
            return
        self.start("Reading the sound", lambda p, c: generating.open_sound(sound, p, c), self._opened(name))

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

        self.start("Listening", lambda p, c: generating.hear(sound, CheckOptions(), p, c), done, True)

    def recheck(self) -> None:
        """Findings of the take as it stands now."""
        if self.document is None:
            return
        take, name, heard = self.document.take, self.current, self.heard

        def done(report: Report) -> None:
            if name == self.current:
                self.report = report
                line = self.line(name)
                if line is not None:
                    self.update_lines([with_report(line, report)])
                self.tell("report")

        self.start("Checking", lambda p, c: generating.check(take, name, heard, CheckOptions()), done, True)

    def watch(self) -> None:
        """Bring in what another program wrote into the open take."""
        document = self.document
        if document is None:
            return
        told = self.attempt(document.refresh)
        if told is not None:
            mine = f"; {told.kept} edited stretches were kept" if told.kept else ""
            both = f", {told.conflicts} of them changed on both sides" if told.conflicts else ""
            self.say(f"{document.name} was changed by another program and merged{mine}{both}.")
            self.recheck()

    def save(self) -> None:
        if self.document is None:
            return
        self.document.save()
        line = self.line()
        if line is not None:
            self.update_lines([replace(looked_at(line), score=line.score, findings=line.findings)])
        self.say(f"{self.document.name} is saved.")
        self.recheck()

    def leave(self) -> None:
        """The window closes: jobs end, what is not saved is kept for the next start."""
        self.cancel()
        self.transport.stop()
        if self.document is not None:
            self.attempt(self.document.keep_recovery)

    def step_line(self, by: int) -> None:
        """The next line of the list as it is shown, or the one before."""
        names = [line.name for line in self.shown()]
        if names:
            at = names.index(self.current) + by if self.current in names else 0
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

    # Edits of phones

    def _document(self) -> Document:
        if self.document is None:
            raise BilabialError("this line has no take yet: generate one first")
        return self.document

    def select_phones(self, chosen: Iterable[int]) -> None:
        self.phones = frozenset(chosen)
        self.tell("selection")

    def phone_at_cursor(self) -> int | None:
        return phone_edits.at(self._document().take.phones, self.transport.position)

    def move_border(self, index: int, side: str, time_s: float, drag: str = "") -> None:
        document = self._document()
        phones = phone_edits.move_border(document.take.phones, index, side, time_s)
        document.set_phones(phones, self._tr("Move a border"), drag)

    def split(self) -> None:
        document = self._document()
        document.set_phones(
            phone_edits.split(document.take.phones, self.transport.position), self._tr("Split a sound")
        )

    def join(self) -> None:
        document = self._document()
        chosen = sorted(self.phones)
        if document.set_phones(phone_edits.join(document.take.phones, chosen), self._tr("Join sounds")):
            self.select_phones(chosen[:1])

    def relabel(self, label: str) -> None:
        document = self._document()
        index = min(self.phones, default=self.phone_at_cursor())
        if index is None:
            raise BilabialError("no sound is chosen: click one, or put the cursor into it")
        phones = phone_edits.relabel(document.take.phones, index, label, self.language)
        document.set_phones(phones, self._tr("Rename a sound"))

    def insert(self, label: str, length: float = 0.08) -> None:
        document = self._document()
        start = self.transport.position
        end = min(start + length, document.take.sound.duration)
        phones = phone_edits.insert(document.take.phones, start, end, label, self.language)
        document.set_phones(phones, self._tr("Insert a sound"))

    def delete(self) -> None:
        """The chosen keys, else the chosen sounds."""
        document = self._document()
        if len(self.keys):
            chosen, self.keys = self.keys, Selection()
            document.apply(Command(self._tr("Delete keys"), lambda take: key_edits.deleted(take, chosen)))
            self.tell("selection")
        elif self.phones:
            phones = phone_edits.delete(document.take.phones, sorted(self.phones))
            self.phones = frozenset()
            document.set_phones(phones, self._tr("Delete sounds"))
            self.tell("selection")

    def realign(self, text: str) -> None:
        """The line says something else: its phones are found anew in the sound."""
        document, name = self._document(), self.current
        if document.sound is None:
            raise BilabialError("the sound is not at hand: put it beside the take")
        take, sound, language = document.take, document.sound, self.language

        def done(changed: Take) -> None:
            if document is self.document and document.take is take:
                document.replace(changed, self._tr("Correct the words"))
                self._remark([name], lambda line: replace(line, text=text))
                self.recheck()
            else:
                self.say("The line was edited while its words were looked for: correct them again.")

        self.start(
            "Finding the words",
            lambda p, c: generating.realigned(take, text, sound, language, p, c),
            done,
        )

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

    # Edits of curves and style

    def select_keys(self, chosen: Selection) -> None:
        self.keys = chosen
        self.tell("selection")

    def move_keys(self, seconds: float, value: float, drag: str = "") -> None:
        document = self._document()
        if len(self.keys):
            take, chosen = key_edits.moved(document.take, self.keys, seconds, value)
            self.keys = chosen
            document.apply(Command(self._tr("Move keys"), lambda _: take, drag))

    def scale_keys(self, factor: float) -> None:
        chosen = self.keys
        if len(chosen):
            self._document().apply(
                Command(self._tr("Scale keys"), lambda take: key_edits.scaled(take, chosen, factor))
            )

    def set_tangents(self, kind: str) -> None:
        chosen = self.keys
        if len(chosen):
            self._document().apply(
                Command(self._tr("Change tangents"), lambda take: key_edits.with_tangents(take, chosen, kind))
            )

    def add_key(self, track: str, curve: str, time_s: float, value: float) -> None:
        self._document().apply(
            Command(self._tr("Add a key"), lambda take: key_edits.added(take, track, curve, time_s, value))
        )
        self.select_keys(Selection(track).with_keys(curve, [time_s]))

    def thin_keys(self, tolerance: float) -> None:
        """The key budget: as few keys as stay within this distance of the curves."""
        document = self._document()
        before = document.take.track(SPEECH).key_count
        document.apply(
            Command(self._tr("Thin keys"), lambda take: key_edits.thinned(take, SPEECH, tolerance))
        )
        self.keys = Selection()
        self.tell("selection")
        self.say(f"{document.take.track(SPEECH).key_count} keys instead of {before}.")

    def set_style(self, style: Style, drag: str = "") -> None:
        self._document().apply(
            Command(self._tr("Change the style"), lambda take: take.with_style(style), drag)
        )

    def set_dials(self, dials: Dials, drag: str = "") -> None:
        style = self._document().take.style
        self.set_style(
            Style("mine" if style.name in ("neutral", "") else style.name, dials, style.spans), drag
        )

    def undo(self) -> None:
        if self.document is not None and (label := self.document.undo()):
            self._forget_lost_keys()
            self.say(f"Undone: {label}")

    def redo(self) -> None:
        if self.document is not None and (label := self.document.redo()):
            self._forget_lost_keys()
            self.say(f"Done again: {label}")

    def _forget_lost_keys(self) -> None:
        self.phones, self.keys = frozenset(), Selection()
        self.tell("selection")

    # Comparing

    def compare_with(self, take: Take | None, name: str = "") -> None:
        self.other, self.other_name = take, name if take is not None else ""
        self.tell("compare")

    @property
    def tracks(self) -> list[str]:
        return [] if self.document is None else list(self.document.take.tracks) or [SPEECH]

    def _tr(self, text: str) -> str:
        """Labels of steps are translated where they are shown; here they are marked as texts."""
        return text
