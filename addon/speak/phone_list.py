# SPDX-License-Identifier: GPL-3.0-or-later
"""The phones and words of a take as the lists in the panel show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ..host.without_callbacks import quiet
from ..line import takes

if TYPE_CHECKING:
    from ..line.line import Line, Phones, Words


class _Shown(Protocol):
    """What a phone and a word have in common."""

    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...
    @property
    def confidence(self) -> float: ...


def fill_list(line: Line) -> None:
    """Show the take's phones and words in their lists."""
    take = takes.load(line)
    phones = list(take.phones) if take is not None else []
    words = list(take.words) if take is not None else []
    with quiet():
        _fit(line.phones, phones)
        for item, phone in zip(line.phones, phones, strict=True):
            if item.name != phone.label:
                item.name = phone.label
            if item.group != phone.group:
                item.group = phone.group
        _fit(line.words, words)
        for shown, word in zip(line.words, words, strict=True):
            if shown.name != word.text:
                shown.name = word.text
            if shown.heard != word.heard:
                shown.heard = word.heard
        line.phone_index = max(0, min(line.phone_index, len(line.phones) - 1))
        line.word_index = max(0, min(line.word_index, len(line.words) - 1))


def _fit(items: Phones | Words, shown: Sequence[_Shown]) -> None:
    """As many items as there is to show, with its times: ten minutes have six thousand phones."""
    # In place: the very item that a person edits must outlive its own update.
    while len(items) > len(shown):
        items.remove(len(items) - 1)
    while len(items) < len(shown):
        items.add()
    for name in ("start", "end", "confidence"):
        items.foreach_set(name, np.array([getattr(one, name) for one in shown], np.float32))
