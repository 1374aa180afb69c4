"""Tables of lines from strangers, read by the core's own reader of tables: a row, or one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from addon.bilabial.errors import FormatError
from addon.line import batch


def test_a_table_as_spreadsheets_write_it(tmp_path: Path) -> None:
    """With semicolons, a byte order mark, a separator of lines within a cell, and rows that are empty."""
    path = tmp_path / "lines.csv"
    path.write_text(
        "Character;Sound;start;text\nHead;a.wav;5;one\u2028two\n;;;\n\nLéa;b.wav;;\n", encoding="utf-8-sig"
    )
    one, two = batch.read_rows(path)
    assert (one.character, one.sound, one.start, one.text) == (
        "Head",
        tmp_path / "a.wav",
        5.0,
        "one\u2028two",
    )
    assert (two.character, two.start, two.phones) == ("Léa", 1.0, None)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "lacks the column 'character'"),
        (b"character,sound\n", "holds no line"),
        (b"character,sound,colour\nA,a.wav,red\n", "unknown column 'colour'"),
        (b"character,sound,sound\nA,a.wav,b.wav\n", "names a column twice"),
        (b"character,sound\nA,a.wav,b.wav\n", "line 2: there are more cells than columns"),
        (b"character,sound\nA,\n", "line 2: the sound is empty"),
        (b"character,sound\nA,a\0.wav\n", "zero byte"),
        (b"character,sound\nA,a\xff.wav\n", "is not UTF-8 text"),
        (b"character,sound,start\nA,a.wav,soon\n", "line 2: the start 'soon' is no number"),
        (b"character,sound,start\nA,a.wav,nan\n", "line 2: the start 'nan' is no number"),
        (b"character,sound,start\nA,a.wav,1e300\n", "line 2: the start '1e300' is no number"),
        (b'character,sound\nA,"' + b"x" * 200_000 + b'"\n', "is not a csv file"),
    ],
)
def test_what_is_wrong_is_one_sentence(content: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_bytes(content)
    with pytest.raises(FormatError) as refused:
        batch.read_rows(path)
    assert told in str(refused.value) and "\n" not in str(refused.value)


def test_a_table_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="there is no file"):
        batch.read_rows(tmp_path / "no.csv")
