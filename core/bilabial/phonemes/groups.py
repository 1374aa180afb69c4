"""From anybody's labels to visual groups: the one door that the rest of the package uses.

``lookup`` understands one label, ``track`` a whole sequence of timed labels, ``expand`` cuts diphthongs and
affricates of a track into the parts that are seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from ..controls import GROUPS, SILENCE, VOWELS
from ..errors import PhoneError
from ..phrases import Phrase
from . import arpabet, espeak, ipa, sampa
from .shapes import BLAIR_TO_GROUP, RHUBARB_TO_GROUP
from .sound import FOLLOWS, QUIET, Part, Sound, borrows_from_both, borrows_from_next
from .track import Phone, PhoneTrack

ALPHABETS = (
    "group", "group+ipa", "arpabet", "ipa", "sampa", "sampa-corpus", "espeak", "rhubarb", "preston-blair"
)  # fmt: skip
_GUESSED = (
    "group",
    "group+ipa",
    "arpabet",
    "ipa",
    "sampa",
    "sampa-corpus",
    "espeak",
)  # in this order; see detect_alphabet

_UNMISTAKABLE = frozenset(name for name in GROUPS if len(name) > 1 and name != SILENCE)  # in no alphabet

# The printed table is English-centred and puts open o with Ah. In these languages it is rounded.
ROUNDED_OPEN_O = frozenset(
    ("fr", "de", "it", "ru", "pt", "nl", "pl", "sv", "da", "no", "nb", "nn", "cs", "sk", "hu", "ro", "ca",
     "el", "uk", "bg", "sr", "hr")
)  # fmt: skip


@lru_cache(maxsize=8192)
def lookup(label: str, alphabet: str = "ipa", language: str | None = None) -> Sound:
    """What one label stands for.

    ``alphabet`` is one of ALPHABETS. ``language`` ("fr", "en-us") decides what depends on it: open o is
    rounded in many languages, and eSpeak's mnemonics mean different sounds in different voices. Raises
    PhoneError.
    """
    found = _parse(label, alphabet, language)
    if found is None:
        raise PhoneError(
            Phrase(
                "the phone {0!r} is not in the {1} table: correct it, or name the alphabet it is "
                "written in ({2})",
                label,
                alphabet,
                ", ".join(ALPHABETS),
            )
        )
    return found


def group_of(label: str, alphabet: str = "ipa", language: str | None = None) -> str:
    """The visual group of one label (of its first part)."""
    return lookup(label, alphabet, language).group


def detect_alphabet(labels: Iterable[str]) -> str:
    """The first alphabet that knows every label. Raises PhoneError naming the label that rules the last one
    out.

    ARPAbet is tried before IPA because IPA, letter by letter, would also swallow "ay" and "er"; a set of
    labels that both know means the same in both, but for a few vowels that real IPA files never use alone. To
    count as known a label must be one sound (or a diphthong): letter by letter almost any text would pass.
    Groups among IPA are what a network heard and a person mended.
    """
    distinct = list(dict.fromkeys(labels))
    mended = not _UNMISTAKABLE.isdisjoint(distinct)
    best: tuple[int, str, str] | None = None
    for alphabet in _GUESSED:
        if alphabet == "group+ipa" and not mended:
            continue
        unknown = [label for label in distinct if not _is_known(label, alphabet)]
        if not unknown:
            return alphabet
        if best is None or len(unknown) < best[0]:
            best = (len(unknown), alphabet, unknown[0])
    if best is None:
        return "ipa"
    raise PhoneError(
        Phrase(
            "no alphabet knows all of these phones; {0} comes closest but lacks {1!r}: correct it, "
            "or name the alphabet",
            best[1],
            best[2],
        )
    )


def track(
    intervals: Iterable[tuple[float, float, str]],
    alphabet: str | None = None,
    language: str | None = None,
    words: Sequence[int | None] | None = None,
) -> PhoneTrack:
    """Timed labels (start and end in seconds) as a phone track, neighbours taken into account.

    Diphthongs stay one phone, as a person would write them; see ``expand``. ``words`` gives each interval the
    index of its word. Without an alphabet the labels decide (detect_alphabet).
    """
    rows = list(intervals)
    if alphabet is None:
        alphabet = detect_alphabet(label for _, _, label in rows)
    sounds = [lookup(label, alphabet, language) for _, _, label in rows]
    stresses = syllable_stress(sounds)
    groups = neighbourly_groups(sounds)
    phones = []
    for index, ((start, end, label), sound) in enumerate(zip(rows, sounds, strict=True)):
        # IPA stays as it was written, length and all; other alphabets become IPA.
        spoken = ipa.unstressed(label) if alphabet == "ipa" and not sound.is_silence else sound.ipa
        phones.append(
            Phone(
                start=float(start),
                end=float(end),
                label=spoken or SILENCE,
                group=groups[index],
                stress=stresses[index],
                word=None if words is None or sound.is_silence else words[index],
            )
        )
    return PhoneTrack.of(phones)


def neighbourly_groups(sounds: Sequence[Sound]) -> list[str]:
    """Each sound's group, /h/ and aspiration copying the vowel after them, a glottal stop its neighbour."""
    result = [sound.group for sound in sounds]
    for index in range(len(sounds) - 1, -1, -1):
        if borrows_from_next(sounds[index].ipa):
            following = result[index + 1] if index + 1 < len(sounds) else SILENCE
            if following in VOWELS:
                result[index] = following
            elif index > 0 and (following != SILENCE or sounds[index].ipa == FOLLOWS):
                before = sounds[index - 1].group  # a stop's own release, or /h/ at the end of a syllable
                result[index] = before if before in VOWELS or sounds[index].ipa == FOLLOWS else result[index]
    for index, sound in enumerate(sounds):
        if borrows_from_both(sound.ipa):
            beside = [result[i] for i in (index + 1, index - 1) if 0 <= i < len(sounds)]
            result[index] = next((group for group in beside if group in VOWELS), result[index])
    return result


