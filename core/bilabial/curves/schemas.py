"""What a take's objects are called in files, and bringing older ones up to this version."""

from __future__ import annotations

from ..errors import FormatError
from ..json_field import Field
from .upgrades import VERSIONS, upgraded


def schema_of(kind: str) -> str:
    return f"bilabial/{kind}/{VERSIONS[kind]}"


def opened(field: Field, kind: str) -> Field:
    """An object of the wanted kind, brought up to this version."""
    told = field.get("schema").text()
    name, _, number = told.rpartition("/")
    if name != f"bilabial/{kind}" or not number.isdecimal():
        raise field.fault(f"has the schema {told!r}, where bilabial/{kind} belongs")
    version, newest = int(number), VERSIONS[kind]
    if version > newest:
        raise FormatError(
            f"{field.file} was written by a newer Bilabial ({told}; this one reads up to version {newest}): "
            "update Bilabial"
        )
    return Field(upgraded(kind, version, field), field.path, field.file)
