"""Which side of a face a channel's name marks."""

from __future__ import annotations

# Marks of a side at a name's end, and those that are safe to look for inside it.
_SIDES_AT_END = (("Left", "Right"), ("_L", "_R"), (".L", ".R"), ("_l", "_r"), ("L", "R"))
_SIDES_INSIDE = (("Left", "Right"), ("_L_", "_R_"), (".L.", ".R."))


def other_sides(name: str) -> list[str]:
    """What the same thing would be called on the other side of the face, likeliest first."""
    found = []
    for left, right in _SIDES_AT_END:
        for this, that in ((left, right), (right, left)):
            if name.endswith(this):
                found.append(name[: -len(this)] + that)
    for left, right in _SIDES_INSIDE:
        for this, that in ((left, right), (right, left)):
            if this in name:
                found.append(that.join(name.rsplit(this, 1)))
    return found


def side_of(name: str) -> str | None:
    """ "left", "right" or None, by the usual marks in a channel's name."""
    for marks, found in ((_SIDES_AT_END, name.endswith), (_SIDES_INSIDE, name.__contains__)):
        for left, right in marks:
            if found(left) or found(right):
                return "left" if found(left) else "right"
    return None
