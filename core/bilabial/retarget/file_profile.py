"""A profile of what a VRM file says of its face: which shapes each of its expressions moves.

Where the shapes' own names say nothing, the file's expressions do: its vowels carry the terms of the profile
vrm-1 over, its lids and looks become the upper face, its moods the faces of emotions, without the vowels that
they open: the mouth is speech's. Lids and eyes leave the lips alone, so moods keep them through m, b and p.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..exchange.character_file import CharacterFile
from .body import CHEST, HEAD_PART, NECK
from .profile import RigProfile
from .profile_format import load_profile, parse_profile
from .profile_reading import SCHEMA

PARENT = "vrm-1"
_VOWELS = ("aa", "ih", "ou", "ee", "oh")
_BONES = {HEAD_PART: ("head",), NECK: ("neck",), CHEST: ("upperChest", "chest", "spine")}
# VRM's looks of both eyes, to the character's own left and right, and ARKit's shapes that make them up.
_LOOKS = {
    "lookLeft": ("eyeLookOutLeft", "eyeLookInRight"),
    "lookRight": ("eyeLookInLeft", "eyeLookOutRight"),
    "lookUp": ("eyeLookUpLeft", "eyeLookUpRight"),
    "lookDown": ("eyeLookDownLeft", "eyeLookDownRight"),
}
Weights = dict[str, float]


def profile_of(file: CharacterFile, names: tuple[tuple[str, ...], ...], title: str) -> RigProfile | None:
    """``names``: what the shapes of each mesh are called on the rig. None where none opens the lips."""
    moves = {expression: _moved(file, names, expression) for expression in file.expressions}
    if not moves.get(_VOWELS[0]):
        return None
    parent = load_profile(PARENT)
    mapping = {vowel: moves[vowel] for vowel in _VOWELS if moves.get(vowel)}
    face = _face(moves)
    spoken = {name for moved in mapping.values() for name in moved}
    moods = {name: {n: w for n, w in moved.items() if n not in spoken} for name, moved in moves.items()}
    emotions = {
        emotion: found
        for emotion, faces in parent.emotions.items()
        if (found := _mixed((moods.get(name, {}), weight) for name, weight in faces.items()))
    }
    used = dict.fromkeys(n for one in (mapping, face, emotions) for found in one.values() for n in found)
    data = {
        "schema": SCHEMA,
        "name": "own",
        "title": title,
        "derives_from": PARENT,
        "channels": {name: {} for name in used},
        "mapping": mapping,
        "emotions": emotions,
        "face": face,
        "body": body_of(file),
    }
    profile = parse_profile(json.dumps(data), title)
    eyes = {name for moved in face.values() for name in moved} - spoken
    return replace(profile, gap={**profile.gap, **dict.fromkeys(sorted(eyes), 0.0)})


def body_of(file: CharacterFile) -> dict[str, list[str]]:
    """The bones that turn the head and lift with a breath, as the file's humanoid names them."""
    found = {
        part: [file.bones[name] for name in names if name in file.bones] for part, names in _BONES.items()
    }
    return {part: bones[:1] for part, bones in found.items() if bones}


def _moved(file: CharacterFile, names: tuple[tuple[str, ...], ...], expression: str) -> Weights:
    found: Weights = {}
    for move in file.expressions[expression]:
        name = names[move.mesh][move.shape]
        if name and move.weight:
            found[name] = max(found.get(name, 0.0), move.weight)  # one name on several meshes is one channel
    return found


def _face(moves: Mapping[str, Weights]) -> dict[str, Weights]:
    """Lids and looks. What moves both eyes at once has half of it from each eye's shape."""
    both = moves.get("blink", {})
    face = {}
    for side in ("Left", "Right"):
        face[f"eyeBlink{side}"] = moves.get(f"blink{side}") or _times(both, 0.5)
    for look, shapes in _LOOKS.items():
        for shape in shapes:
            face[shape] = _times(moves.get(look, {}), 0.5)
    return {shape: found for shape, found in face.items() if found}


def _times(weights: Weights, share: float) -> Weights:
    return {name: share * weight for name, weight in weights.items()}


def _mixed(parts: Iterable[tuple[Weights, float]]) -> Weights:
    """Several expressions at once; what they share adds up to the whole shape at most."""
    found: Weights = {}
    for weights, share in parts:
        for name, weight in weights.items():
            found[name] = min(found.get(name, 0.0) + share * weight, 1.0)
    return found
