"""Names as rigs write them, made comparable: namespaces, case, separators, marks of a side, numbering."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+")
_NUMBERING = re.compile(r"^[A-Za-z]?\d+[_.\- ]+")  # "A25_Jaw_Open", "03 jawOpen"
_SIDES = {"l": "left", "r": "right", "lft": "left", "rgt": "right"}
_SHORT = 3  # letters under which a name may only be met whole, or set off by a separator


def without_namespace(name: str) -> str:
    """ "character:head|jawOpen" -> "jawOpen"."""
    return re.split(r"[:|]", name)[-1]


def words(name: str) -> tuple[str, ...]:
    """ "MouthSmile_L" -> ("mouth", "smile", "left")."""
    bare = _NUMBERING.sub("", without_namespace(name)) or name
    found = [word.lower() for word in _WORDS.findall(bare)]
    return tuple(_SIDES.get(word, word) if i else word for i, word in enumerate(found))


@lru_cache(maxsize=16384)  # a rig's names are compared with every profile
def canonical(name: str) -> str:
    """One spelling for all spellings of a name; the name itself where it has no letters that we know."""
    return "".join(words(name)) or name


@dataclass(frozen=True, slots=True)
class Affixes:
    """What a rig puts before and after every name, in canonical spelling or (raw) in small letters."""

    prefix: str = ""
    suffix: str = ""
    raw: bool = False

    def __str__(self) -> str:
        return f"{self.prefix}...{self.suffix}" if self.prefix or self.suffix else ""


@dataclass(frozen=True, slots=True)
class Matching:
    found: dict[str, str]  # wanted key -> the rig's name
    affixes: Affixes


def match(wanted: Mapping[str, Iterable[str]], given: Iterable[str]) -> Matching:
    """Pair keys (each with its alternative names) with a rig's names.

    First the very name, then the same name in another spelling, then with one prefix and one suffix that the
    whole rig shares: the pair that explains the most names. No name of the rig is used twice.
    """
    given = tuple(dict.fromkeys(given))
    exact: dict[str, str] = {}
    for name in given:
        exact.setdefault(without_namespace(name), name)
    exact.update((name, name) for name in given)
    by_canonical: dict[str, str] = {}
    by_lower: dict[str, str] = {}
    for name in given:
        by_canonical.setdefault(canonical(name), name)
        by_lower.setdefault(without_namespace(name).lower(), name)
    sought = {key: tuple(dict.fromkeys(names)) for key, names in wanted.items()}
    plain = _pair(sought, exact, by_canonical, by_lower, Affixes())
    if len(plain) == len(sought):
        return Matching(plain, Affixes())
    best, best_affixes = plain, Affixes()
    for affixes in _likely_affixes(sought, by_canonical, by_lower):
        pairs = _pair(sought, exact, by_canonical, by_lower, affixes)
        if len(pairs) > len(best):
            best, best_affixes = pairs, affixes
    return Matching(best, best_affixes)


def _pair(
    wanted: Mapping[str, tuple[str, ...]],
    exact: Mapping[str, str],
    by_canonical: Mapping[str, str],
    by_lower: Mapping[str, str],
    affixes: Affixes,
) -> dict[str, str]:
    found: dict[str, str] = {}
    used: set[str] = set()
    bare = not (affixes.prefix or affixes.suffix)
    as_written = _cased(wanted, exact, affixes) if affixes.raw else {}
    for key, names in wanted.items():
        candidates: list[str | None] = []
        if bare:
            candidates += [exact.get(name) for name in names]
            candidates += [
                by_canonical.get(canonical(name)) for name in names if len(canonical(name)) >= _SHORT
            ]
            candidates += [by_lower.get(name.lower()) for name in names if len(name) >= _SHORT]
        elif affixes.raw:
            candidates += [as_written.get(name) for name in names]
            candidates += [by_lower.get(affixes.prefix + name.lower() + affixes.suffix) for name in names]
        else:
            candidates += [
                by_canonical.get(affixes.prefix + canonical(name) + affixes.suffix) for name in names
            ]
        hit = next((name for name in candidates if name is not None and name not in used), None)
        if hit is not None:
            found[key] = hit
            used.add(hit)
    return found


def _cased(
    wanted: Mapping[str, tuple[str, ...]], given: Mapping[str, str], affixes: Affixes
) -> dict[str, str]:
    """A rig's names without the affixes, for profiles in which capitals tell names apart: Polly's t and T."""
    names = {name for several in wanted.values() for name in several}
    if len({name.lower() for name in names}) == len(names):
        return {}
    found: dict[str, str] = {}
    for bare, name in given.items():
        small = bare.lower()
        if small.startswith(affixes.prefix) and small.endswith(affixes.suffix):
            found.setdefault(bare[len(affixes.prefix) : len(bare) - len(affixes.suffix)], name)
    return found


def _likely_affixes(
    wanted: Mapping[str, tuple[str, ...]], by_canonical: Mapping[str, str], by_lower: Mapping[str, str]
) -> list[Affixes]:
    """The few pairs of prefix and suffix that turn up with the most names."""
    votes: Counter[Affixes] = Counter()
    for raw, spellings in ((False, by_canonical), (True, by_lower)):
        lines = "\n" + "\n".join(spellings) + "\n"  # searched as one text: rigs can have thousands of names
        for names in wanted.values():
            seen: set[Affixes] = set()
            for name in names:
                core = name.lower() if raw else canonical(name)
                seen.update(
                    Affixes(prefix, suffix, raw) for prefix, suffix in _surroundings(core, lines, raw)
                )
            votes.update(seen)
    # A pair that explains one name only explains nothing.
    return [affixes for affixes, count in votes.most_common(8) if count > 1]


def _surroundings(core: str, lines: str, raw: bool) -> Iterator[tuple[str, str]]:
    """What stands before and after a name on each line. Short names must be set off: "Fcl_MTH_A"."""
    if len(core) < _SHORT and not raw:
        return
    at = lines.find(core)
    while at >= 0:
        start = lines.rfind("\n", 0, at) + 1
        end = lines.find("\n", at)
        after = at + len(core)
        if len(core) < _SHORT and (lines[at - 1].isalnum() or lines[after].isalnum()):
            at = lines.find(core, at + 1)
            continue
        yield lines[start:at], lines[after:end]
        at = lines.find(core, end)
