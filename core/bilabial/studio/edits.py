"""Edits of the open line, of its phones, its curves and its style, each a step that can be undone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..curves.style import Dials, Style
from ..curves.take import SPEECH, Take
from ..errors import BilabialError
from ..phonemes import edits as phone_edits
from ..phrases import Phrase
from ..pipeline import GenerateOptions
from . import generating, key_edits
from .commands import Command
from .key_edits import Selection
from .open_line import OpenLine


class Edits(OpenLine):
    # Phones

    def select_phones(self, chosen: Iterable[int]) -> None:
        self.phones = frozenset(chosen)
        self.tell("selection")

    def chosen_span(self) -> tuple[float, float] | None:
        """From the start of the first chosen phone to the end of the last, in seconds."""
        document, chosen = self.document, sorted(self.phones)
        if document is None or not chosen:
            return None
        phones = document.take.phones.phones
        return phones[chosen[0]].start, phones[chosen[-1]].end

    def phone_at_cursor(self) -> int | None:
        return phone_edits.at(self._document().take.phones, self.transport.position)

    def move_border(self, index: int, side: str, time_s: float, drag: str = "") -> None:
        document = self._document()
        phones = phone_edits.move_border(document.take.phones, index, side, time_s)
        document.set_phones(phones, Phrase("Move a border"), drag)

    def split(self) -> None:
        document = self._document()
        document.set_phones(
            phone_edits.split(document.take.phones, self.transport.position),
            Phrase("Split a phone"),
        )

    def join(self) -> None:
        document = self._document()
        chosen = sorted(self.phones)
        if document.set_phones(phone_edits.join(document.take.phones, chosen), (Phrase("Join phones"))):
            self.select_phones(chosen[:1])

    def relabel(self, label: str) -> None:
        document = self._document()
        index = min(self.phones, default=self.phone_at_cursor())
        if index is None:
            raise BilabialError(Phrase("no phone is chosen: click one, or put the cursor into it"))
        phones = phone_edits.relabel(document.take.phones, index, label, self.language)
        document.set_phones(phones, Phrase("Rename a phone"))

    def insert(self, label: str, length: float = 0.08) -> None:
        document = self._document()
        start = self.transport.position
        end = min(start + length, document.take.sound.duration)
        phones = phone_edits.insert(document.take.phones, start, end, label, self.language)
        document.set_phones(phones, Phrase("Insert a phone"))

    def delete(self) -> None:
        """The chosen keys, else the chosen phones."""
        document = self._document()
        if len(self.keys):
            chosen, self.keys = self.keys, Selection()
            document.apply(Command(Phrase("Delete keys"), lambda take: key_edits.deleted(take, chosen)))
            self.tell("selection")
        elif self.phones:
            phones = phone_edits.delete(document.take.phones, sorted(self.phones))
            self.phones = frozenset()
            document.set_phones(phones, Phrase("Delete phones"))
            self.tell("selection")

    def realign(self, text: str) -> None:
        """The line says something else: its phones are found anew in the sound."""
        document, name = self._document(), self.current
        if document.sound is None:
            raise BilabialError(Phrase("the sound is not at hand: put it beside the take"))
        take, sound = document.take, document.sound
        options = GenerateOptions(text=text, language=self.language, lexicon=self.lexicon.words)

        def done(changed: Take) -> None:
            if document is self.document and document.take is take:
                document.replace(changed, Phrase("Correct the words"))
                self._remark([name], lambda line: replace(line, text=text))
                self.recheck()
            else:
                self.say(Phrase("The line was edited while its words were looked for: correct them again."))

        self.start(
            Phrase("Finding the words"),
            lambda p, c: generating.realigned(take, sound, options, p, c),
            done,
        )

    # Curves and style

    def select_keys(self, chosen: Selection) -> None:
        self.keys = chosen
        self.tell("selection")

    def move_keys(self, seconds: float, value: float, drag: str = "") -> None:
        document = self._document()
        if len(self.keys):
            take, chosen = key_edits.moved(document.take, self.keys, seconds, value)
            self.keys = chosen
            document.apply(Command(Phrase("Move keys"), lambda _: take, drag))

    def scale_keys(self, factor: float) -> None:
        chosen = self.keys
        if len(chosen):
            self._document().apply(
                Command(Phrase("Scale keys"), lambda take: key_edits.scaled(take, chosen, factor))
            )

    def set_tangents(self, kind: str) -> None:
        chosen = self.keys
        if len(chosen):
            self._document().apply(
                Command(
                    Phrase("Change tangents"),
                    lambda take: key_edits.with_tangents(take, chosen, kind),
                )
            )

    def add_key(self, track: str, curve: str, time_s: float, value: float) -> None:
        self._document().apply(
            Command(Phrase("Add a key"), lambda take: key_edits.added(take, track, curve, time_s, value))
        )
        self.select_keys(Selection(track).with_keys(curve, [time_s]))

    def thin_keys(self, tolerance: float) -> None:
        """The key budget: as few keys as stay within this distance of the curves."""
        document = self._document()
        before = document.take.track(SPEECH).key_count
        document.apply(Command(Phrase("Thin keys"), lambda take: key_edits.thinned(take, SPEECH, tolerance)))
        self.keys = Selection()
        self.tell("selection")
        self.say(Phrase("{0} keys instead of {1}.", document.take.track(SPEECH).key_count, before))

    def set_style(self, style: Style, drag: str = "") -> None:
        self._document().apply(Command(Phrase("Change the style"), lambda take: take.with_style(style), drag))

    def set_dials(self, dials: Dials, drag: str = "") -> None:
        style = self._document().take.style
        self.set_style(
            Style("mine" if style.name in ("neutral", "") else style.name, dials, style.spans), drag
        )

    def undo(self) -> None:
        if self.document is not None and (label := self.document.undo()):
            self._forget_lost_keys()
            self.say(Phrase("Undone: {0}", label))

    def redo(self) -> None:
        if self.document is not None and (label := self.document.redo()):
            self._forget_lost_keys()
            self.say(Phrase("Done again: {0}", label))

    def _forget_lost_keys(self) -> None:
        self.phones, self.keys = frozenset(), Selection()
        self.tell("selection")
