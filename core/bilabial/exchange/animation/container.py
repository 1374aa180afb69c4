"""glTF's container: JSON with one binary buffer, as .glb or as .gltf with the buffer inside it as text."""

from __future__ import annotations

import base64
import json
import struct
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from ...atomic import atomic_path
from ...errors import FormatError
from ...json_field import Field
from ...json_text import parse_json
from ...limits import FASTEST, LARGEST_TABLE, MOST_VALUES
from ...paths import is_on_another_machine

Json = dict[str, Any]
_MAGIC, _JSON, _BIN = 0x46546C67, 0x4E4F534A, 0x004E4942
_FLOAT, _UNSIGNED_INT = 5126, 5125
_WIDTH = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
# Component types of animation data: numpy type and what a whole number is divided by to lie in -1..1.
_COMPONENTS = {
    5126: ("<f4", 1.0),
    5120: ("i1", 127.0),
    5121: ("u1", 255.0),
    5122: ("<i2", 32767.0),
    5123: ("<u2", 65535.0),
}
_WHOLE = {5121: "u1", 5123: "<u2", 5125: "<u4"}
_DATA_URI = "data:application/octet-stream;base64,"


class Builder:
    """Collects accessors over one buffer."""

    def __init__(self) -> None:
        self.accessors: list[Json] = []
        self._views: list[Json] = []
        self._bytes = bytearray()

    def floats(self, values: NDArray[np.float64], kind: str, bounds: bool = False) -> int:
        """An accessor of 32-bit floats; its index."""
        data = np.ascontiguousarray(values, "<f4").reshape(-1, _WIDTH[kind])
        accessor: Json = {"componentType": _FLOAT, "count": len(data), "type": kind}
        if bounds:
            accessor["min"] = [float(value) for value in data.min(axis=0)]
            accessor["max"] = [float(value) for value in data.max(axis=0)]
        return self._add(accessor, data.tobytes())

    def indices(self, values: NDArray[np.integer[Any]]) -> int:
        data = np.ascontiguousarray(values, "<u4").ravel()
        return self._add(
            {"componentType": _UNSIGNED_INT, "count": len(data), "type": "SCALAR"}, data.tobytes()
        )

    def zeros(self, count: int) -> int:
        """An accessor of zero vectors; glTF stores nothing for it."""
        zero = [0.0, 0.0, 0.0]
        self.accessors.append(
            {"componentType": _FLOAT, "count": count, "type": "VEC3", "min": zero, "max": zero}
        )
        return len(self.accessors) - 1

    def _add(self, accessor: Json, data: bytes) -> int:
        self._views.append({"buffer": 0, "byteOffset": len(self._bytes), "byteLength": len(data)})
        self._bytes += data
        self.accessors.append({"bufferView": len(self._views) - 1, **accessor})
        return len(self.accessors) - 1

    def write(self, document: Json, path: Path) -> None:
        """The document with this buffer: .gltf as text, anything else as .glb."""
        text_form = path.suffix.lower() == ".gltf"
        buffer: Json = {"byteLength": len(self._bytes)}
        if text_form:
            buffer["uri"] = _DATA_URI + base64.b64encode(self._bytes).decode()
        full = {
            "asset": {"version": "2.0", "generator": "Bilabial"},
            **document,
            "accessors": self.accessors,
            "bufferViews": self._views,
            "buffers": [buffer],
        }
        text = json.dumps(full, ensure_ascii=False, separators=(",", ":")).encode()
        with atomic_path(path) as temporary:
            temporary.write_bytes(text if text_form else _glb(text, bytes(self._bytes)))


class Tracks:
    """What an animation moves: nodes by key frames at the same times, straight lines between them."""

    def __init__(self, builder: Builder, times: int) -> None:
        self._builder, self._times = builder, times
        self._samplers: list[Json] = []
        self._channels: list[Json] = []

    def add(self, node: int, path: str, values: NDArray[np.float64], kind: str) -> None:
        """``path``: what of the node moves; ``kind``: the type of its accessor."""
        self._channels.append({"sampler": len(self._samplers), "target": {"node": node, "path": path}})
        output = self._builder.floats(values, kind)
        self._samplers.append({"input": self._times, "output": output, "interpolation": "LINEAR"})

    def told(self) -> Json:
        return {"samplers": self._samplers, "channels": self._channels}


def _glb(text: bytes, binary: bytes) -> bytes:
    text += b" " * (-len(text) % 4)
    binary += b"\0" * (-len(binary) % 4)
    total = 12 + 8 + len(text) + 8 + len(binary)
    return b"".join(
        (
            struct.pack("<III", _MAGIC, 2, total),
            struct.pack("<II", len(text), _JSON),
            text,
            struct.pack("<II", len(binary), _BIN),
            binary,
        )
    )


