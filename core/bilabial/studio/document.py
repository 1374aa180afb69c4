"""One open line: its take with undo, its file on disk, its sound; saved, recovered, merged without loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..audio.prosody import Prosody
from ..curves.files import find_sound, load_take
from ..curves.format import dumps, save
from ..curves.merge_takes import Merged, merged_takes
from ..curves.resolve import resolve_span
from ..curves.take import SPEECH, Take
from ..errors import BilabialError
from ..locks import writing
from ..phonemes.track import PhoneTrack
from ..phrases import Phrase
from .commands import Command, History
from .recovery import Recovery
from .stamps import stamp_of

Listener = Callable[[], None]


class Document:
    """``take`` is what is seen; the file on disk is the truth once it is saved."""

    def __init__(self, path: Path, take: Take | None = None, before: History | None = None) -> None:
        """``before`` is what was done to it when it was open last, where the file is still as it was left."""
        self.path = path
        self.recovery = Recovery(path)
        self._stamp = stamp_of(path)  # before it is read: what comes in between is seen at the next look
        found = load_take(path) if take is None else take
        kept = before is not None and dumps(before.take) == dumps(found)
        self.history = before if before is not None and kept else History(found)
        self._on_disk = self.history.take  # the take that the file held when we last read or wrote it
        self._saved = self.history.take
        self.prosody: Prosody | None = None
        self.sound: Path | None = find_sound(self.take, path)
        self.changed: list[Listener] = []

    @property
    def take(self) -> Take:
        return self.history.take

    @property
    def dirty(self) -> bool:
        return self.take is not self._saved

    @property
    def name(self) -> str:
        return self.path.name.removesuffix(".json").removesuffix(".take")

    # Doing and undoing

    def apply(self, command: Command) -> bool:
        done = self.history.apply(command)
        if done:
            self._tell()
        return done

    def undo(self) -> str:
        label = self.history.undo()
        self._tell()
        return label

    def redo(self) -> str:
        label = self.history.redo()
        self._tell()
        return label

    def set_phones(self, phones: PhoneTrack, label: str, merges: str = "") -> bool:
        """Other phones; only the curves around what differs are solved again."""
        if phones == self.take.phones:
            return False
        prosody = self.prosody
        if prosody is None:
            raise BilabialError(Phrase("the sound is still being read: try again in a moment"))

        def do(take: Take) -> Take:
            return (
                resolve_span(take, phones, prosody) if SPEECH in take.tracks else replace(take, phones=phones)
            )

        return self.apply(Command(label, do, merges))

    def replace(self, take: Take, label: str) -> bool:
        """A take that a job has made."""
        return self.apply(Command(label, lambda _: take))

    def _tell(self) -> None:
        for listener in list(self.changed):
            listener()

    # The file

    def save(self) -> None:
        """Write the take. What another program wrote since is merged first, never overwritten."""
        with writing(self.path):
            self.refresh()
            save(self.take, self.path)
            self._stamp = stamp_of(self.path)
        self._on_disk = self._saved = self.take
        self.recovery.forget()
        self._tell()

    def refresh(self) -> Merged | None:
        """Look whether another program changed the file, and bring its changes in. None where it did not."""
        stamp = stamp_of(self.path)
        if stamp is None or stamp == self._stamp:
            return None
        theirs = load_take(self.path)
        self._stamp = stamp
        if dumps(theirs) == dumps(self._on_disk):
            return None
        mine, base = self.take, self._on_disk
        self._on_disk = theirs
        if not self.dirty:
            self.history.apply(Command("Changed by another program", lambda _: theirs))
            self._saved = self.take
            self._tell()
            return Merged(0, 0)
        together, told = merged_takes(base, mine, theirs)
        self.history.apply(Command("Changed by another program", lambda _: together))
        self._saved = theirs
        self._tell()
        return told

    # Recovery

    def keep_recovery(self) -> None:
        """Keep what is not saved where a crash cannot reach it."""
        if self.dirty:
            self.recovery.keep(self.take, self._on_disk)
        else:
            self.recovery.forget()

    def recoverable(self) -> Take | None:
        """The take with the edits that a crash left behind."""
        return self.recovery.found(self._on_disk)
