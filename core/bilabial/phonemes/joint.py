"""Words and ear together: a text that may be wrong, laid along a sound that may be heard wrongly.

At every place between two words the text competes with what the ear hears freely. Leaving the text has a
price, so where both explain the sound about equally well the text wins; a wrong word loses only its own span.
Every phone says where it came from and how sure it is, and so does every word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ..controls import GROUPS, SILENCE
from ..timing import FRAME_RATE
from .align import phones_on
from .decode import best_path, decode, shipped_tables
from .lattice import (
    FREE,
    QUIET,
    Evidence,
    Floats32,
    Floats64,
    Graph,
    Integers,
    Leaving,
    best_way,
    evidence_of,
    graph_of,
    stretches,
)
from .pronounce import Word
from .track import Phone, PhoneTrack, SaidWord


@dataclass(frozen=True, slots=True)
class Trust:
    """How much a text is believed. Prices in nats, tuned with words that were spoilt and, in clean and bad
    sound, with words that a network found.
    """

    leaving: Leaving
    free_phone: float  # what each freely heard phone costs: to choose the best of 21 each time is easy
    fits: float  # borne out by so much, the text belongs to the sound


GIVEN: Final = Trust(Leaving(leave=14.0, skip=2.0), free_phone=6.0, fits=0.035)  # a person wrote the text
FOUND: Final = GIVEN  # a network did: its words weigh as much
_BEAM: Final = 120.0  # nats: with a way out at every word, no good way runs far below the best
# How sure a word is, in nats: to begin with, for each nat of gain a phone, and for the log of its number of
# phones, since short words are found anywhere. Fitted to training speakers with a tenth of the words wrong.
_SURE: Final = (2.5, 0.62, 3.0)
_SILENT: Final = GROUPS.index(SILENCE)


@dataclass(frozen=True, slots=True)
class Explained:
    """What a text and an ear make of a sound together."""

    phones: PhoneTrack
    words: tuple[SaidWord, ...]  # all of the text, in its order
    gain: float  # nats by which the text explains the sound better than free hearing alone
    speech: int  # rows in which the ear hears speech
    rows: int  # of the stretch
    least: float  # from where the text is believed
    left: float = 0.0  # nats that leaving the text whole would cost

    @property
    def heard_share(self) -> float:
        """Share of the text's words that are in the sound."""
        return sum(word.heard for word in self.words) / max(1, len(self.words))

    @property
    def gain_a_row(self) -> float:
        """Of a row of speech: what tells a text of this sound from any other."""
        return self.gain / max(1, self.speech)

    @property
    def borne_out(self) -> float:
        """Nats a row of speech by which keeping to the text is better than leaving all of it, times the share
        of words that are heard.

        A text of another sound keeps a word here and there by chance; one whose language the ear hears poorly
        keeps half of them, each a little worse than free hearing.
        """
        return (self.gain + self.left) / max(1, self.speech) * self.heard_share

    @property
    def fits(self) -> bool:
        """Whether the text is one of this sound, in its language."""
        return self.borne_out >= self.least


def explain(
    groups: Floats32, sounds: Floats32 | None, words: Sequence[Word], trust: Trust = GIVEN
) -> Explained:
    """(rows, 21) and, when there are, (rows, 53) probabilities of a stretch of sound, and a text for it."""
    plain, heard = free_hearing(groups, sounds)
    free = plain.copy()
    starts = np.concatenate([[0], np.flatnonzero(np.diff(heard)) + 1])
    free[starts[heard[starts] != _SILENT]] -= trust.free_phone
    evidence = evidence_of(groups, sounds, free)
    graph = graph_of(words, trust.leaving)
    path, score = best_way(evidence, graph, _BEAM)
    phones = _phones(path, graph, groups)
    return Explained(
        PhoneTrack.of(phones),
        _words(path, graph, evidence, plain, words),
        score - float(free.sum()),
        int((heard != _SILENT).sum()),
        len(groups),
        trust.fits,
        trust.leaving.leave + trust.leaving.skip * len(words),
    )


