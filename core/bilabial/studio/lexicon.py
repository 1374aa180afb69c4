"""The lexicon of the open folder: its pronunciations as a person edits them, and its file as others do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..phonemes.lexicon import FILE, Lexicon, read_lexicon, set_word
from ..phonemes.pronounce import guessed_words
from .stamps import Stamp, stamp_of


class FolderLexicon:
    """``words`` is what the aligner is given; ``changed`` is called after every change of it."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.path: Path | None = None
        self.words = Lexicon()
        self._changed = changed
        self._stamp: Stamp = None

    def open(self, folder: Path) -> None:
        """Of another folder. Raises PhoneError for a file that is no lexicon."""
        self.path, self.words, self._stamp = folder / FILE, Lexicon(), None
        try:
            self.look()
        finally:
            self._changed()

    def look(self) -> None:
        """Read the file where it was changed since: by us, another Studio, an editor."""
        if self.path is None:
            return
        stamp = stamp_of(self.path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        self.words = Lexicon() if stamp is None else read_lexicon(self.path)
        self._changed()

    def set(self, word: str, said: str) -> None:
        """How a word is said, several ways with commas between them; nothing: forget the word."""
        if self.path is not None:
            set_word(self.path, word, tuple(one.strip() for one in said.split(",") if one.strip()))
            self.look()

    def entries(self) -> list[tuple[str, str]]:
        """Every word with its phones as they were typed."""
        return [
            (word, ", ".join(" ".join(one.labels) for one in ways))
            for word, ways in sorted(self.words.words.items())
        ]

    def guesses(self, text: str, language: str) -> list[tuple[str, str]]:
        """The words of a text that nobody knows, with the phones that their letters suggest."""
        return list(guessed_words(text, language, self.words).items())
