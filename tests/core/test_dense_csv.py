"""The dense table: its header word for word, its rounding, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bilabial.errors import FormatError
from bilabial.exchange.dense_csv import lines, read_dense_csv, write_dense_csv

PUBLISHED = (
    "time,Jaw,Lip,Ah,Aa,Eh,Ee,Ih,Oh,Uh,U,Eu,Schwa,LNTD,GK,MBP,R,WA_PEDAL,JY,S,ShChZh,Th,FV,"
    "Ya,Ja,Ra,FVa,LNTDa,MBPa,Wa,Tha,GKa"
)


def test_header_and_rows_are_as_published() -> None:
    dense = np.zeros((3, 31), np.float32)
    dense[1, 0], dense[1, 14], dense[2, 30] = 0.6, 1.0, 0.12345
    text = "".join(lines(dense)).splitlines()
    assert text[0] == PUBLISHED
    assert text[1] == "0.00" + ",0" * 31
    assert text[2].split(",")[:2] == ["0.01", "0.6"] and text[2].split(",")[15] == "1"
    assert text[3].split(",")[0] == "0.02" and text[3].split(",")[-1] in ("0.1234", "0.1235")


@given(arrays.arrays(np.float32, (7, 31), elements=st.floats(-0.5, 1.5, width=32)))
def test_every_value_is_within_the_unit_range_and_close(dense: np.ndarray) -> None:
    table = np.array([line.split(",") for line in "".join(lines(dense)).splitlines()[1:]], float)
    np.testing.assert_allclose(table[:, 1:], np.clip(dense, 0, 1), atol=0.50001e-4)
    np.testing.assert_allclose(table[:, 0], np.arange(7) / 100)


def test_a_long_table_comes_back(tmp_path: Path) -> None:
    dense = np.random.default_rng(0).random((9000, 31)).astype(np.float32)
    write_dense_csv(dense, tmp_path / "a.csv")
    np.testing.assert_allclose(read_dense_csv(tmp_path / "a.csv"), dense, atol=1e-4)
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("Jaw,Lip", "Lip,Jaw"), "first line must be"),
        (lambda text: "", "first line must be"),
        (lambda text: text.replace("0.01,", "0.01,x,", 1), "line 3"),
        (lambda text: text.replace("0.01,0", "0.01,nan", 1), "line 3"),
        (lambda text: text + "0.03,1\n", "line 5"),
    ],
)
def test_a_wrong_table_is_refused(tmp_path: Path, change, message: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "a.csv"
    path.write_text(change("".join(lines(np.zeros((3, 31), np.float32)))))
    with pytest.raises(FormatError, match=message):
        read_dense_csv(path)


def test_a_wrong_shape_is_refused() -> None:
    with pytest.raises(FormatError, match="shape"):
        list(lines(np.zeros((3, 30), np.float32)))
