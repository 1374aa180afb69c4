"""What JSON from strangers holds, checked: every value knows where it stood, and a message names it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import BilabialError, FormatError


@dataclass(frozen=True, slots=True)
class Field:
    """A value with its path inside a file."""

    value: Any
    path: str  # such as tracks.speech.curves.Jaw
    file: str
    error: type[BilabialError] = FormatError

    def fault(self, what: str) -> BilabialError:
        return self.error(f"{self.file} is damaged: {self.path or 'its content'} {what}")

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Faults that the types find themselves are told with the place."""
        try:
            yield
        except (FormatError, self.error):
            raise
        except BilabialError as error:
            raise self.error(f"{self.file} is damaged at {self.path}: {error}") from error

    def __contains__(self, name: str) -> bool:
        return isinstance(self.value, dict) and name in self.value

    def get(self, name: str) -> Field:
        if not isinstance(self.value, dict):
            raise self.fault("is not an object")
        path = f"{self.path}.{name}" if self.path else name
        if name not in self.value:
            raise self.error(f"{self.file} is damaged: {path} is missing")
        return Field(self.value[name], path, self.file, self.error)

    def maybe(self, name: str) -> Field | None:
        """A value that may be left out, or be null."""
        return self.get(name).optional() if name in self or not isinstance(self.value, dict) else None

    def entry(self, index: int) -> Field:
        """One of a list, by a number that the file itself gave."""
        if not isinstance(self.value, list):
            raise self.fault("is not a list")
        if not 0 <= index < len(self.value):
            raise self.fault(f"has no entry {index}")
        return Field(self.value[index], f"{self.path}[{index}]", self.file, self.error)

    def items(self) -> Iterator[tuple[str, Field]]:
        if not isinstance(self.value, dict):
            raise self.fault("is not an object")
        return ((name, self.get(name)) for name in self.value)

    def list(self, count: int | None = None) -> list[Field]:
        if not isinstance(self.value, list):
            raise self.fault("is not a list")
        if count is not None and len(self.value) != count:
            raise self.fault(f"has {len(self.value)} entries, where {count} belong")
        return [
            Field(item, f"{self.path}[{index}]", self.file, self.error)
            for index, item in enumerate(self.value)
        ]

    def optional(self) -> Field | None:
        return None if self.value is None else self

    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self.fault("is not a text")
        return self.value

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.fault("must be true or false")
        return self.value

    def optional_text(self) -> str | None:
        return None if self.value is None else self.text()

    def number(self) -> float:
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.fault("is not a number")
        try:
            number = float(self.value)
        except OverflowError as error:
            raise self.fault("is too large a number") from error
        if not math.isfinite(number):
            raise self.fault("is too large a number")
        return number

    def within(self, low: float, high: float) -> float:
        number = self.number()
        if not low <= number <= high:
            raise self.fault(f"is {number:g}, where {low:g} to {high:g} belongs")
        return number

    def integer(self, least: int | None = None) -> int:
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise self.fault("is not a whole number")
        if least is not None and self.value < least:
            raise self.fault(f"is less than {least}")
        return self.value

    def optional_integer(self) -> int | None:
        return None if self.value is None else self.integer()

    def numbers(self, count: int | None = None) -> NDArray[np.float64]:
        """A list of finite numbers, at once: a long take holds a hundred thousand."""
        if not isinstance(self.value, list) or not set(map(type, self.value)) <= {int, float}:
            raise self.fault("is not a list of numbers")
        if count is not None and len(self.value) != count:
            raise self.fault(f"has {len(self.value)} numbers, where {count} belong")
        try:
            numbers = np.array(self.value, dtype=np.float64)
        except OverflowError as error:
            raise self.fault("holds too large a number") from error
        if not np.isfinite(numbers).all():
            raise self.fault("holds too large a number")
        return numbers

    def bytes_(self, count: int) -> NDArray[np.uint8]:
        """A list of whole numbers 0..255."""
        numbers = self.numbers(count)
        if ((numbers < 0) | (numbers > 255) | (numbers != np.floor(numbers))).any():
            raise self.fault("holds a number that is not one of 0 to 255")
        return numbers.astype(np.uint8)
