"""Older objects of the take format, brought up to date one version at a time.

For a new version of an object: raise its number in VERSIONS, add the function that turns the version before
into it, and keep a file of the old version in tests/baselines.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..json_field import Field
from ..vocabulary import SCHEMA, SPEECH_CONTROLS

Json = dict[str, Any]

VERSIONS = {
    "take": 2,
    "sound": 1,
    "model": 1,
    "style": 1,
    "styled-span": 1,
    "field-statistics": 1,
    "phones": 2,
    "words": 1,
    "track": 2,
    "curve": 2,
    "samples": 1,
}


def upgraded(kind: str, version: int, field: Field) -> Json:
    """The object as this Bilabial writes it, from whatever earlier version it has."""
    value: Json = field.value
    for number in range(version, VERSIONS[kind]):
        if (kind, number) not in UPGRADES:
            raise field.fault(f"has the schema version {number}, which never was")
        value = UPGRADES[kind, number](Field(value, field.path, field.file))
    return value


def _curve_1(field: Field) -> Json:
    """One row a key (time, value, both handles, interpolation, origin) becomes columns."""
    rows = [key.numbers(8).tolist() for key in field.get("keys").list()]
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(8)]
    times, values, left_t, left_v, right_t, right_v, interpolation, origin = columns
    return {
        "schema": "bilabial/curve/2",
        "times": times,
        "values": values,
        "left": [number for point in zip(left_t, left_v, strict=True) for number in point],
        "right": [number for point in zip(right_t, right_v, strict=True) for number in point],
        "interpolation": interpolation,
        "origin": origin,
    }


def _track_1(field: Field) -> Json:
    """A kind (controls, expression, head, blendshapes) becomes a vocabulary. Of other kinds than speech no
    more is known than the names of their curves; their numbers may be anything, so their limits are wide.
    """
    value = dict(field.value)
    kind = field.get("kind").text()
    del value["kind"]
    names = [name for name, _ in field.get("curves").items()]
    if kind == "controls" and set(names) <= set(SPEECH_CONTROLS.names):
        vocabulary: Json | str = SPEECH_CONTROLS.name
    elif kind in ("controls", "expression", "head", "blendshapes"):
        channels = [{"name": name, "rest": 0.0, "limits": list(_WIDE)} for name in names or ["none"]]
        vocabulary = {
            "schema": SCHEMA, "name": kind, "channels": channels, "additive": kind != "blendshapes",
        }  # fmt: skip
    else:
        raise field.get("kind").fault(f"is {kind!r}: none of controls, expression, head, blendshapes")
    return {**value, "schema": "bilabial/track/2", "vocabulary": vocabulary}


def _take_1(field: Field) -> Json:
    """Takes learned to keep their words."""
    columns = ["text", "start", "end", "confidence", "heard"]
    words = {"schema": "bilabial/words/1", "columns": columns, "rows": []}
    return {**field.value, "schema": "bilabial/take/2", "words": words, "words_model": None}


def _phones_1(field: Field) -> Json:
    """Phones learned to say where they come from; of older ones nobody knows."""
    columns = [*(column.value for column in field.get("columns").list()), "source"]
    rows = [[*(cell.value for cell in row.list()), None] for row in field.get("rows").list()]
    return {**field.value, "schema": "bilabial/phones/2", "columns": columns, "rows": rows}


_WIDE = (-1e6, 1e6)

UPGRADES: dict[tuple[str, int], Callable[[Field], Json]] = {
    ("curve", 1): _curve_1,
    ("phones", 1): _phones_1,
    ("take", 1): _take_1,
    ("track", 1): _track_1,
}
