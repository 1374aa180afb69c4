"""Points moved the last pixels: the lips' line into the picture's dark, wide drawn eyes to their outline.

Landmarks come from networks that saw photographs. On a drawing they lie near the mouth, not on it; and of
closed full lips they sometimes say that they stand open.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .drawn_mouth import outlined, stroked
from .fitting import still_gap
from .points import FacePoints, resampled

Floats = NDArray[np.float64]
Picture = NDArray[np.uint8]

_COLUMNS = 49  # places along the mouth at which its line is sought
_REACH = 0.26  # of the mouth's width: how far from the points
_STIFF = 0.35  # what a step up or down costs, of the line's depth
_FAINT = 4.0  # of 255: a line less dark than this is none
_DARKER, _PALER = 0.30, 0.055  # how far from the lips' in brightness or in redness the mouth's inside is
_WHITER, _OF_GAP = 0.55, 0.3  # teeth: of the lips' redness; of what lies between the lips, at least
_RED = 0.03  # of the lips: paler ones tell nothing about teeth
_SKIN = 0.045  # of redness: what differs less from the cheek's is skin
_DARK = 0.55  # of the skin's brightness: what is darker is a line around the eye
_TALLER = 1.6  # times the found height: up to here the landmarks are believed
_WIDEST = 2.2  # times half the found width: how far out an eye may reach


def settled(points: FacePoints, picture: Picture) -> FacePoints:
    """The points as the mesh wants them. Open lips stay where they are; eyes placed by hand too."""
    if not points.by_hand:
        points = _wide_eyes(points, picture)
    drawn = outlined(points, picture)
    if drawn is None and not points.by_hand:  # a person knows where the corners are
        drawn = stroked(points, picture)
    if drawn is not None:
        return drawn
    line = _line_between(points)
    down = np.array((-np.sin(points.roll), np.cos(points.roll)))
    reach = _REACH * points.mouth_width
    steps = np.arange(-np.ceil(reach), np.ceil(reach) + 1)
    at = line[:, None] + steps[None, :, None] * down
    grey = _colours(picture, at).mean(-1)
    path = _darkest_path(grey, steps)
    depth = float(
        np.median(np.quantile(grey, 0.8, axis=1) - np.take_along_axis(grey, path[:, None], 1)[:, 0])
    )
    found = line + _smooth(steps[path])[:, None] * down if depth >= _FAINT else line
    open_ = still_gap(points) > 0
    if open_ and (_teeth_between(points, picture) or not _lips_meet(points, picture, found, down)):
        return points
    lines = {**points.lines, "seamUpper": found, "seamLower": found}
    if not _between_borders(points, found, down):  # a drawn line has no red around it
        lines = {name: line for name, line in lines.items() if name not in ("lipTop", "lipBottom")}
    return replace(points, lines=lines)


def _between_borders(points: FacePoints, seam: Floats, down: Floats) -> bool:
    if "lipTop" not in points.lines or "lipBottom" not in points.lines:
        return True
    top, bottom = (resampled(points.lines[name], 3)[1] @ down for name in ("lipTop", "lipBottom"))
    middle = float(seam[len(seam) // 2] @ down)
    slack = 0.15 * float(bottom - top)
    return float(top) + slack < middle < float(bottom) - slack


def _line_between(points: FacePoints) -> Floats:
    upper, lower = (resampled(points.lines[name], _COLUMNS) for name in ("seamUpper", "seamLower"))
    return (upper + lower) / 2


def _colours(picture: Picture, at: Floats) -> Floats:
    """RGB at places, 0..255, blurred a little against grain."""
    height, width = picture.shape[:2]
    x = np.clip(np.rint(at[..., 0]).astype(int), 1, width - 2)
    y = np.clip(np.rint(at[..., 1]).astype(int), 1, height - 2)
    return np.asarray(sum(picture[y, x + i, :3].astype(np.float64) for i in (-1, 0, 1)) / 3, np.float64)


def _darkest_path(grey: Floats, steps: Floats) -> NDArray[np.int64]:
    """From corner to corner through the darkest places, one row for each column, without jumps."""
    columns, rows = grey.shape
    contrast = float(np.median(grey.max(1) - grey.min(1))) + 1e-6
    stray = 0.6 * contrast * (np.abs(steps) / max(float(np.abs(steps).max()), 1.0)) ** 3
    jumps = _STIFF * contrast * np.abs(np.arange(rows)[:, None] - np.arange(rows)[None])
    cost = grey + stray
    best, came = cost[0], np.zeros((columns, rows), np.int64)
    for column in range(1, columns):
        through = best[None] + jumps
        came[column] = through.argmin(1)
        best = cost[column] + through.min(1)
    path = np.empty(columns, np.int64)
    path[-1] = int(best.argmin())
    for column in range(columns - 1, 0, -1):
        path[column - 1] = came[column, path[column]]
    return path


def _smooth(offset: Floats) -> Floats:
    padded = np.pad(offset, 3, mode="edge")
    kernel = np.array((1, 2, 3, 4, 3, 2, 1)) / 16
    return np.asarray(np.convolve(padded, kernel, mode="valid"), np.float64)


def _lips_meet(points: FacePoints, picture: Picture, line: Floats, down: Floats) -> bool:
    """Whether what lies around the darkest line is lips, and not the inside of a mouth: a line is thin."""
    middle = line[_COLUMNS // 3 : -(_COLUMNS // 3)]
    width = points.mouth_width
    steps = np.arange(-0.25 * width, 0.25 * width + 1)
    colours = _colours(picture, middle[:, None] + steps[None, :, None] * down)
    lip = _lip_colour(points, picture)
    other = np.abs(colours - lip).mean(-1) > _DARKER * 255
    other |= np.abs(_redness(colours) - _redness(lip)) > _PALER
    centre = len(steps) // 2
    thick = [_run(column, centre) for column in other]
    return float(np.median(thick)) < 0.5 * still_gap(points)


def _teeth_between(points: FacePoints, picture: Picture) -> bool:
    """Whether a smile shows teeth: the darkest line is thin there too, and has the upper lip above it."""
    upper, lower = (resampled(points.lines[name], _COLUMNS) for name in ("seamUpper", "seamLower"))
    middle = slice(_COLUMNS // 3, -(_COLUMNS // 3))
    share = np.linspace(0.1, 0.9, 17)[None, :, None]
    colours = _colours(picture, upper[middle, None] + (lower - upper)[middle, None] * share)
    lip = float(_redness(_lip_colour(points, picture)))
    return lip > _RED and float(np.median((_redness(colours) < _WHITER * lip).mean(1))) >= _OF_GAP


def _lip_colour(points: FacePoints, picture: Picture) -> Floats:
    lips = [
        _colours(picture, _between(points, *pair))
        for pair in (("lipTop", "seamUpper"), ("seamLower", "lipBottom"))
    ]
    return np.asarray(np.median(np.concatenate(lips), axis=0), np.float64)


def _redness(colours: Floats) -> Floats:
    """Of a colour, whatever its brightness."""
    return np.asarray((colours[..., 0] - colours[..., 1]) / np.maximum(colours.sum(-1), 30.0), np.float64)


def _between(points: FacePoints, first: str, second: str) -> Floats:
    """The middle of a lip, between two lines, without its ends."""
    if first not in points.lines or second not in points.lines:
        return resampled(points.lines["seamUpper"], 9)[3:6]
    return (resampled(points.lines[first], 9) + resampled(points.lines[second], 9))[3:6] / 2


def _run(flags: NDArray[np.bool_], centre: int) -> int:
    """How many flags around the centre are up without a gap of more than one."""
    near = next(
        (i for d in range(4) for i in (centre - d, centre + d) if 0 <= i < len(flags) and flags[i]), None
    )
    if near is None:
        return 0
    low = high = near
    while low > 0 and (flags[low - 1] or (low > 1 and flags[low - 2])):
        low -= 1
    while high < len(flags) - 1 and (flags[high + 1] or (high < len(flags) - 2 and flags[high + 2])):
        high += 1
    return high - low + 1


def _wide_eyes(points: FacePoints, picture: Picture) -> FacePoints:
    """Lids moved out to where the skin begins, where an eye is far taller than found: the eyes of drawings.

    A dark line over the eye lies inside of it then, and the lid's skin closes over it; the one below stays
    outside.
    """
    lines = dict(points.lines)
    right = np.array((np.cos(points.roll), np.sin(points.roll)))
    down = np.array((-right[1], right[0]))
    angle = np.linspace(np.pi, 0, 13)
    along, arch = np.cos(angle)[:, None], (np.sin(angle) ** 1.1)[:, None]
    for side in ("Left", "Right"):
        upper, lower = lines[f"eye{side}Upper"], lines[f"eye{side}Lower"]
        centre, across = points.eye(side), float(np.linalg.norm(upper[-1] - upper[0])) / 2
        tall = float(np.ptp(np.concatenate((upper, lower)) @ down)) / 2
        skin = np.median(
            _colours(picture, centre + np.linspace(1.6, 2.2, 9)[:, None] * across * down), axis=0
        )
        ends = [
            _edge_of_eye(picture, centre, way, start, across, skin)
            for way, start in ((-right, across), (right, across), (-down, tall), (down, tall))
        ]
        if None in ends:
            return points
        (left, _), (far, _), (_, top), (bottom, _) = (end for end in ends if end is not None)
        if top + bottom < _TALLER * 2 * tall:
            return points
        middle = centre + right * (far - left) / 2
        lines[f"eye{side}Upper"] = middle + along * right * (far + left) / 2 - arch * down * top
        lines[f"eye{side}Lower"] = middle + along * right * (far + left) / 2 + arch * down * bottom
    # Brows found for a person's small eyes lie on the large ones.
    return replace(points, lines={name: line for name, line in lines.items() if not name.startswith("brow")})


def _edge_of_eye(
    picture: Picture, centre: Floats, way: Floats, start: float, across: float, skin: Floats
) -> tuple[float, float] | None:
    """Pixels from the centre to the line around an eye, and to the skin beyond; None without skin."""
    away = np.arange(0.7 * start, _WIDEST * across, 0.5)
    colours = _colours(picture, centre + away[:, None] * way)
    light = colours.mean(-1) / max(float(skin.mean()), 1.0)
    is_skin = (np.abs(_redness(colours) - _redness(skin)) < _SKIN) & (light > 0.62) & (light < 1.35)
    needed = max(2, int(0.12 * across / 0.5))
    runs = np.convolve(is_skin, np.ones(needed), mode="valid")
    begins = np.flatnonzero(runs >= needed - 0.5)
    if not len(begins):
        return None
    skin_at = int(begins[0])
    line_at = skin_at
    while line_at > 0 and light[line_at - 1] < _DARK:
        line_at -= 1
    return float(away[line_at]), float(away[skin_at])
