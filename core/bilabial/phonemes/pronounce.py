"""From a text to the sounds of its words: the CMU dictionary for English, for other languages eSpeak NG,
or our own rules (spelling.txt) where that is not installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import PhoneError
from . import groups
from .dictionary import Pronunciation, is_guessed, known, pronunciations
from .english_text import read_aloud
from .lexicon import Lexicon
from .numbers import spoken
from .readings import Either
from .script import spoken_part
from .sound import Sound
from .spelling import has_rules, pronounce
from .stumbling import beginnings, begun_word, consonants_of

_ENGLISH = re.compile(  # a letter by itself, a word with its apostrophes, a number
    r"\b[A-Za-z]\.(?!\.)|'?[^\W\d_]+(?:'[^\W\d_]+)*'?|\d[\d,.]*(?:st|nd|rd|th)?(?<![,.])"
)
_ANY = re.compile(r"[\w'’-]+")
_CUT_OFF = re.compile(r"[-–—]+(?:\W|$)")
_VOWEL_LETTER = re.compile(r"[aeiouyà-öø-ÿ]", re.IGNORECASE)
_MOST_VARIANTS = 5
_SECONDS = 60  # that eSpeak may take for a text
_ELSEWHERE = {"pt": ("pt-br",)}  # eSpeak's "pt" is Portugal's, and most who speak it are Brazil's


@dataclass(frozen=True, slots=True)
class Word:
    """A written word and the ways to say it, each a sequence of sounds."""

    text: str
    variants: tuple[tuple[Sound, ...], ...]


def words_of(text: str, language: str = "en", lexicon: Lexicon | None = None) -> list[Word]:
    """The words of a text in the order in which they are said; marks, stage directions in brackets and the
    like go. What the lexicon has is said as it says.

    Raises PhoneError where the text has no word, or its language needs eSpeak NG and that is not installed.
    """
    text = spoken_part(text)
    code = language.lower().split("-")[0]
    found: list[Word] = []
    for part in [text] if lexicon is None else lexicon.split(text, language):
        if not isinstance(part, str):
            found.append(Word(part.text, part.variants))
        elif lexicon is None or any(map(str.isalnum, part)):
            found += _english(part) if code == "en" else _foreign(part, language)
    if code == "de":
        found = [_with_closed_end(word) for word in found]
    if not found:
        raise PhoneError("the text holds no word to align: give what is said in the sound")
    return found


def _english(text: str) -> list[Word]:
    found: list[Word] = []
    for part in read_aloud(text):
        found += _plain_english(part) if isinstance(part, str) else _read_either_way(part)
    return found


def _plain_english(text: str) -> list[Word]:
    found = []
    tokens = list(_ENGLISH.finditer(text))
    for index, token in enumerate(tokens):
        if (whole := begun_word(text, tokens[index:])) is not None:
            found += _word(token[0].lower(), beginnings(token[0], whole))
            continue
        cut_off = _CUT_OFF.match(text, token.end()) is not None
        for part in _spoken_parts(token[0]):
            found += _word(part, consonants_of(part, cut_off) or pronunciations(part))
    return found


def _spoken_parts(token: str) -> list[str]:
    return spoken(token.lower()) if any(c.isdigit() for c in token) else [token.lower()]


def _read_either_way(token: Either) -> list[Word]:
    """One word with every reading of it, each said in its words' usual ways."""
    readings: list[Pronunciation] = []
    for reading in token.readings:
        words = [pronunciations(part) for part in _ENGLISH.findall(reading)]
        readings.append([phone for ways in words if ways for phone in ways[0]])
        if len(words) == 1 and words[0]:
            readings += words[0][1:]
    return _word(token.written.lower(), readings)


def _word(text: str, ways: Sequence[Pronunciation]) -> list[Word]:
    """At most one: none for what has no sound."""
    different = list(dict.fromkeys(tuple(way) for way in ways if way))[:_MOST_VARIANTS]
    variants = tuple(tuple(groups.lookup(phone, "arpabet") for phone in way) for way in different)
    bare = text.rstrip(".")
    shown = bare if known(bare) else bare.strip("'")  # 'em, but not what is quoted
    return [Word(shown or text, variants)] if variants else []


def _with_closed_end(word: Word) -> Word:
    """German says "Lappen" as "Lapm" more often than not: the lips stay closed through the weak ending."""
    said = word.variants[0]
    closed = list(said)
    for at in range(len(said) - 3, -1, -1):
        labial, weak, nasal = (sound.ipa for sound in said[at : at + 3])
        if labial in ("p", "b", "m") and weak == "ə" and nasal == "n":
            closed[at + 1 : at + 3] = [groups.lookup("m", "ipa", "de")]
    return word if len(closed) == len(said) else Word(word.text, (*word.variants, tuple(closed)))


