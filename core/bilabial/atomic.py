"""Files that are either whole or not there: written beside their place, then renamed into it."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import BilabialError

_FULL_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def atomic_path(path: Path | str) -> Iterator[Path]:
    """Give a path to write to; when the block ends well it becomes ``path``, otherwise nothing is left of it.

    The temporary name keeps the suffix, since some writers choose their format by it. Ctrl-C counts as an end
    that is not well. A link stays a link (its target is replaced); a device or pipe is written to directly.
    """
    named = Path(path)
    target = Path(os.path.realpath(named))
    if target.is_dir():
        raise BilabialError(f"cannot write {named}: it is a folder, so give the name of a file")
    if not target.parent.is_dir():
        raise BilabialError(f"cannot write {named}: make the folder {target.parent} first")
    direct = target.exists() and not target.is_file()
    temporary = target if direct else target.with_name(f".{secrets.token_hex(6)}.partial{target.suffix}")
    try:
        yield temporary
        if not direct:
            if target.exists():
                shutil.copymode(target, temporary)
            temporary.replace(target)
    except OSError as error:
        ours = error.filename is not None and os.fspath(error.filename) == os.fspath(temporary)
        if error.errno in _FULL_DISK:
            raise BilabialError(
                f"cannot write {named}: the disk is full, so free some space and try again"
            ) from error
        if ours:
            reason = error.strerror or str(error)
            raise BilabialError(
                f"cannot write {named}: {reason}; choose another place or mend its rights"
            ) from error
        raise
    finally:
        if not direct:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def write_atomically(path: Path | str, text: str) -> None:
    """Write a whole text file as UTF-8 with plain line feeds on every system."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
