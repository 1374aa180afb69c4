"""Whisper's vocabulary: byte pairs as text, and the tokens that stand for no text.

A vocabulary file has one token a line in the order of their numbers, written in GPT-2's alphabet (each byte
is one printable letter, so a token never holds a line's end). Byte pairs come in the order in which they
were learned, so a token's number is its rank: that is all that writing text as tokens needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Final

from ....errors import ModelError

TIMES: Final = 1501  # tokens for the times 0.00, 0.02, ... 30.00 s
TIME_STEP: Final = 0.02  # seconds
END, START = "<|endoftext|>", "<|startoftranscript|>"
_BEFORE, _SILENT, _UNTIMED = "<|startofprev|>", ("<|nospeech|>", "<|nocaptions|>"), "<|notimestamps|>"
_WRITE, _TRANSLATE = "<|transcribe|>", "<|translate|>"
# Cut text as GPT-2 does: a word with the space before it, then a number, then marks.
_PIECES: Final = re.compile(r"'(?:s|t|re|ve|m|ll|d)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")
_MARKS: Final = (*'"#()*+/:;<=>@[\\]^_`{|}~「」『』', "<<", ">>", "<<<", ">>>", "--", "---", "-(", "-[", "('",
                 '("', "((", "))", "(((", ")))", "[[", "]]", "{{", "}}", "♪♪", "♪♪♪")  # fmt: skip
_NOTES: Final = tuple("♩♪♫♬♭♮♯")


def _alphabet() -> dict[int, str]:
    """The letter of each byte: itself where it prints, else the next one from 256 on."""
    printing = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in printing}
    for byte in range(256):
        if byte not in letters:
            letters[byte] = chr(256 + len(letters) - len(printing))
    return letters


_LETTERS: Final = _alphabet()
_BYTES: Final = {letter: byte for byte, letter in _LETTERS.items()}


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Tokens by their numbers. Raises ModelError where what Whisper needs is missing."""

    tokens: tuple[str, ...]
    name: str = "the vocabulary"  # for messages
    numbers: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", {token: number for number, token in enumerate(self.tokens)})
        lacking = [token for token in (END, START, _BEFORE, _UNTIMED, _WRITE) if token not in self.numbers]
        if not any(token in self.numbers for token in _SILENT):
            lacking.append(_SILENT[0])
        if lacking:
            raise ModelError(f"{self.name} has no token {lacking[0]}: it is not the vocabulary of a Whisper")
        if self.first_time + TIMES != len(self.tokens):
            raise ModelError(
                f"{self.name} ends with {len(self.tokens) - self.first_time} times where Whisper has "
                f"{TIMES}: fetch the vocabulary that came with the model"
            )

    @classmethod
    def read(cls, path: Path) -> Vocabulary:
        """From a file with one token a line."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ModelError(f"the vocabulary {path} cannot be read ({error}): fetch it again") from error
        return cls(tuple(text.removesuffix("\n").split("\n")), str(path))

    def text(self) -> str:
        """The file's content."""
        return "\n".join(self.tokens) + "\n"

    @cached_property
    def end(self) -> int:
        return self.numbers[END]

    @cached_property
    def start(self) -> int:
        return self.numbers[START]

    @cached_property
    def before(self) -> int:
        """Says that what was written before follows."""
        return self.numbers[_BEFORE]

    @cached_property
    def silent(self) -> int:
        return next(self.numbers[token] for token in _SILENT if token in self.numbers)

    @cached_property
    def untimed(self) -> int:
        return self.numbers[_UNTIMED]

    @cached_property
    def write(self) -> int:
        return self.numbers[_WRITE]

    @property
    def first_time(self) -> int:
        return self.numbers[_UNTIMED] + 1

    @cached_property
    def languages(self) -> dict[str, int]:
        """Codes of languages and their tokens, which stand between the start and the first task."""
        tasks = [self.numbers[task] for task in (_WRITE, _TRANSLATE) if task in self.numbers]
        between = range(self.numbers[START] + 1, min(tasks))
        return {self.tokens[number][2:-2]: number for number in between}

    def _number_of(self, piece: bytes) -> int | None:
        """The token that stands for these bytes of text, if one does."""
        number = self.numbers.get("".join(_LETTERS[byte] for byte in piece))
        return number if number is not None and number < self.end else None

    def bytes_of(self, number: int) -> bytes:
        return bytes(_BYTES[letter] for letter in self.tokens[number] if letter in _BYTES)

    def decoded(self, numbers: Iterable[int]) -> str:
        """The text of tokens; those that stand for none are passed over, bytes that make no letter go."""
        joined = b"".join(self.bytes_of(number) for number in numbers if number < self.end)
        return joined.decode("utf-8", errors="replace").replace("\ufffd", "")

    def encoded(self, text: str) -> list[int]:
        """Text as tokens: byte pairs joined in the order in which they were learned."""
        return [number for piece in _PIECES.findall(text) for number in self._piece(piece.encode())]

    def _piece(self, piece: bytes) -> list[int]:
        parts = [piece[at : at + 1] for at in range(len(piece))]
        while len(parts) > 1:
            joined = ((self._number_of(a + b), at) for at, (a, b) in enumerate(pairwise(parts)))
            ranked = [(number, at) for number, at in joined if number is not None]
            if not ranked:
                break
            at = min(ranked)[1]
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        return [number for part in parts if (number := self._number_of(part)) is not None]

    @cached_property
    def unspoken(self) -> tuple[int, ...]:
        """Tokens that no transcript begins or goes on with: marks nobody says, notes of music, and all tokens
        of tasks and languages.
        """
        found = {self.start, self.before, self.silent, self.write}
        found |= {self.numbers[token] for token in (_TRANSLATE, "<|startoflm|>") if token in self.numbers}
        found |= set(self.languages.values())
        for mark in (" -", " '"):  # not between letters, but before a word
            found |= set(self.encoded(mark)[:1])
        for mark in (*_MARKS, *_NOTES):
            for written in (mark, " " + mark):
                numbers = self.encoded(written)
                if numbers and (len(numbers) == 1 or mark in _NOTES):
                    found.add(numbers[0])
        return tuple(sorted(found))

    @cached_property
    def blank(self) -> tuple[int, ...]:
        """What a transcript does not begin with: a space alone, the end."""
        return (*self.encoded(" "), self.end)


def words_in(vocabulary: Vocabulary, numbers: Sequence[int]) -> list[tuple[str, list[int]]]:
    """Tokens gathered to words: a token that begins with a space begins one."""
    found: list[tuple[str, list[int]]] = []
    for number in numbers:
        if number >= vocabulary.end:
            continue
        if not found or vocabulary.bytes_of(number)[:1] == b" ":
            found.append(("", []))
        found[-1][1].append(number)
    return [(vocabulary.decoded(ones).strip(), ones) for _, ones in found]
