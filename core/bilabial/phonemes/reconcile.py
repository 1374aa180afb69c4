"""Phones that come back from a file, with what the file could not say about them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .track import Phone, PhoneTrack

_SAME_MOMENT_S = 1e-6  # finer than any phone file writes


def mended(old: PhoneTrack, new: PhoneTrack) -> PhoneTrack:
    """``new`` as a person's correction of ``old``: what was left alone is the old phone again.

    Phone files hold no confidence, few hold words and stress. Where none of the new phones has a word, a
    changed one belongs to the word that was said there before.
    """
    untouched = {_identity(phone): phone for phone in old}
    without_words = all(phone.word is None for phone in new)
    worded = [phone for phone in old if phone.word is not None]
    starts = np.array([phone.start for phone in worded])
    ends = np.array([phone.end for phone in worded])
    phones = []
    for phone in new:
        before = untouched.get(_identity(phone))
        if before is not None and _may_be(phone, before):
            phone = before
        elif without_words and worded and not phone.is_silence:
            shared = np.minimum(ends, phone.end) - np.maximum(starts, phone.start)
            most = int(shared.argmax())
            if shared[most] > 0.0:
                phone = replace(phone, word=worded[most].word)
        phones.append(phone)
    if _spoken(phones) == _spoken(old):
        return old  # the file wrote pauses otherwise, no more
    return PhoneTrack.of(phones)


def _identity(phone: Phone) -> tuple[int, int, str, str]:
    return round(phone.start / _SAME_MOMENT_S), round(phone.end / _SAME_MOMENT_S), phone.label, phone.group


def _may_be(phone: Phone, before: Phone) -> bool:
    """Whether a file that holds ``phone`` may have been written of ``before``: unmarked may mean unknown."""
    same_stress = phone.stress is None or phone.stress == (before.stress or 0)
    return same_stress and phone.word in (None, before.word)


def _spoken(phones: PhoneTrack | list[Phone]) -> list[Phone]:
    return [phone for phone in phones if not phone.is_silence]
