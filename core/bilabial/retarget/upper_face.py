"""The upper face of a rig whose profile has none: brows, lids and eyes by the names of another set.

Many an avatar speaks by visemes and blinks by shapes of ARKit, VRM or its maker. Speech stays the profile's;
what its channels cannot show of the upper face is shown by the set that covers most of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from ..expression.compose import face_matrix
from ..expression.names import BROWS, LIDS, SHAPES, UPPER_FACE
from .names import match
from .profile import RigProfile
from .profile_format import available_profiles, load_profile

_LEAST = 2  # shapes that a set must cover: one name alone may be chance


def borrowed(profile: RigProfile, shape_keys: Iterable[str]) -> tuple[RigProfile, Mapping[str, str]] | None:
    """A profile of upper-face channels alone, and the rig's name of each; None where nothing is lacking, or
    no set has what is.
    """
    lacking = frozenset(UPPER_FACE) - _shown(profile)
    if not lacking.intersection((*BROWS, *LIDS)) and lacking != frozenset(UPPER_FACE):
        return None
    found = _best(lacking, tuple(shape_keys), profile.name)
    if found is None:
        return None
    name, pairs = found
    matched = dict(pairs)
    return load_profile(name).only(matched), matched


def _shown(profile: RigProfile) -> frozenset[str]:
    """The shapes of the face that a profile's channels show."""
    matrix = face_matrix(profile)
    return frozenset(shape for shape, row in zip(SHAPES, matrix, strict=True) if row.any())


@lru_cache(maxsize=64)  # a panel asks at every step
def _best(
    lacking: frozenset[str], shape_keys: tuple[str, ...], but: str
) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    best: tuple[int, str, tuple[tuple[str, str], ...]] | None = None
    for name in available_profiles():
        other = load_profile(name)
        shows = _of_upper_face(other, lacking) if name != but else {}
        wanted = {channel: other.channels[channel].all_names for channel in shows}
        found = match(wanted, shape_keys).found if wanted else {}
        covered = {shape for channel in found for shape in shows[channel]}
        if len(covered) >= _LEAST and (best is None or len(covered) > best[0]):
            best = len(covered), name, tuple(found.items())
    return best[1:] if best is not None else None


def _of_upper_face(profile: RigProfile, lacking: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Shape-key channels that speech leaves alone and that show what is lacking: which of it."""
    matrix, driven = face_matrix(profile), set(profile.driven)
    shows = {}
    for column, (name, channel) in enumerate(profile.channels.items()):
        shapes = tuple(SHAPES[row] for row in matrix[:, column].nonzero()[0])
        if channel.kind == "shape_key" and name not in driven and lacking.intersection(shapes):
            shows[name] = shapes
    return shows
