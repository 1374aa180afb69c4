"""How far our own letter-to-sound rules are from eSpeak NG, language by language, on words of texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ...errors import PhoneError
from ...phonemes.pronounce import espeak_words, tokens_of
from ...phonemes.sound import Sound
from ...phonemes.spelling import languages, pronounce
from ..data.sets import Clip
from .edit_distance import edit_distance

_MOST = 500  # words of a language
_VOICES = {"pt": "pt-br"}  # where the rules follow another country than the voice of that name


def words_by_language(clips: Sequence[Clip]) -> dict[str, list[str]]:
    """The commonest words of each language that has rules, without numbers."""
    seen: dict[str, Counter[str]] = {}
    for clip in clips:
        code = clip.language.lower().split("-")[0]
        if code in languages() and clip.text:
            words = [word.lower() for word in tokens_of(clip.text) if not any(c.isdigit() for c in word)]
            seen.setdefault(code, Counter()).update(words)
    return {
        code: [word for word, _ in sorted(words.items(), key=lambda one: (-one[1], one[0]))[:_MOST]]
        for code, words in sorted(seen.items())
    }


def measure(language: str, words: Sequence[str]) -> tuple[float, float, list[tuple[str, str, str]]]:
    """Errors a visual group, in per cent; share of words without; the words that are furthest off."""
    errors = length = right = count = 0
    worst: list[tuple[int, str, str, str]] = []
    for word in espeak_words(words, _VOICES.get(language, language)):
        try:
            ours = pronounce(word.text, language)
        except PhoneError:
            ours = ()
        told, truth = _groups(ours), _groups(word.variants[0])
        wrong = edit_distance(told, truth)
        errors, length, count = errors + wrong, length + len(truth), count + 1
        right += wrong == 0
        if wrong:
            spelled = "".join(sound.ipa for sound in ours)
            worst.append((wrong, word.text, spelled, "".join(sound.ipa for sound in word.variants[0])))
    worst.sort(key=lambda one: (-one[0], one[1]))
    share = 100 * errors / max(1, length), 100 * right / max(1, count)
    return *share, [(text, ours_, theirs) for _, text, ours_, theirs in worst]


def _groups(sounds: Sequence[Sound]) -> list[str]:
    """Groups in order; what looks alike and touches is one."""
    out: list[str] = []
    for sound in sounds:
        for part in sound.parts:
            if not out or out[-1] != part.group:
                out.append(part.group)
    return out
