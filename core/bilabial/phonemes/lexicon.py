"""A project's own pronunciations: names and made-up words that no dictionary has, one a line of a text file.

    # whom we talk of
    Kvothe    K W OW1 DH
    Kvothe    K V OW1 TH        # another way to say it: the sound decides
    Nguyen    /ŋwiən/

The word, a space, its sounds: ARPAbet, IPA or X-SAMPA with spaces between them, or IPA in one run. In a text
a word is found whatever its capitals, and in English with an 's behind it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from ..atomic import write_atomically
from ..contents import contents
from ..errors import PhoneError
from ..locks import writing
from . import groups, ipa
from .sound import Sound

FILE: Final = "lexicon.bilabial.txt"  # found by this name beside a sound, a list, in a folder of the Studio
_ALPHABETS: Final = ("arpabet", "ipa", "sampa")  # in this order; the first that knows every label
_MOST: Final = 8_000_000  # bytes; the whole CMU dictionary has 4
_NUMBER: Final = re.compile(r"\(\d+\)$")  # CMU's files count the ways to say a word
_COMMENT: Final = re.compile(r"(?:^|\s)#.*")
_TOKENS: Final = re.compile(r"\S+")
_PIECES: Final = re.compile(r"[^\s\-–—/]+")  # of a token that is not found whole
_MARKS: Final = ".,:;!?…"  # behind a word
_HISSING: Final = frozenset(("s", "z", "ʃ", "ʒ", "tʃ", "dʒ"))
_VOICELESS: Final = frozenset(("p", "t", "k", "f", "θ"))


@dataclass(frozen=True, slots=True)
class Said:
    """The sounds of one way to say a word, as labels of an alphabet."""

    labels: tuple[str, ...]
    alphabet: str

    def sounds(self, language: str) -> tuple[Sound, ...]:
        found = [groups.lookup(label, self.alphabet, language) for label in self.labels]
        stresses = groups.syllable_stress(found)
        if all(stress is None for stress in stresses):
            return tuple(found)
        return tuple(replace(sound, stress=stress) for sound, stress in zip(found, stresses, strict=True))


@dataclass(frozen=True, slots=True)
class Found:
    """A word of the lexicon in a text, and its ways to be said."""

    text: str
    variants: tuple[tuple[Sound, ...], ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words in small letters, each with its ways to be said."""

    words: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)

    def of(self, word: str, language: str) -> tuple[tuple[Sound, ...], ...]:
        """Every way to say a word; none where the lexicon lacks it."""
        name = plain(word)
        said = self.words.get(name)
        if said is not None:
            return tuple(one.sounds(language) for one in said)
        stem = name.removesuffix("'s")
        if stem == name or not language.lower().startswith("en") or stem not in self.words:
            return ()
        return tuple(_with_s(one.sounds(language)) for one in self.words[stem])

    def split(self, text: str, language: str) -> Iterator[str | Found]:
        """The text as stretches that hold no word of the lexicon, and the words that it has between them."""
        past = 0
        for start, end in self._spots(text):
            variants = self.of(text[start:end], language)
            if variants:
                yield text[past:start]
                yield Found(text[start:end].lower(), variants)
                past = end
        yield text[past:]

    def _spots(self, text: str) -> Iterator[tuple[int, int]]:
        """Where words may stand: whole tokens that the lexicon has, else the pieces of tokens."""
        for token in _TOKENS.finditer(text):
            start = token.start()
            ends = (start + len(token[0]), start + len(token[0].rstrip(_MARKS)))
            whole = next((end for end in ends if plain(text[start:end]) in self.words), None)
            if whole is not None:
                yield start, whole
                continue
            for piece in _PIECES.finditer(text, start, token.end()):
                yield _bare(text, piece.start(), piece.end())


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the marks about a word."""
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return start, end


def _with_s(sounds: tuple[Sound, ...]) -> tuple[Sound, ...]:
    last = sounds[-1].ipa
    if last in _HISSING:
        return (*sounds, groups.lookup("IH0", "arpabet"), groups.lookup("Z", "arpabet"))
    return (*sounds, groups.lookup("S" if last in _VOICELESS else "Z", "arpabet"))


def plain(word: str) -> str:
    """The form under which a word is kept."""
    return word.replace("’", "'").casefold()


def parse_said(text: str) -> Said:
    """``K W OW1 DH``, ``ˈk w oʊ ð`` or ``/kwoʊð/``. Raises PhoneError naming what is not understood."""
    bare = text.strip()
    if len(bare) > 2 and bare[0] + bare[-1] in ("//", "[]"):
        bare = bare[1:-1].strip()
    labels = tuple(bare.split())
    if not labels:
        raise PhoneError("a word needs its phones behind it, such as: Kvothe  K W OW1 DH")
    for alphabet in _ALPHABETS:
        if all(_is_sound(label, alphabet) for label in labels):
            return Said(labels, alphabet)
    cut = [ipa.cut(label) for label in labels]  # words of a phrase, each in one run
    if all(cut):
        return Said(tuple(piece for run in cut for piece in run), "ipa")
    wrong = next(label for label in labels if not any(_is_sound(label, alphabet) for alphabet in _ALPHABETS))
    raise PhoneError(f"{wrong!r} is no phone of ARPAbet, IPA or X-SAMPA: correct it, as in K W OW1 DH")


def _is_sound(label: str, alphabet: str) -> bool:
    try:
        found = groups.lookup(label, alphabet)
    except PhoneError:
        return False
    return found.is_one_sound and not found.is_silence


def parse_lexicon(text: str, name: str = FILE) -> Lexicon:
    """Raises PhoneError with the line that is not understood."""
    words: dict[str, tuple[Said, ...]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        entry = _entry(line)
        if entry is None:
            continue
        try:
            said = parse_said(entry[1])
        except PhoneError as error:
            raise PhoneError(f"{name}, line {number}: {error}") from None
        words[plain(entry[0])] = (*words.get(plain(entry[0]), ()), said)
    return Lexicon(words)


def _entry(line: str) -> tuple[str, str] | None:
    """The word of a line and what stands behind it; None for an empty line or a remark."""
    parts = _COMMENT.sub("", line).split(maxsplit=1)
    if not parts:
        return None
    return _NUMBER.sub("", parts[0]), parts[1] if len(parts) > 1 else ""


def read_lexicon(path: Path) -> Lexicon:
    """Raises PhoneError for a file that is no lexicon; read again only where it has changed."""
    found = path.stat()
    if found.st_size > _MOST:
        raise _too_large(path)
    return _read(os.fspath(path), found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=8)
def _read(path: str, modified: int, size: int) -> Lexicon:
    return parse_lexicon(_text(Path(path)), path)


def _too_large(path: Path) -> PhoneError:
    return PhoneError(f"{path} has more than {_MOST // 1_000_000} MB: name the project's own words alone")


def _text(path: Path) -> str:
    data = contents(path, _MOST)
    if data is None:
        raise _too_large(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PhoneError(f"{path} is not text in UTF-8: save it so") from None


def lexicon_beside(folder: Path) -> Path | None:
    """The lexicon of a folder, if it has one."""
    found = folder / FILE
    return found if found.is_file() else None


def set_word(path: Path, word: str, said: tuple[str, ...]) -> None:
    """Write how a word is said, none: forget it. Every other line of the file stays as it is.

    Raises PhoneError for what ``parse_said`` does not understand, before anything is written.
    """
    name = word.strip()
    if len(name.split()) != 1 or name.startswith("#"):
        raise PhoneError(f"{word!r} is not one word: a line of the lexicon holds one, without spaces")
    for one in said:
        parse_said(one)
    with writing(path):
        text = _text(path) if path.is_file() else ""
        parse_lexicon(text, str(path))  # what is no lexicon is somebody's other file
        write_atomically(path, _with_word(text.splitlines(), name, said))


def _with_word(lines: list[str], name: str, said: tuple[str, ...]) -> str:
    fresh = [f"{name}  {' '.join(one.split())}" for one in said]
    kept: list[str] = []
    for line in lines:
        entry = _entry(line)
        if entry is None or plain(entry[0]) != plain(name):
            kept.append(line)
        else:  # where it stood, the new ones come
            kept += fresh
            fresh = []
    return "\n".join([*kept, *fresh]) + "\n"
