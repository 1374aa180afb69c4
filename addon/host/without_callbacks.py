# SPDX-License-Identifier: GPL-3.0-or-later
"""Code that sets properties is quiet: what follows when a person sets them does not follow then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_depth = 0


@contextmanager
def quiet() -> Iterator[None]:
    """Set properties without their consequences."""
    global _depth
    _depth += 1
    try:
        yield
    finally:
        _depth -= 1


def is_quiet() -> bool:
    return _depth > 0
