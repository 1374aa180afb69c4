"""A rig profile out of JSON: every entry checked, what it inherits carried over. See docs/rigs.md.

A profile may derive from another one (in practice from arkit-52): its ``poses`` (what each of its channels
looks like in the parent's channels) or its ``mapping`` (what each of the parent's channels becomes here)
carry the parent's terms, exclusions and corrections over; what the file says itself replaces what it
inherits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ..controls import CONTROLS
from ..errors import RigError
from ..expression.names import LOWER_FACE
from .profile import RigProfile
from .profile_entries import Channel, Exclusion, Follow, Term
from .profile_inheritance import Inheritance, Matrix, gap_of, in_common_units, inverse

SCHEMA = "bilabial/rig-profile/1"
_SCHEMA_STEM, _SCHEMA_VERSION = SCHEMA.rsplit("/", 1)
_FIELDS = {
    "schema", "name", "title", "about", "credits", "derives_from", "mode", "prefer", "needed", "measures",
    "channels", "controls", "extra", "exclusions", "corrections", "gap", "poses", "mapping", "budgets",
    "emotions", "face", "body",
}  # fmt: skip
CHANNEL_FIELDS = {
    "kind", "part", "limits", "neutral", "names", "bone", "transform", "axis", "toward", "measure",
    "property", "path", "shows", "hides",
}  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """Turns parsed JSON into a profile; every complaint starts with where the data came from."""

    where: str
    load: Callable[[str], RigProfile]  # the profile of a name, which this one may derive from

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
        carrier = self._carrier(data, parent, channels, poses)
        inherited = Inheritance(parent, carrier, channels) if parent else None
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
        gap = self.weights(data["gap"], "gap", channels) if "gap" in data else gap_of(parent, poses)
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
        face = {
            str(shape): self.weights(entry, f"face of {shape!r}", channels)
            for shape, entry in self.mapping(data.get("face", {}), "face")
        }
        if "mapping" in data and parent:
            face = self._mouth(carrier, channels) | face
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
            poses=in_common_units(parent, poses),
            budgets=budgets,
            emotions=emotions,
            face=face,
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
        return self.load(str(name))

    def channel(self, name: str, entry: Any) -> Channel:
        if not isinstance(entry, dict):
            raise self.fail(f"channel {name!r} is an object, {{}} for a plain shape key")
        unknown = sorted(set(entry) - CHANNEL_FIELDS)
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
        return inverse(poses)

    @staticmethod
    def _mouth(carrier: Matrix, channels: Mapping[str, Channel]) -> dict[str, dict[str, float]]:
        """What emotions do to a mouth of bones: as the mapping says, for none of its bones is a shape."""
        return {
            shape: dict(moved)
            for shape, moved in carrier.items()
            if shape in LOWER_FACE and moved and all(channels[name].kind == "bone" for name in moved)
        }

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
