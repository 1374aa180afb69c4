"""Ways to damage a file: of its bytes, of its numbers and words, of its JSON."""

from __future__ import annotations

import copy
import json
import random
import re
from typing import Any

_WORDS = [
    b"0", b"-1", b"1e9", b"1e300", b"-1e-300", b"1e999", b"NaN", b"Infinity", b"9" * 25, b"9" * 400,
    b"9" * 5000, b"4294967295", b"18446744073709551615", b"2147483648", b"null", b"true", b"[]", b"{}", b'""',
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf",
    "\u2028".encode(), "\x85".encode(), b"\\ud800", b"[" * 300, b'{"a":' * 300,
    b"\n", b"\r", b'"', b",", b";", b"\t", b"../" * 20, b"%00", b"\x1a", b"A" * 70_000, b"\xed\xa0\x80",
]  # fmt: skip
_VALUES: list[Any] = [
    None, True, False, 0, -1, 1, 2**31, 2**63, 10**23, 1e9, 1e300, -1e300, 5e-324, 0.5, "", "x", "\u2028",
    "\ud800", "../../x", "\0", [], {}, [[]], [None], {"": None}, [1e300] * 3, "A" * 5000, ["x"] * 50,
]  # fmt: skip
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def mutated(data: bytes, chance: random.Random) -> bytes:
    """One to four kinds of damage, one over the other."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        data = chance.choice(_WAYS)(data, chance)
    return data


def _flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 2, 8, 64))):
        if changed:
            place = chance.randrange(len(changed))
            changed[place] = chance.choice((changed[place] ^ 1 << chance.randrange(8), chance.randrange(256)))
    return bytes(changed)


def _cut(data: bytes, chance: random.Random) -> bytes:
    start, end = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
    return chance.choice((data[:start], data[end:], data[:start] + data[end:]))


def _double(data: bytes, chance: random.Random) -> bytes:
    start = chance.randint(0, len(data))
    end = min(len(data), start + chance.choice((1, 4, 50, 2000)))
    return data[:end] + data[start:end] * chance.choice((1, 2, 100)) + data[end:]


def _insert(data: bytes, chance: random.Random) -> bytes:
    place = chance.randint(0, len(data))
    return data[:place] + chance.choice(_WORDS) + data[place:]


def _number(data: bytes, chance: random.Random) -> bytes:
    found = list(_NUMBER.finditer(data[:200_000]))
    if not found:
        return _flip(data, chance)
    one = chance.choice(found)
    return data[: one.start()] + chance.choice(_WORDS) + data[one.end() :]


def _binary_number(data: bytes, chance: random.Random) -> bytes:
    """A length or an offset in a header, made small, large or negative."""
    size = chance.choice((2, 4, 8))
    if len(data) < size:
        return data
    place = chance.randrange(min(len(data) - size + 1, 400))
    value = chance.choice((0, 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1, chance.randrange(2**16)))
    order: Any = chance.choice(("little", "big"))
    return data[:place] + (value % 256**size).to_bytes(size, order) + data[place + size :]


def _json(data: bytes, chance: random.Random) -> bytes:
    """One value anywhere replaced, dropped, renamed or doubled."""
    try:
        tree = json.loads(data)
    except ValueError:
        return _insert(data, chance)
    homes = _homes(tree) if isinstance(tree, dict | list) else []  # damage may have left a bare number
    if not homes:
        return json.dumps(chance.choice(_VALUES)).encode()
    home, key = chance.choice(homes)
    deed = chance.randrange(4)
    if deed == 0:
        del home[key]
    elif deed == 1 and isinstance(home, dict):
        home[chance.choice((key + "x", "", "schema", "\ud800"))] = home.pop(key)
    elif deed == 2 and isinstance(home, list):
        home.extend([copy.deepcopy(home[key])] * chance.choice((1, 3)))
    else:
        home[key] = chance.choice(_VALUES)
    return json.dumps(tree).encode()


def _homes(tree: Any) -> list[tuple[Any, Any]]:
    """Every place in a tree, at most two of each list's: a curve's thousand numbers are one kind of thing."""
    found: list[tuple[Any, Any]] = []
    level = [tree]
    while level:
        deeper = []
        for item in level:
            keys = list(item) if isinstance(item, dict) else [*range(min(len(item), 2))]
            found += [(item, key) for key in keys]
            deeper += [item[key] for key in keys if isinstance(item[key], dict | list)]
        level = deeper
    return found


_WAYS = (_flip, _cut, _double, _insert, _number, _binary_number, _json, _json)
