"""Sentences that a window may say in another language: English text that remembers how it was filled in."""

from __future__ import annotations

from collections.abc import Iterable


class Phrase(str):
    """Text as it stands, and beside it the pattern and the values that it was made of.

    Everything that takes text takes a phrase; a window that knows another language looks the pattern up and
    fills it in again. Values that are phrases are looked up as well; other texts (names, labels) never are.
    """

    pattern: str
    values: tuple[object, ...]

    def __new__(cls, pattern: str, *values: object) -> Phrase:
        made = super().__new__(cls, pattern.format(*values) if values else pattern)
        made.pattern, made.values = pattern, values
        return made

    def __getnewargs__(self) -> tuple[object, ...]:  # type: ignore[override]
        return (self.pattern, *self.values)

    @classmethod
    def lines(cls, several: Iterable[str]) -> Phrase:
        """One below the other."""
        told = tuple(several)
        return cls("\n".join(f"{{{number}}}" for number in range(len(told))), *told)