def expand(phones: PhoneTrack) -> PhoneTrack:
    """The track as it is seen: a diphthong changes shape at 60 % of its length, an affricate pf closes, then
    bites.

    A phone whose label is no IPA (a group's name from a network) stays as it is, and so does one whose first
    part is not in the group it is filed under, because then somebody chose that group on purpose.
    """
    parts: list[Phone] = []
    for phone in phones:
        pieces = parts_of(phone)
        if len(pieces) == 1:
            parts.append(phone)
            continue
        start = phone.start
        for index, piece in enumerate(pieces):
            end = phone.end if index == len(pieces) - 1 else start + piece.share * (phone.end - phone.start)
            parts.append(
                replace(phone, start=start, end=end, label=piece.ipa or phone.label, group=piece.group)
            )
            start = end
    return PhoneTrack.of(parts)


def parts_of(phone: Phone) -> tuple[Part, ...]:
    """The visible parts of one phone, most often itself alone."""
    whole = (Part(phone.label, phone.group),)
    if phone.label in GROUPS or phone.is_silence:
        return whole
    sound = _parse(phone.label, "ipa", None)
    if sound is None or len(sound.parts) == 1:
        return whole
    rounded = sound.group == "Ah" and phone.group == "Oh"  # open o in a language that rounds it
    if sound.group != phone.group and not rounded:
        return whole
    return (replace(sound.parts[0], group=phone.group), *sound.parts[1:])


def _is_known(label: str, alphabet: str) -> bool:
    found = _parse(label, alphabet, None)
    return found is not None and found.is_one_sound


def _parse(label: str, alphabet: str, language: str | None) -> Sound | None:
    rounded = language is not None and language.split("-")[0].lower() in ROUNDED_OPEN_O
    if alphabet == "ipa":
        return ipa.parse(label, rounded) if label not in ("SIL",) else QUIET
    if alphabet == "arpabet":
        return arpabet.parse(label)
    if alphabet == "sampa":
        return sampa.parse(label, rounded)
    if alphabet == "sampa-corpus":
        return sampa.parse_corpus(label, rounded)
    if alphabet == "espeak":
        found = espeak.parse(label, language or "en")
        return _round(found) if found is not None and rounded else found
    if alphabet == "group+ipa":
        return _parse(label, "group", language) or _parse(label, "ipa", language)
    named = {"group": {g: g for g in GROUPS}, "rhubarb": RHUBARB_TO_GROUP, "preston-blair": BLAIR_TO_GROUP}
    if alphabet not in named:
        raise PhoneError(Phrase("there is no alphabet {0!r}: use one of {1}", alphabet, ", ".join(ALPHABETS)))
    if alphabet == "group" and ipa.is_silence(label):
        return QUIET
    group = named[alphabet].get(label.strip())
    if group is None:
        return None
    return QUIET if group == SILENCE else Sound((Part(group, group),))


def _round(sound: Sound) -> Sound:
    parts = tuple(
        replace(part, group="Oh") if part.ipa.startswith("ɔ") and part.group == "Ah" else part
        for part in sound.parts
    )
    return Sound(parts, sound.stress)


def syllable_stress(sounds: Sequence[Sound]) -> list[int | None]:
    """Stress belongs to vowels. IPA writes the mark before the syllable, so a marked consonant hands it on.

    Where no sound of the track is marked nothing is known; otherwise an unmarked vowel is unstressed.
    """
    result: list[int | None] = [None] * len(sounds)
    if all(sound.stress is None for sound in sounds):
        return result
    waiting: int | None = None
    for index, sound in enumerate(sounds):
        if sound.stress is not None:
            waiting = sound.stress
        if sound.is_silence:
            waiting = None
        elif sound.group in VOWELS and not borrows_from_next(sound.ipa) and not borrows_from_both(sound.ipa):
            result[index] = waiting or 0
            waiting = None
    return result
