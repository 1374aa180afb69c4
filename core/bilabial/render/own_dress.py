"""What a head of one's own brings beside its shape: colours of its textures, and how much turns with it."""

from __future__ import annotations

import io
import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..errors import FormatError
from ..exchange.animation.container import Document
from ..json_field import Field

Floats = NDArray[np.float64]

_MOST_PIXELS = 1 << 26  # of a picture: 8192 by 8192
_SIDE = 512  # pixels to which a texture is averaged: a vertex stands for more than one of its texels
_WHOLE_NUMBERS = {5121: 255.0, 5123: 65535.0}  # by which numbers() divides
_HEAD = re.compile(r"(?:^|[^a-z])head(?:$|[^a-z])|^head|head$")


class Wardrobe:
    """The textures and the skins of one file, each read once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._textures: dict[int, Floats | None] = {}
        self._with_head: dict[int, NDArray[np.bool_] | None] = {}

    def colours(self, primitive: Field, shaded: Field | None, factor: Floats, count: int) -> Floats:
        """(count, 3), linear: the material's colour, times its texture where it has one."""
        plain = np.tile(factor, (count, 1))
        told = None if shaded is None else shaded.maybe("baseColorTexture")
        if told is None:
            return plain
        texture = self._document.entry("textures", told.get("index").integer())
        source = texture.maybe("source")
        which = told.maybe("texCoord")
        place = primitive.get("attributes").maybe(
            f"TEXCOORD_{0 if which is None else which.integer(least=0)}"
        )
        if source is None or place is None:
            return plain
        uv = self._document.numbers(place.integer())
        picture = self._picture(source.integer())
        if picture is None or uv.shape != (count, 2):
            return plain
        height, width = picture.shape[:2]
        columns, rows = (uv % 1.0 * (width, height)).astype(np.int64).T
        result: Floats = plain * picture[np.minimum(rows, height - 1), np.minimum(columns, width - 1)]
        return result

    def _picture(self, index: int) -> Floats | None:
        """Linear colours, (rows, columns, 3); None where nothing is installed that reads pictures."""
        if index not in self._textures:
            self._textures[index] = _linear(self._document.image(index), f"{self._document.path}: a texture")
        return self._textures[index]

    def turns(self, node: Field, primitive: Field, count: int) -> Floats:
        """(count,) how much of the head's turn each vertex takes part in: all, where no skin says."""
        skin = node.maybe("skin")
        attributes = primitive.get("attributes")
        joints, weights = attributes.maybe("JOINTS_0"), attributes.maybe("WEIGHTS_0")
        if skin is None or joints is None or weights is None:
            return np.ones(count)
        with_head = self._heads(skin.integer())
        if with_head is None:
            return np.ones(count)
        at, index = self._document.numbers(joints.integer()), joints.integer()
        kind = self._document.entry("accessors", index).get("componentType").integer()
        at = np.rint(at * _WHOLE_NUMBERS.get(kind, 1.0)).astype(np.int64)
        share = self._document.numbers(weights.integer())
        if (
            at.shape != (count, 4)
            or share.shape != at.shape
            or at.min(initial=0) < 0
            or at.max(initial=0) >= len(with_head)
        ):
            raise FormatError(
                f"{self._document.path}: a skin names joints that it does not have: export it again"
            )
        whole = share.sum(axis=1)
        mine = (share * with_head[at]).sum(axis=1)
        result: Floats = np.where(whole > 1e-6, mine / np.maximum(whole, 1e-6), 1.0)
        return result

    def _heads(self, skin: int) -> NDArray[np.bool_] | None:
        """For each joint of a skin whether it goes with the head; None where no joint is called so."""
        if skin not in self._with_head:
            joints = [joint.integer() for joint in self._document.entry("skins", skin).get("joints").list()]
            below = _below(self._document)
            found = np.array([joint in below for joint in joints], bool)
            self._with_head[skin] = found if found.any() and not found.all() else None
        return self._with_head[skin]


def _below(document: Document) -> frozenset[int]:
    """The nodes that are called head, and all that hang from them."""
    nodes = document.entries("nodes")
    waiting = []
    for index, node in enumerate(nodes):
        name = node.maybe("name")
        if name is not None and _HEAD.search(name.text().lower()):
            waiting.append(index)
    found: set[int] = set()
    while waiting:
        index = waiting.pop()
        if index not in found and index in range(len(nodes)):
            found.add(index)
            children = nodes[index].maybe("children")
            waiting += [] if children is None else [child.integer() for child in children.list()]
    return frozenset(found)


def _linear(data: bytes, name: str) -> Floats | None:
    try:
        from PIL import Image
    except ImportError:
        return None
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise FormatError(f"{name} has {picture.width} by {picture.height} pixels: make it smaller")
            picture.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
            coded = np.asarray(picture.convert("RGB"), np.uint8)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise FormatError(f"{name} cannot be read: export the head with PNG or JPEG textures") from error
    return _from_srgb()[coded]


@lru_cache(maxsize=1)
def _from_srgb() -> Floats:
    """Light for each of the 256 steps of a picture's colour."""
    step = np.arange(256) / 255.0
    return np.where(step <= 0.04045, step / 12.92, ((step + 0.055) / 1.055) ** 2.4)