def joined(groups: Floats32, parts: Sequence[tuple[int, Explained]]) -> Explained:
    """Stretches of one sound, each with its first row, as the whole; between them is what the ear hears."""
    phones: list[Phone] = []
    words: list[SaidWord] = []
    at = 0
    for first, part in parts:
        phones += _apart(phones, _shifted(decode(groups[at:first]), at))
        numbered = (
            replace(one, word=None if one.word is None else one.word + len(words)) for one in part.phones
        )
        phones += _apart(phones, _shifted(numbered, first))
        shift = first / FRAME_RATE
        words += [replace(one, start=one.start + shift, end=one.end + shift) for one in part.words]
        at = first + part.rows
    phones += _apart(phones, _shifted(decode(groups[at:]), at))
    gain, speech = sum(part.gain for _, part in parts), sum(part.speech for _, part in parts)
    left = sum(part.left for _, part in parts)
    return Explained(PhoneTrack.of(phones), tuple(words), gain, speech, len(groups), parts[0][1].least, left)


def _shifted(phones: Iterable[Phone], first: int) -> list[Phone]:
    """Phones of rows from ``first`` on; what starts with the stretch starts half a row before it."""
    shift = first / FRAME_RATE
    out = []
    for phone in phones:
        start = phone.start + shift - (0.5 / FRAME_RATE if phone.start == 0 and first else 0)
        out.append(replace(phone, start=start, end=phone.end + shift))
    return out


def _apart(before: Sequence[Phone], phones: Iterable[Phone]) -> list[Phone]:
    """Without what would overlap the phones before."""
    at = before[-1].end if before else 0.0
    out = []
    for phone in phones:
        start = max(phone.start, at)
        if phone.end > start + 1e-6:
            out.append(replace(phone, start=start))
            at = phone.end
    return out


def free_hearing(groups: Floats32, sounds: Floats32 | None) -> tuple[Floats64, Integers]:
    """Log evidence of each row under what the ear hears without a text, and the group that it hears.

    Of a phone's sounds the one counts that explains the whole of it best.
    """
    path = best_path(groups, shipped_tables())
    plain = evidence_of(groups, sounds)
    rows = np.arange(len(path))
    free = plain.by_group[rows, path].copy()
    for start, end in stretches(path):
        if plain.by_sound is not None:
            best = int(plain.by_sound[start:end, :-1].sum(axis=0).argmax())
            free[start:end] += plain.by_sound[start:end, best]
    return free, path


def _phones(path: Integers, graph: Graph, groups: Floats32) -> list[Phone]:
    """The text's phones where the way keeps to it, the ear's where it leaves it."""
    left = np.array([part.phone == FREE for part in graph.parts])[path]
    out: list[Phone] = []
    for start, end in stretches(left.astype(np.int64)):
        if left[start]:
            out += _shifted(decode(groups[start:end]), start)
        else:
            out += phones_on(path, start, end, graph, groups)
    return out


def _words(
    path: Integers, graph: Graph, evidence: Evidence, plain: Floats64, words: Sequence[Word]
) -> tuple[SaidWord, ...]:
    """Each word of the text: where it is and how sure, or where it would have been."""
    phone = np.array([part.phone for part in graph.parts])[path]
    owner = np.where(phone > QUIET, np.array([part.word for part in graph.parts])[path], -1)
    group = np.array([part.group for part in graph.parts])[path]
    sound = np.array([part.sound for part in graph.parts])[path]
    rows = np.arange(len(path))
    told = evidence.by_group[rows, group]
    if evidence.by_sound is not None:
        told = told + evidence.by_sound[rows, sound]
    better = np.concatenate([[0.0], np.cumsum(told - plain)])
    found: list[SaidWord | None] = [None] * len(words)
    for start, end in stretches(owner):
        if owner[start] >= 0:
            said = len(stretches(phone[start:end]))
            gain = float(better[end] - better[start]) / said
            sure = 1 / (1 + np.exp(-float(np.dot(_SURE, (1.0, gain, np.log(said))))))
            begin = max(0.0, (start - 0.5) / FRAME_RATE)
            text = words[owner[start]].text
            found[owner[start]] = SaidWord(text, begin, (end - 0.5) / FRAME_RATE, round(float(sure), 3))
    out: list[SaidWord] = []
    at = 0.0
    for word, one in zip(words, found, strict=True):
        out.append(one or SaidWord(word.text, at, at, 0.0, heard=False))
        at = out[-1].end
    return tuple(out)
