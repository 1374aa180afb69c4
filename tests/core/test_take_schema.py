"""docs/take.schema.json, for other programs: what is written keeps to it; what the reader refuses fails."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from performances import complete_take

from bilabial.curves.format import dumps, loads
from bilabial.curves.take import Take
from bilabial.curves.upgrades import VERSIONS
from bilabial.errors import FormatError

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "take.schema.json").read_text("utf-8"))
VALID = Draft202012Validator(SCHEMA)


def written(take: Take) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(dumps(take))
    return found


def test_the_schema_is_one_and_of_these_versions() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    parts = [SCHEMA, *SCHEMA["$defs"].values()]
    told = {tuple(part["properties"]["schema"]["const"].split("/")[1:]) for part in parts}
    assert told == {(name, str(version)) for name, version in VERSIONS.items()}


def test_takes_with_everything_and_with_little_keep_to_it() -> None:
    take = complete_take()
    VALID.validate(written(take))
    bare = replace(take, model=None, statistics=None, landmarks=None, dense={}, words=(), tracks={})
    VALID.validate(written(bare))


DAMAGE: dict[str, Callable[[dict[str, Any]], object]] = {
    "another schema": lambda take: take.update(schema="bilabial/take/99"),
    "no phones": lambda take: take.pop("phones"),
    "no duration": lambda take: take["sound"].pop("duration"),
    "a duration that is text": lambda take: take["sound"].update(duration="2 s"),
    "a sound of a day": lambda take: take["sound"].update(duration=86_400.0),
    "columns in another order": lambda take: take["phones"]["columns"].reverse(),
    "a phone without its end": lambda take: take["phones"]["rows"][0].pop(),
    "a style without its name": lambda take: take["style"].pop("name"),
    "tracks as a list": lambda take: take.update(tracks=[]),
    "a curve without values": lambda take: next(iter(take["tracks"]["speech"]["curves"].values())).pop(
        "values"
    ),
}


@pytest.mark.parametrize("harm", DAMAGE.values(), ids=DAMAGE.keys())
def test_what_the_reader_refuses_is_refused(harm: Callable[[dict[str, Any]], object]) -> None:
    damaged = copy.deepcopy(written(complete_take()))
    harm(damaged)
    assert not VALID.is_valid(damaged)
    with pytest.raises(FormatError):
        loads(json.dumps(damaged))


def test_a_field_that_nobody_described_is_noticed() -> None:
    more = written(complete_take())
    more["sound"]["colour"] = "blue"
    assert not VALID.is_valid(more)