class Document:
    """A glTF file, read: its JSON, and the numbers of its accessors."""

    def __init__(self, path: Path) -> None:
        self.path = path
        data = _bytes_of(path, path)
        self._binary: bytes | None = None
        self._numbers: dict[int, NDArray[np.float64]] = {}
        self._buffers: dict[int, bytes] = {}
        text = self._unpack(data) if data[:4] == b"glTF" else data
        try:
            found = parse_json(text)
        except json.JSONDecodeError as error:
            raise FormatError(f"{path} is no glTF file: {error.msg}") from error
        self.root = Field(found, "", str(path))
        if "asset" not in self.root:
            raise FormatError(f"{path} is no glTF file: its asset entry is missing")

    def _unpack(self, data: bytes) -> bytes:
        if len(data) < 20 or struct.unpack_from("<II", data, 4) != (2, len(data)):
            raise FormatError(f"{self.path} is a damaged .glb file: its length is not what its header says")
        text = b""
        place = 12
        while place + 8 <= len(data):
            length, kind = struct.unpack_from("<II", data, place)
            chunk = data[place + 8 : place + 8 + length]
            if len(chunk) < length:
                raise FormatError(f"{self.path} is a damaged .glb file: a chunk is cut off")
            if kind == _JSON:
                text = chunk
            elif kind == _BIN:
                self._binary = chunk
            place += 8 + length
        return text

    def entries(self, name: str) -> list[Field]:
        """A list at the root; none where the file has none."""
        found = self.root.maybe(name)
        return [] if found is None else found.list()

    def entry(self, name: str, index: int) -> Field:
        """One of a list at the root, by a number that the file itself gave."""
        return self.root.get(name).entry(index)

    def numbers(self, index: int) -> NDArray[np.float64]:
        """An accessor's values, (count, width), as finite floats; normalised integers become fractions."""
        if index not in self._numbers:
            self._numbers[index] = self._read_numbers(index)
        return self._numbers[index]

    def vectors(self, index: int) -> NDArray[np.float64]:
        """Places or ways in space, (count, 3), sparse ones filled up."""
        accessor = self.entry("accessors", index)
        if accessor.get("componentType").integer() != _FLOAT or accessor.get("type").text() != "VEC3":
            raise FormatError(f"{self.path}: a mesh is packed as no 32-bit floats: export it uncompressed")
        sparse = accessor.maybe("sparse")
        if sparse is None:
            if "bufferView" not in accessor and "extensionsRequired" in self.root:
                raise FormatError(f"{self.path} is compressed: export it uncompressed")
            return self.numbers(index)
        count = accessor.get("count").integer(least=0)
        if 3 * count > MOST_VALUES:
            raise FormatError(f"{self.path}: the accessor {index} would hold {count} values: too many")
        stored = Field(
            {k: v for k, v in accessor.value.items() if k != "sparse"}, accessor.path, accessor.file
        )
        values = self._values(stored, index).copy()
        some = sparse.get("count").integer(least=0)
        at, moved = sparse.get("indices"), sparse.get("values")
        places = self._integers({**at.value, "count": some}, at)
        if some > count or (some and places.max() >= count):
            raise FormatError(f"{self.path}: the accessor {index} names values that it does not have")
        there = {**moved.value, "count": some, "type": "VEC3", "componentType": _FLOAT}
        values[places] = self._values(Field(there, moved.path, moved.file), index)
        return values

    def indices(self, index: int) -> NDArray[np.int64]:
        """Whole numbers, such as the corners of triangles."""
        accessor = self.entry("accessors", index)
        return self._integers(accessor.value, accessor)

    def _integers(self, told: Json, where: Field) -> NDArray[np.int64]:
        accessor = Field({**told, "type": "SCALAR"}, where.path, where.file)
        dtype = _WHOLE.get(accessor.get("componentType").integer())
        if dtype is None or "sparse" in accessor or "bufferView" not in accessor:
            raise FormatError(f"{self.path}: a mesh's corners are in a form that is not understood")
        return self._raw(accessor, 1, np.dtype(dtype), "corners")[:, 0].astype(np.int64)

    def _read_numbers(self, index: int) -> NDArray[np.float64]:
        return self._values(self.entry("accessors", index), index)

    def _values(self, accessor: Field, index: int) -> NDArray[np.float64]:
        width = _WIDTH.get(accessor.get("type").text())
        component = _COMPONENTS.get(accessor.get("componentType").integer())
        if width is None or component is None or "sparse" in accessor:
            raise FormatError(f"{self.path}: the accessor {index} holds data that animations do not use")
        count = accessor.get("count").integer(least=0)
        if count * width > MOST_VALUES:
            raise FormatError(f"{self.path}: the accessor {index} would hold {count} values: too many")
        if "bufferView" not in accessor:
            return np.zeros((count, width))
        raw = self._raw(accessor, width, np.dtype(component[0]), f"the accessor {index}")
        if not np.isfinite(raw).all():  # before the cast, which warns of some of them
            raise FormatError(f"{self.path}: the accessor {index} holds a value that is not finite")
        values = raw.astype(np.float64)
        return np.maximum(values / component[1], -1.0) if component[1] != 1.0 else values

    def _raw(self, accessor: Field, width: int, dtype: np.dtype[Any], name: str) -> NDArray[Any]:
        """An accessor's values as they lie in its buffer."""
        count = accessor.get("count").integer(least=0)
        if count * width > MOST_VALUES:
            raise FormatError(f"{self.path}: {name} would hold {count} values: too many")
        view = self.entry("bufferViews", accessor.get("bufferView").integer())
        start = _whole(view, "byteOffset", 0) + _whole(accessor, "byteOffset", 0)
        stride = _whole(view, "byteStride", dtype.itemsize * width)
        data = self._buffer(_whole(view, "buffer", 0))
        needed = start + stride * (count - 1) + dtype.itemsize * width if count else start
        if needed > len(data) or stride < dtype.itemsize * width:
            raise FormatError(f"{self.path}: {name} reaches past the end of its buffer")
        return np.ndarray((count, width), dtype, data, start, (stride, dtype.itemsize))

    def _buffer(self, index: int) -> bytes:
        if index not in self._buffers:
            self._buffers[index] = self._read_buffer(self.entry("buffers", index), index)
        return self._buffers[index]

    def _read_buffer(self, entry: Field, index: int) -> bytes:
        told = entry.maybe("uri")
        if told is None:
            if self._binary is None:
                raise FormatError(f"{self.path}: its binary part is missing")
            return self._binary
        return self._named(told, f"the buffer {index}")

    def image(self, index: int) -> bytes:
        """A picture of the file as it was packed: PNG, JPEG or what else a program wrote."""
        entry = self.entry("images", index)
        told = entry.maybe("uri")
        if told is not None:
            return self._named(told, f"the picture {index}")
        view = self.entry("bufferViews", entry.get("bufferView").integer())
        data, start = self._buffer(_whole(view, "buffer", 0)), _whole(view, "byteOffset", 0)
        length = view.get("byteLength").integer(least=0)
        if start + length > len(data):
            raise FormatError(f"{self.path}: the picture {index} reaches past the end of its buffer")
        return data[start : start + length]

    def _named(self, told: Field, what: str) -> bytes:
        """What a URI names: text in itself, or a file below the document's own folder."""
        uri = told.text()
        if uri.startswith("data:"):
            try:
                return base64.b64decode(uri.split(",", 1)[1], validate=True)
            except (IndexError, ValueError) as error:
                raise FormatError(f"{self.path}: {what} is damaged") from error
        name = unquote(uri)
        if "\0" in name:
            raise told.fault("is no name of a file")
        beside = self.path.parent / name
        home = self.path.parent.resolve()
        if is_on_another_machine(name, home) or not beside.resolve().is_relative_to(home):
            raise FormatError(f"{self.path}: {what}, {uri!r}, lies outside the file's own folder")
        return _bytes_of(beside, self.path)


def _bytes_of(file: Path, document: Path) -> bytes:
    """A plain file within the limits: a pipe would never end, a device neither."""
    try:
        if not file.is_file():
            raise FormatError(f"{document}: {file.name!r} is not there, or no plain file: copy it again")
        if file.stat().st_size > LARGEST_TABLE:
            raise FormatError(f"{document}: {file.name!r} is larger than {LARGEST_TABLE >> 20} MB")
        return file.read_bytes()
    except OSError as error:
        raise FormatError(f"{document}: {file.name!r} cannot be read: {error.strerror or error}") from error


def _whole(field: Field, name: str, without: int) -> int:
    found = field.maybe(name)
    return without if found is None else found.integer(least=0)


def steady_rate(times: NDArray[np.float64]) -> float:
    """Frames a second that key times lie on, or 60 where they lie on no common grid."""
    if len(times) < 2:
        return 60.0
    rate = float(1.0 / np.median(np.diff(times)))
    if rate > FASTEST:
        raise FormatError(f"the keys follow one another {rate:.3g} times a second: at most {FASTEST:g}")
    nearest = round(rate)
    return float(nearest) if nearest > 0 and abs(rate - nearest) < 0.01 * nearest else round(rate, 6)
