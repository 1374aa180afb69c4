"""Phrases in the language of the windows."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ...phrases import Phrase

CONTEXT = "Sentences"  # of all phrases, for translators


def translated(text: str) -> str:
    """A phrase in the windows' language; any other text as it stands."""
    if not isinstance(text, Phrase):
        return text
    pattern = QCoreApplication.translate(CONTEXT, text.pattern)
    if not text.values:
        return pattern
    values = [translated(value) if isinstance(value, str) else value for value in text.values]
    try:
        return pattern.format(*values)
    except (IndexError, KeyError, ValueError):  # a translation that names what is not there
        return str(text)


def named(word: str) -> str:
    """A state, a kind of finding, a style, as it is called in the windows' language."""
    return translated(Phrase(word))
