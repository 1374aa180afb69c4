"""The safetensors format in numpy alone: named arrays behind a JSON header, never a pickle.

Layout: eight bytes of header length (little endian), the header, then the arrays end to end. The reader
trusts nothing: every offset is checked against its array's size, its neighbours and the file's length before
a byte is interpreted.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..atomic import atomic_path
from ..errors import FormatError
from ..json_text import parse_json

Array = NDArray[Any]

_TYPES: dict[str, np.dtype[Any]] = {
    "F64": np.dtype("<f8"), "F32": np.dtype("<f4"), "F16": np.dtype("<f2"),
    "I64": np.dtype("<i8"), "I32": np.dtype("<i4"), "I16": np.dtype("<i2"), "I8": np.dtype("i1"),
    "U64": np.dtype("<u8"), "U32": np.dtype("<u4"), "U16": np.dtype("<u2"), "U8": np.dtype("u1"),
    "BOOL": np.dtype("?"),
}  # fmt: skip
_NAMES = {dtype: name for name, dtype in _TYPES.items()}
_LENGTH = struct.Struct("<Q")
_LARGEST_HEADER = 16 << 20  # bytes; ours are a few kilobytes
_METADATA = "__metadata__"


def read_tensors(path: Path) -> dict[str, Array]:
    """Every array of the file, in its stored type. Raises FormatError for anything that breaks the format."""
    return read_tensors_and_metadata(path)[0]


def read_tensors_and_metadata(path: Path) -> tuple[dict[str, Array], dict[str, str]]:
    """The arrays, and the strings that the writer put beside them."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror or error}") from error
    return parse(content, str(path))


def parse(content: bytes, name: str) -> tuple[dict[str, Array], dict[str, str]]:
    """The same from bytes that are already in memory; ``name`` is what messages call them."""
    header, data = _split(content, name)
    metadata = header.pop(_METADATA, {})
    if not _are_strings(metadata):
        raise _broken(name, "its metadata is not a table of strings")
    tensors: dict[str, Array] = {}
    spans: list[tuple[int, int, str]] = []
    for key, entry in header.items():
        dtype, shape, start, stop = _entry(entry, key, name)
        if stop > len(data):
            raise _broken(name, f"the array {key!r} runs past the end of the file")
        if stop - start != math.prod(shape) * dtype.itemsize:
            raise _broken(name, f"the array {key!r} does not fill its own bytes")
        spans.append((start, stop, key))
        tensors[key] = np.frombuffer(data[start:stop], dtype=dtype).reshape(shape)
    _check_tiling(spans, len(data), name)
    return tensors, metadata


def write_tensors(
    path: Path, tensors: Mapping[str, Array], metadata: Mapping[str, str] | None = None
) -> None:
    """Write the file whole or not at all. The same arrays always give the same bytes."""
    content = dump(tensors, metadata)
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)


def dump(tensors: Mapping[str, Array], metadata: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a file. Widest types come first so that every array lies on its own alignment."""
    header: dict[str, Any] = {_METADATA: dict(sorted(metadata.items()))} if metadata else {}
    chunks: list[bytes] = []
    offset = 0
    for name in sorted(tensors, key=lambda key: (-tensors[key].dtype.itemsize, key)):
        array = tensors[name]
        little = array.dtype.newbyteorder("<")
        if name == _METADATA or little not in _NAMES:
            raise FormatError(
                f"the array {name!r} of type {array.dtype} has no place in a safetensors file: convert it"
            )
        chunk = array.astype(little, order="C", copy=False).tobytes()
        header[name] = {
            "dtype": _NAMES[little],
            "shape": list(array.shape),
            "data_offsets": [offset, offset + len(chunk)],
        }
        chunks.append(chunk)
        offset += len(chunk)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([_LENGTH.pack(len(text)), text, *chunks])


def _split(content: bytes, name: str) -> tuple[dict[str, Any], memoryview]:
    if len(content) < _LENGTH.size:
        raise _broken(name, "it is too short to hold a header")
    (length,) = _LENGTH.unpack_from(content)
    if length > min(_LARGEST_HEADER, len(content) - _LENGTH.size):
        raise _broken(name, "its header is longer than the file")
    try:
        header = parse_json(content[_LENGTH.size : _LENGTH.size + length], object_pairs_hook=_unique)
    except ValueError as error:
        raise _broken(name, "its header is not valid JSON with unique names") from error
    if not isinstance(header, dict):
        raise _broken(name, "its header is not a table")
    return header, memoryview(content)[_LENGTH.size + length :]


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a name occurs twice")
    return table


def _entry(entry: object, key: str, name: str) -> tuple[np.dtype[Any], tuple[int, ...], int, int]:
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise _broken(name, f"the array {key!r} is not described by a type, a shape and two offsets")
    dtype = _TYPES.get(entry["dtype"]) if isinstance(entry["dtype"], str) else None
    if dtype is None:
        raise _broken(name, f"the array {key!r} has the unknown type {entry['dtype']!r}")
    shape, offsets = entry["shape"], entry["data_offsets"]
    if not _are_sizes(shape) or not _are_sizes(offsets) or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise _broken(name, f"the array {key!r} has an impossible shape or place")
    return dtype, tuple(shape), offsets[0], offsets[1]


def _check_tiling(spans: list[tuple[int, int, str]], size: int, name: str) -> None:
    position = 0
    for start, stop, key in sorted(spans):
        if start != position:
            raise _broken(name, f"the array {key!r} leaves a gap or overlaps its neighbour")
        position = stop
    if position != size:
        raise _broken(name, f"{size - position} bytes at its end belong to no array")


def _are_sizes(value: object) -> bool:
    return isinstance(value, list) and all(type(item) is int and 0 <= item < 1 << 48 for item in value)


def _are_strings(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _broken(name: str, reason: str) -> FormatError:
    return FormatError(f"{name} is not a sound safetensors file: {reason}; fetch or export it again")