def _foreign(text: str, language: str) -> list[Word]:
    """By eSpeak NG where it is installed, else by our own rules where there are some for the language."""
    tokens = tokens_of(text)
    if shutil.which("espeak-ng") is not None:
        return _said_everywhere(tokens, language)
    if not has_rules(language):
        raise PhoneError(
            f"text in {language!r} is pronounced by eSpeak NG, which is not installed: install espeak-ng, or "
            "give a phone file instead of text"
        )
    found = ((token, pronounce(token, language)) for token in tokens)
    return [Word(token, (sounds,)) for token, sounds in found if sounds]


def _said_everywhere(tokens: Sequence[str], language: str) -> list[Word]:
    """By eSpeak NG, in every country's way where a language is told without its country."""
    found = espeak_words(tokens, language)
    for other in _ELSEWHERE.get(language.lower(), ()):
        also = espeak_words(tokens, other)
        if [word.text for word in also] == [word.text for word in found]:
            ways = (dict.fromkeys((*a.variants, *b.variants)) for a, b in zip(found, also, strict=True))
            found = [Word(word.text, tuple(way)) for word, way in zip(found, ways, strict=True)]
    return found


def guessed_words(text: str, language: str = "en", lexicon: Lexicon | None = None) -> dict[str, str]:
    """English words of a text that no dictionary and no lexicon has, with the sounds guessed from letters.

    Of other languages all words are said by rule, so none is named.
    """
    if language.lower().split("-")[0] != "en":
        return {}
    text = spoken_part(text)
    parts = [text] if lexicon is None else [p for p in lexicon.split(text, language) if isinstance(p, str)]
    plain = (piece for part in parts for piece in read_aloud(part) if isinstance(piece, str))
    tokens = (token.lower() for piece in plain for token in _ENGLISH.findall(piece))
    # Without a vowel a token is letters by their names, or a stumble.
    guessed = (token for token in tokens if _VOWEL_LETTER.search(token) and is_guessed(token))
    found = {token: pronunciations(token) for token in guessed}
    return {token: " ".join(ways[0]) for token, ways in found.items() if ways}


def lacks_for(language: str) -> str:
    """What pronouncing words of a language needs that is not there; "" where nothing is."""
    if language.lower().startswith("en") or has_rules(language) or shutil.which("espeak-ng") is not None:
        return ""
    return (
        f"Words in {language!r} need eSpeak NG, which is not installed: install espeak-ng, or leave them out."
    )


def tokens_of(text: str) -> list[str]:
    """The written words of a text in any language."""
    return [token for token in _ANY.findall(text) if any(c.isalnum() for c in token)]


def espeak_words(tokens: Sequence[str], language: str) -> list[Word]:
    """Words as eSpeak NG says them. Raises PhoneError where it is not installed or lacks the language."""
    program = shutil.which("espeak-ng")
    if program is None:
        raise PhoneError("eSpeak NG is not installed: install espeak-ng")
    if not tokens:
        return []
    command = [program, "-v", language, "-q", "--ipa", "--sep=_"]
    try:
        # One word a line is one utterance a line: words stay apart, and none is swallowed by its neighbour.
        done = subprocess.run(
            command, input="\n\n".join(tokens), capture_output=True, text=True, encoding="utf-8", check=True,
            timeout=_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        raise PhoneError(
            f"eSpeak NG could not pronounce {language!r}: see `espeak-ng --voices` for the languages that "
            f"it has"
        ) from error
    lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    if len(lines) != len(tokens):  # a word it cannot say, or says in two pieces: then ask for each alone
        lines = [_one_word(program, token, language) for token in tokens]
    found = []
    for token, line in zip(tokens, lines, strict=True):
        sounds = tuple(
            sound for sound in (_sound(label, language) for label in re.split(r"[_\s]+", line)) if sound
        )
        if sounds:
            found.append(Word(token, (sounds,)))
    return found


def _one_word(program: str, token: str, language: str) -> str:
    done = subprocess.run(
        [program, "-v", language, "-q", "--ipa", "--sep=_"], input=token, capture_output=True, text=True,
        encoding="utf-8", check=False, timeout=_SECONDS,
    )  # fmt: skip
    return " ".join(done.stdout.split())


def _sound(label: str, language: str) -> Sound | None:
    """One IPA label of eSpeak's, which writes stress before it and switches of voice in brackets."""
    bare = re.sub(r"\([^)]*\)", "", label).strip()
    if not bare.strip("ˈˌ-"):
        return None
    try:
        found = groups.lookup(bare, "ipa", language)
    except PhoneError:
        return None
    return None if found.is_silence else found
