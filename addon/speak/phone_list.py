# SPDX-License-Identifier: GPL-3.0-or-later
"""The phones of a take as the list in the panel shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..host.without_callbacks import quiet
from ..line import takes

if TYPE_CHECKING:
    from ..line.line import Line


def fill_list(line: Line) -> None:
    """Show the take's phones in the list."""
    take = takes.load(line)
    with quiet():
        chosen = line.phone_index
        phones = list(take.phones) if take is not None else []
        # In place: the very item that a person edits must outlive its own update.
        while len(line.phones) > len(phones):
            line.phones.remove(len(line.phones) - 1)
        while len(line.phones) < len(phones):
            line.phones.add()
        for item, phone in zip(line.phones, phones, strict=True):
            item.name, item.start, item.end = phone.label, phone.start, phone.end
            item.group, item.confidence = phone.group, phone.confidence
        line.phone_index = max(0, min(chosen, len(line.phones) - 1))
