"""The weights' format: what is written is read back, the reference library agrees, and damage is refused."""

from __future__ import annotations

import contextlib
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from bilabial.errors import FormatError
from bilabial.models.safetensors import dump, parse, read_tensors, write_tensors

DTYPES = ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?")


def arrays() -> st.SearchStrategy[np.ndarray]:
    shapes = npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5)
    return st.sampled_from(DTYPES).flatmap(lambda dtype: npst.arrays(np.dtype(dtype), shapes))


@given(st.dictionaries(st.text(min_size=1, max_size=8), arrays(), max_size=5))
def test_round_trip(tensors: dict[str, np.ndarray]) -> None:
    tensors.pop("__metadata__", None)
    back, _ = parse(dump(tensors), "made here")
    assert set(back) == set(tensors)
    for name, array in tensors.items():
        assert back[name].dtype == array.dtype
        assert back[name].tobytes() == np.ascontiguousarray(array).tobytes()
        assert back[name].shape == array.shape


def test_the_reference_library_reads_ours_and_we_read_its(tmp_path: Path) -> None:
    reference = pytest.importorskip("safetensors.numpy")
    random = np.random.default_rng(1)
    tensors = {
        "weight": random.standard_normal((3, 5)).astype(np.float16),
        "bias": random.standard_normal(7).astype(np.float32),
        "ids": np.arange(5, dtype=np.int64),
        "none": np.zeros((0, 4), np.float32),
    }
    write_tensors(tmp_path / "ours", tensors, {"made": "here"})
    (tmp_path / "theirs").write_bytes(reference.save(tensors))
    for back in (reference.load_file(tmp_path / "ours"), read_tensors(tmp_path / "theirs")):
        assert set(back) == set(tensors)
        for name, array in tensors.items():
            assert back[name].dtype == array.dtype
            np.testing.assert_array_equal(back[name], array)


def test_the_same_arrays_give_the_same_bytes() -> None:
    one = {"b": np.ones(3, np.float32), "a": np.zeros((2, 2), np.float16)}
    assert dump(one) == dump(dict(reversed(one.items())))


def file_of(header: Any, data: bytes = b"\0" * 8) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def entry(start: int, stop: int, shape: list[Any] | None = None, dtype: str = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": [2] if shape is None else shape, "data_offsets": [start, stop]}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "too short"),
        (b"\xff" * 20, "longer than the file"),
        (file_of(b"{"), "JSON"),
        (file_of(b"[" * 100_000), "JSON"),
        (file_of([]), "not a table"),
        (file_of(b'{"a":1,"a":2}'), "unique"),
        (file_of({"a": 1}), "not described"),
        (file_of({"a": entry(0, 8) | {"extra": 1}}), "not described"),
        (file_of({"a": entry(0, 8, dtype="PICKLE")}), "unknown type"),
        (file_of({"a": entry(0, 8) | {"dtype": ["F32"]}}), "unknown type"),
        (file_of({"a": entry(8, 0)}), "impossible"),
        (file_of({"a": entry(-8, 0)}), "impossible"),
        (file_of({"a": entry(0, 8, shape=[-2])}), "impossible"),
        (file_of({"a": entry(0, 8, shape=[True])}), "impossible"),
        (file_of({"a": entry(0, 8, shape=[3])}), "does not fill"),
        (file_of({"a": entry(0, 16, shape=[4])}), "past the end"),
        (file_of({"a": entry(0, 8), "b": entry(4, 8, shape=[1])}), "overlaps"),
        (file_of({"a": entry(4, 8, shape=[1])}), "gap"),
        (file_of({"a": entry(0, 4, shape=[1])}), "belong to no array"),
        (file_of({"__metadata__": {"a": 1}}, b""), "metadata"),
    ],
)
def test_damage_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(FormatError, match=reason):
        parse(content, "weights.safetensors")


@given(st.data())
def test_no_damage_escapes_as_anything_but_a_format_error(data: st.DataObject) -> None:
    whole = bytearray(dump({"a": np.arange(6, dtype=np.float32), "b": np.zeros((2, 3), np.int8)}))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    with contextlib.suppress(FormatError):
        parse(bytes(whole[:cut]), "damaged")


def test_a_missing_file_names_itself(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="absent"):
        read_tensors(tmp_path / "absent")


def test_what_has_no_place_in_the_format_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="complex"):
        write_tensors(tmp_path / "file", {"a": np.zeros(2, np.complex64)})
    assert not list(tmp_path.iterdir())
