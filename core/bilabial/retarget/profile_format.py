"""Rig profiles as files (schema "bilabial/rig-profile/1"): those that ship, and those of others; writing."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..contents import contents
from ..errors import RigError
from ..json_text import parse_json
from ..limits import LARGEST_TEXT
from ..resources import folder
from .profile import RigProfile
from .profile_entries import Channel
from .profile_reading import CHANNEL_FIELDS, SCHEMA, Reader


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
    return Reader(where, load_profile).profile(data)


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
        "face": {
            shape: {name: _short(w) for name, w in moved.items()} for shape, moved in profile.face.items()
        },
        "body": {part: list(names) for part, names in profile.body.items()},
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _channel_data(channel: Channel) -> dict[str, Any]:
    plain = Channel(channel.name)
    data = {}
    for key in sorted(CHANNEL_FIELDS):
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
