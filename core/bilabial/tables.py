"""Tables from strangers, row by row: csv in UTF-8, within the limits; what is wrong is named."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from .contents import contents
from .errors import FormatError
from .limits import LARGEST_TABLE

_REMEDY = "save it as csv in UTF-8"


def read_rows(path: Path, spreadsheets: str = "") -> Iterator[tuple[int, list[str]]]:
    """Each row with the line it ends on, from 1. Rows end at line feeds, at none of Unicode's other breaks.

    ``spreadsheets`` names a column: what stands around it in the first row, comma, semicolon or tab, is what
    stands between cells. Without it that is a comma.
    """
    try:
        with _opened(path) as stream:
            between = ","
            if spreadsheets:
                between = _delimiter(stream.readline(1 << 16), spreadsheets)
                stream.seek(0)
            rows = csv.reader(stream, delimiter=between)
            for row in rows:
                yield rows.line_num, row
    except UnicodeDecodeError:
        raise FormatError(f"{path} is not UTF-8 text: {_REMEDY}") from None
    except csv.Error as error:
        raise FormatError(f"{path} is not a csv file ({error}): {_REMEDY}") from None
    except FileNotFoundError as error:
        raise FormatError(f"there is no file {path}: check the name") from error
    except IsADirectoryError as error:
        raise FormatError(f"{path} is a folder: name a csv file in it") from error
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror or error}") from error


def _opened(path: Path) -> TextIO:
    """A file is read row by row; a pipe or device, which may never end, up to the limit beforehand."""
    if path.is_file():
        if path.stat().st_size <= LARGEST_TABLE:
            return path.open(encoding="utf-8-sig", newline="")
    elif (data := contents(path, LARGEST_TABLE)) is not None:
        return io.StringIO(data.decode("utf-8-sig"), newline="")
    raise FormatError(f"{path} is larger than {LARGEST_TABLE >> 20} MB: cut it into parts")


def _delimiter(header: str, column: str) -> str:
    """Spreadsheets write what their country puts between cells; where no header tells, a comma it is."""
    for delimiter in ",;\t":
        names = [name.strip().lower() for name in header.replace('"', "").split(delimiter)]
        if column in names:
            return delimiter
    return ","
