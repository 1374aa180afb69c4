"""Rig profiles as JSON (schema "bilabial/rig-profile/1"): reading, inheritance, writing. See docs/rigs.md.

A profile may derive from another one (in practice from arkit-52): its ``poses`` (what each of its channels
looks like in the parent's channels) or its ``mapping`` (what each of the parent's channels becomes here)
carry the parent's terms, exclusions and corrections over; what the file says itself replaces what it
inherits.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ..contents import contents
from ..controls import CONTROLS
from ..errors import RigError
from ..json_text import parse_json
from ..limits import LARGEST_TEXT
from ..resources import folder
from .profile import Channel, Exclusion, Follow, RigProfile, Term

SCHEMA = "bilabial/rig-profile/1"
_SCHEMA_STEM, _SCHEMA_VERSION = SCHEMA.rsplit("/", 1)
_DIGITS = 3  # of a carried weight: finer would show nowhere and make drivers too long for Blender
_FINEST = 10.0**-_DIGITS
_FIELDS = {
    "schema", "name", "title", "about", "credits", "derives_from", "mode", "prefer", "needed", "measures",
    "channels", "controls", "extra", "exclusions", "corrections", "gap", "poses", "mapping", "budgets",
    "emotions", "body",
}  # fmt: skip
_CHANNEL_FIELDS = {
    "kind", "part", "limits", "neutral", "names", "bone", "transform", "axis", "toward", "measure",
    "property", "path", "shows", "hides",
}  # fmt: skip


def available_profiles() -> tuple[str, ...]:
    """Names of the profiles that ship with Bilabial, those offered first in front. Those that cannot be read
    are left aside: damaged_profiles names them.
    """
    damaged = damaged_profiles()
    names = [name for name in _shipped() if name not in damaged]
    return tuple(sorted(names, key=lambda name: -load_profile(name).prefer))


def damaged_profiles() -> dict[str, str]:
    """Profiles beside Bilabial that cannot be read, each with the reason."""
    damaged = {}
    for name in _shipped():
        try:
            load_profile(name)
        except RigError as error:
            damaged[name] = str(error)
    return damaged


def _shipped() -> list[str]:
    return sorted(path.stem for path in folder("rigs").glob("*.json"))


@lru_cache(maxsize=64)
def load_profile(name: str) -> RigProfile:
    """A profile that ships with Bilabial, by its name."""
    path = folder("rigs") / f"{name}.json"
    if not path.is_file():
        raise RigError(
            f"no rig profile is called {name!r}: use one of {', '.join(_shipped())}, or a profile file"
        )
    return read_profile(path)


def read_profile(path: Path) -> RigProfile:
    """A profile file. Raises RigError naming the entry that is wrong."""
    try:
        data = contents(path, LARGEST_TEXT)
        if data is None:
            raise RigError(f"{path} is larger than {LARGEST_TEXT >> 20} MB: no rig profile is")
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RigError(f"cannot read the rig profile {path}: {error}") from error
    return parse_profile(text, str(path))


def parse_profile(text: str, where: str = "rig profile") -> RigProfile:
    try:
        data = parse_json(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constants)
    except json.JSONDecodeError as error:
        raise RigError(f"{where}, line {error.lineno}: not JSON ({error.msg})") from error
    except RigError as error:
        raise RigError(f"{where}: {error}") from None
    return _Reader(where).profile(data)


def save_profile(profile: RigProfile, path: Path) -> None:
    """The profile written out in full, without inheritance. Appears whole or not at all."""
    from ..atomic import atomic_path

    with atomic_path(path) as temporary:
        temporary.write_text(format_profile(profile), encoding="utf-8", newline="\n")


def format_profile(profile: RigProfile) -> str:
    controls: dict[str, dict[str, Any]] = {}
    for term in profile.terms:
        controls.setdefault(term.control, {}).setdefault(term.channel, {})[term.part] = _short(term.weight)
    for moved in controls.values():
        for name, parts in moved.items():
            if list(parts) == [profile.channels[name].part]:
                moved[name] = parts[profile.channels[name].part]
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "name": profile.name,
        "title": profile.title,
        "about": profile.about,
        "credits": profile.credits,
        "mode": profile.mode,
        "prefer": profile.prefer,
        "needed": list(profile.needed),
        "measures": {name: list(bones) for name, bones in profile.measures.items()},
        "channels": {name: _channel_data(channel) for name, channel in profile.channels.items()},
        "controls": controls,
        "exclusions": [
            {"by": list(e.by), "channels": list(e.channels), "strength": e.strength}
            for e in profile.exclusions
        ],
        "corrections": [
            {"channel": f.channel, "follows": f.follows, "by": list(f.by), "weight": _short(f.weight)}
            for f in profile.follows
        ],
        "gap": {name: _short(weight) for name, weight in profile.gap.items()},
        "poses": {
            name: {unit: _short(w) for unit, w in pose.items()} for name, pose in profile.poses.items()
        },
        "budgets": [dict(budget) for budget in profile.budgets],
        "emotions": {
            emotion: {name: _short(w) for name, w in moved.items()}
            for emotion, moved in profile.emotions.items()
        },
        "body": {part: list(names) for part, names in profile.body.items()},
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _channel_data(channel: Channel) -> dict[str, Any]:
    plain = Channel(channel.name)
    data = {}
    for key in sorted(_CHANNEL_FIELDS):
        attribute = "prop" if key == "property" else key
        value = getattr(channel, attribute)
        if value != getattr(plain, attribute):
            data[key] = list(value) if isinstance(value, tuple) else value
    return data


def _short(weight: float) -> float:
    return round(weight, 6)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key, value in pairs:
        if key in data:
            raise RigError(f"the entry {key!r} stands twice: keep one")
        data[key] = value
    return data


def _no_constants(name: str) -> float:
    raise RigError(f"{name} is no number that a rig can take: write a finite one")


Matrix = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class _Reader:
    """Turns parsed JSON into a profile; every complaint starts with where the data came from."""

    where: str

    def fail(self, text: str) -> RigError:
        return RigError(f"{self.where}: {text}")

    def profile(self, data: Any) -> RigProfile:
        if not isinstance(data, dict):
            raise self.fail("a rig profile is a JSON object")
        self._schema(data.get("schema"))
        unknown = sorted(set(data) - _FIELDS)
        if unknown:
            raise self.fail(f"the entry {unknown[0]!r} is unknown: use {', '.join(sorted(_FIELDS))}")
        for field in ("name", "title", "channels"):
            if not data.get(field):
                raise self.fail(f"the entry {field!r} is missing")
        channels = {
            str(name): self.channel(str(name), entry)
            for name, entry in self.mapping(data["channels"], "channels")
        }
        parent = self.parent(data)
        poses = self.matrix(data, "poses", channels, parent.channels if parent else None)
        inherited = (
            _Inheritance(parent, self._carrier(data, parent, channels, poses), channels) if parent else None
        )
        terms = inherited.terms() if inherited else {}
        for control, entry in self.mapping(data.get("controls", {}), "controls"):
            if control not in CONTROLS:
                raise self.fail(f"controls names {control!r}: use one of {', '.join(CONTROLS)}")
            terms[control] = tuple(self.terms(control, entry, channels))
        for control, entry in self.mapping(data.get("extra", {}), "extra"):
            terms[control] = (*terms.get(control, ()), *self.terms(control, entry, channels))
        exclusions, follows = (inherited.exclusions(), inherited.follows()) if inherited else ((), ())
        if inherited and "corrections" not in data and "exclusions" not in data:
            replaced = inherited.replacements(follows)
            exclusions += replaced
            for exclusion in replaced:
                for control in exclusion.by:
                    own = terms.get(control, ())
                    terms[control] = tuple(term for term in own if term.channel not in exclusion.channels)
        if "exclusions" in data:
            exclusions = tuple(self.exclusion(entry, channels) for entry in self.items(data, "exclusions"))
        if "corrections" in data:
            follows = tuple(self.follow(entry) for entry in self.items(data, "corrections"))
        if inherited and not poses:
            poses = inherited.poses()
        gap = self.weights(data["gap"], "gap", channels) if "gap" in data else _gap(parent, poses)
        measures = {}
        for name, bones in self.mapping(data.get("measures", {}), "measures"):
            if not (isinstance(bones, list) and len(bones) == 2):
                raise self.fail(f"the measure {name!r} lies between two bones: name both")
            measures[name] = (str(bones[0]), str(bones[1]))
        needed = self.expand_all(self.items(data, "needed"), channels, "needed")
        budgets = tuple(self.weights(entry, "budgets", channels) for entry in self.items(data, "budgets"))
        emotions = {
            str(emotion): self.weights(entry, f"emotions of {emotion!r}", channels)
            for emotion, entry in self.mapping(data.get("emotions", {}), "emotions")
        }
        body = {
            str(part): tuple(str(name) for name in self.listed(names, f"body's {part!r}"))
            for part, names in self.mapping(data.get("body", {}), "body")
        }
        return RigProfile(
            name=str(data["name"]),
            title=str(data["title"]),
            channels=channels,
            terms=tuple(term for control in CONTROLS for term in terms.get(control, ())),
            exclusions=exclusions,
            follows=follows,
            gap=gap,
            poses=_in_common_units(parent, poses),
            budgets=budgets,
            emotions=emotions,
            body=body,
            measures=measures,
            needed=needed,
            prefer=int(self.number(data.get("prefer", 0), "prefer")),
            mode=str(data.get("mode", "blend")),
            about=str(data.get("about", "")),
            credits=str(data.get("credits", "")),
        )

    def _schema(self, schema: Any) -> None:
        if not isinstance(schema, str) or not schema.startswith(_SCHEMA_STEM + "/"):
            raise self.fail(f"the schema is {schema!r}: a rig profile says {SCHEMA!r}")
        version = schema.rsplit("/", 1)[1]
        if version != _SCHEMA_VERSION:
            newer = version.isdigit() and int(version) > int(_SCHEMA_VERSION)
            remedy = "update Bilabial" if newer else f"write {SCHEMA!r}"
            raise self.fail(f"the schema {schema!r} is not one that this version reads: {remedy}")

    def parent(self, data: Mapping[str, Any]) -> RigProfile | None:
        name = data.get("derives_from")
        if name is None:
            return None
        if name == data["name"]:
            raise self.fail("a profile cannot derive from itself")
        if "poses" not in data and "mapping" not in data:
            raise self.fail(f"a profile that derives from {name!r} needs poses or a mapping")
        return load_profile(str(name))

    def channel(self, name: str, entry: Any) -> Channel:
        if not isinstance(entry, dict):
            raise self.fail(f"channel {name!r} is an object, {{}} for a plain shape key")
        unknown = sorted(set(entry) - _CHANNEL_FIELDS)
        if unknown:
            raise self.fail(f"channel {name!r} has the unknown entry {unknown[0]!r}")
        values = dict(entry)
        if "limits" in values:
            limits = values["limits"]
            if not (isinstance(limits, list) and len(limits) == 2):
                raise self.fail(f"the limits of channel {name!r} are two numbers")
            values["limits"] = tuple(self.number(limit, f"limits of {name!r}") for limit in limits)
        if "neutral" in values:
            values["neutral"] = self.number(values["neutral"], f"neutral of {name!r}")
        if "names" in values:
            values["names"] = tuple(str(other) for other in self.items(values, "names"))
        if "property" in values:
            values["prop"] = values.pop("property")
        for key in values.keys() & {"shows", "hides"}:
            values[key] = self.number(values[key], f"{key} of {name!r}")
        for key in values.keys() - {"limits", "neutral", "names", "shows", "hides"}:
            if not isinstance(values[key], str):
                raise self.fail(f"channel {name!r}: {key} is a text")
        return Channel(name, **values)

    def terms(self, control: str, entry: Any, channels: Mapping[str, Channel]) -> Iterable[Term]:
        for pattern, value in self.mapping(entry, f"control {control!r}"):
            for name in self.expand(pattern, channels, f"control {control!r}"):
                parts = value if isinstance(value, dict) else {channels[name].part: value}
                for part, weight in parts.items():
                    number = self.number(weight, f"control {control!r}, channel {name!r}")
                    if number != 0.0:
                        yield Term(control, name, str(part), number)

    def exclusion(self, entry: Any, channels: Mapping[str, Channel]) -> Exclusion:
        data = dict(self.mapping(entry, "an exclusion"))
        names = self.expand_all(self.items(data, "channels"), channels, "an exclusion")
        by = tuple(str(name) for name in self.items(data, "by"))
        spared = self.expand_all(self.items(data, "except"), channels, "an exclusion")
        names = tuple(name for name in names if name not in spared)
        return Exclusion(by, names, self.number(data.get("strength", 1.0), "an exclusion's strength"))

    def follow(self, entry: Any) -> Follow:
        data = dict(self.mapping(entry, "a correction"))
        for field in ("channel", "follows", "by"):
            if not data.get(field):
                raise self.fail(f"a correction lacks {field!r}")
        by = tuple(str(name) for name in self.items(data, "by"))
        weight = self.number(data.get("weight", 1.0), "a correction's weight")
        return Follow(str(data["channel"]), str(data["follows"]), by, weight)

    def matrix(
        self,
        data: Mapping[str, Any],
        field: str,
        rows: Mapping[str, Channel],
        columns: Mapping[str, Channel] | None,
    ) -> dict[str, dict[str, float]]:
        """``poses`` or ``mapping``; row and column names may be patterns."""
        found: dict[str, dict[str, float]] = {}
        for pattern, entry in self.mapping(data.get(field, {}), field):
            for row in self.expand(pattern, rows, field):
                found.setdefault(row, {})
                for column_pattern, weight in self.mapping(entry, f"{field} of {row!r}"):
                    names = (
                        self.expand(column_pattern, columns, f"{field} of {row!r}")
                        if columns
                        else (column_pattern,)
                    )
                    for column in names:
                        found[row][column] = self.number(weight, f"{field} of {row!r}")
        return found

    def _carrier(
        self,
        data: Mapping[str, Any],
        parent: RigProfile | None,
        channels: Mapping[str, Channel],
        poses: Matrix,
    ) -> dict[str, dict[str, float]]:
        """What each channel of the parent becomes here."""
        if parent is None:
            return {}
        if "mapping" in data:
            return self.matrix(data, "mapping", parent.channels, channels)
        return _inverse(poses)

    def weights(self, entry: Any, what: str, channels: Mapping[str, Channel]) -> dict[str, float]:
        return {
            name: self.number(weight, what)
            for pattern, weight in self.mapping(entry, what)
            for name in self.expand(pattern, channels, what)
        }

    def expand(self, pattern: Any, names: Iterable[str], what: str) -> tuple[str, ...]:
        """Names that a pattern with * stands for."""
        pattern = str(pattern)
        names = tuple(names)
        found = (
            (pattern,) if pattern in names else tuple(name for name in names if fnmatchcase(name, pattern))
        )
        if not found:
            raise self.fail(f"{what} names the channel {pattern!r}, which the profile does not list")
        return found

    def expand_all(self, patterns: Iterable[Any], names: Iterable[str], what: str) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(name for pattern in patterns for name in self.expand(pattern, names, what))
        )

    def mapping(self, entry: Any, what: str) -> Iterable[tuple[str, Any]]:
        if not isinstance(entry, dict):
            raise self.fail(f"{what} is a JSON object of names")
        return entry.items()

    def items(self, data: Mapping[str, Any], field: str) -> list[Any]:
        return self.listed(data.get(field, []), field)

    def listed(self, entry: Any, what: str) -> list[Any]:
        if not isinstance(entry, list):
            raise self.fail(f"{what} is a list")
        return entry

    def number(self, value: Any, what: str) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise self.fail(f"{what}: {value!r} is not a number")
        return float(value)


def _inverse(matrix: Matrix) -> dict[str, dict[str, float]]:
    """The least-squares inverse of a matrix given by names (exact for one to one and for equal shares)."""
    rows = list(matrix)
    columns = list(dict.fromkeys(name for row in matrix.values() for name in row))
    if not rows or not columns:
        return {}
    dense = np.array([[matrix[row].get(column, 0.0) for column in columns] for row in rows])
    inverse = np.round(np.linalg.pinv(dense), 6)
    return {
        column: {row: float(inverse[i, j]) for j, row in enumerate(rows) if abs(inverse[i, j]) > 1e-6}
        for i, column in enumerate(columns)
    }


@dataclass(frozen=True)
class _Inheritance:
    """A parent's rules, carried over to a child's channels."""

    parent: RigProfile
    carrier: Mapping[str, Mapping[str, float]]  # parent channel -> child channel -> weight
    channels: Mapping[str, Channel]

    def terms(self) -> dict[str, tuple[Term, ...]]:
        sums: dict[tuple[str, str, str], float] = {}
        for term in self.parent.terms:
            for name, gain in self.carrier.get(term.channel, {}).items():
                key = term.control, name, term.part
                sums[key] = sums.get(key, 0.0) + term.weight * gain
        found: dict[str, tuple[Term, ...]] = {}
        for (control, name, part), weight in sums.items():
            if abs(weight) >= _FINEST / 2:
                carried = Term(control, name, part, round(weight, _DIGITS))
                found[control] = (*found.get(control, ()), carried)
        return found

    def exclusions(self) -> tuple[Exclusion, ...]:
        found = []
        for exclusion in self.parent.exclusions:
            names = dict.fromkeys(n for parent in exclusion.channels for n in self.carrier.get(parent, {}))
            if names:
                found.append(Exclusion(exclusion.by, tuple(names), exclusion.strength))
        return tuple(found)

    def follows(self) -> tuple[Follow, ...]:
        found = []
        for follow in self.parent.follows:
            carried = self.carrier.get(follow.follows, {})
            leaders = {name: gain for name, gain in carried.items() if abs(gain) >= _FINEST / 2}
            if leaders:
                leader = max(leaders, key=lambda name: abs(leaders[name]))
                found += [
                    Follow(name, leader, follow.by, round(follow.weight * gain / leaders[leader], 6))
                    for name, gain in self.carrier.get(follow.channel, {}).items()
                ]
        return tuple(found)

    def replacements(self, follows: tuple[Follow, ...]) -> tuple[Exclusion, ...]:
        """Where nothing can follow (no mouthClose), what was followed is excluded: lips still close."""
        if follows:
            return ()
        return tuple(
            Exclusion(follow.by, tuple(self.carrier[follow.follows]))
            for follow in self.parent.follows
            if self.carrier.get(follow.follows)
        )

    def poses(self) -> dict[str, dict[str, float]]:
        return _inverse(self.carrier)


def _in_common_units(parent: RigProfile | None, poses: Matrix) -> dict[str, dict[str, float]]:
    """Poses in the channels of the root of a chain of profiles, not in those of the parent."""
    if parent is None or not parent.poses:
        return {name: dict(pose) for name, pose in poses.items()}
    found: dict[str, dict[str, float]] = {}
    for name, pose in poses.items():
        units = found.setdefault(name, {})
        for middle, weight in pose.items():
            for unit, gain in parent.poses.get(middle, {}).items():
                units[unit] = units.get(unit, 0.0) + weight * gain
    return found


def _gap(parent: RigProfile | None, poses: Matrix) -> dict[str, float]:
    """How far each channel opens the lips, by what it looks like in the parent's channels."""
    if parent is None:
        return {}
    opening = {
        name: sum(weight * parent.gap.get(unit, 0.0) for unit, weight in pose.items())
        for name, pose in poses.items()
    }
    return {name: round(value, 4) for name, value in opening.items() if abs(value) > 1e-4}
