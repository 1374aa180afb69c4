"""JSON from strangers: whatever is wrong with the text is one kind of error, and no text is a bomb.

Every reader of JSON comes through here; what the values must be, json_field.py checks.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

from .contents import contents
from .errors import BilabialError, FormatError
from .limits import DEEPEST_JSON, LARGEST_JSON, MOST_JSON_VALUES

_LONGEST_WHOLE = 24  # digits; no time, count or weight has more, and every such number has a float
_HALF_A_PAIR = re.compile(r"\\u[dD][89a-fA-F]")  # may be half of a character that needs two
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def parse_json(text: str | bytes, **hooks: Any) -> Any:
    """``json.loads``, within the limits. Whatever is wrong is a JSONDecodeError, save what ``hooks`` raise.

    Refused too: bytes that are no UTF-8 (or UTF-16 with its mark), NaN, infinity and numbers that overflow,
    whole numbers of more than 24 digits, nesting without end, characters of which half is missing.
    """
    if len(text) > LARGEST_JSON:
        raise _refused(f"it is longer than {LARGEST_JSON >> 20} MB")
    told = _decoded(text) if isinstance(text, bytes) else text
    if sum(map(told.count, ",[{")) > MOST_JSON_VALUES:
        raise _refused(f"it holds more than {MOST_JSON_VALUES} values")
    usual: dict[str, Any] = {"parse_int": _whole, "parse_float": _fraction, "parse_constant": _no_constant}
    try:
        value = json.loads(told, **{**usual, **hooks})
        _check_depth(value)
    except RecursionError:
        raise _refused("it is nested too deeply") from None
    if _HALF_A_PAIR.search(told):
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise _refused("it holds half of a character (a lone surrogate)") from None
    return value


def read_json(path: Path, remedy: str, error: type[BilabialError] = FormatError, **hooks: Any) -> Any:
    """The JSON of a file; ``remedy`` ends the sentence where it has none."""
    try:
        data = contents(path, LARGEST_JSON)
        if data is None:
            raise error(f"{path} is larger than {LARGEST_JSON >> 20} MB, too much for JSON: {remedy}")
        return parse_json(data, **hooks)
    except OSError as fault:
        raise error(f"{path} cannot be read: {fault.strerror or fault}") from fault
    except json.JSONDecodeError as fault:
        place = f", line {fault.lineno}" if fault.lineno > 1 else ""
        raise error(f"{path}{place} is not JSON ({fault.msg}): {remedy}") from fault


def _refused(reason: str) -> json.JSONDecodeError:
    return json.JSONDecodeError(reason, "", 0)


def _decoded(text: bytes) -> str:
    try:
        return text.decode("utf-16" if text[:2] in _UTF_16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise _refused("it is not text in UTF-8") from None


def _whole(text: str) -> int:
    if len(text) > _LONGEST_WHOLE:
        raise _refused(f"it holds a number of {len(text)} digits")
    return int(text)


def _fraction(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise _refused(f"it holds the number {text[:24]}, which is too large")
    return number


def _no_constant(name: str) -> float:
    raise _refused(f"{name} is no number of JSON")


def _check_depth(value: Any) -> None:
    """Level by level, so that nothing here recurses."""
    level = [value]
    for _ in range(DEEPEST_JSON):
        level = [
            child
            for item in level
            for child in (item.values() if type(item) is dict else item if type(item) is list else ())
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return
    raise _refused("it is nested too deeply")
