"""Files that are either whole or not there: written beside their place, put onto the disk, then renamed into
it. After a power cut the old file or the new one is there, and whichever it is, all of it.
"""

from __future__ import annotations

import errno
import os
import platform
import re
import secrets
import shutil
import stat
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import BilabialError
from .paths import fault_of_name
from .refusals import FULL_DISK

_MAY_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)  # seconds
_LONGEST_PATH = 259  # characters, where Windows has not been told to allow more
_swept: set[Path] = set()  # folders in which this process has looked for what dead ones left


@contextmanager
def atomic_path(path: Path | str) -> Iterator[Path]:
    """Give a path to write to; when the block ends well it becomes ``path``, otherwise nothing is left of it.

    The temporary name keeps the suffix, since some writers choose their format by it. Ctrl-C counts as an end
    that is not well. A link stays a link (its target is replaced); a device or pipe is written to directly.
    """
    named = Path(path)
    direct = _is_device(named)
    target = named if direct else Path(os.path.realpath(named))
    if target.is_dir():
        raise BilabialError(f"cannot write {named}: it is a folder, so give the name of a file")
    if not direct and not target.parent.is_dir():
        raise BilabialError(f"cannot write {named}: make the folder {target.parent} first")
    if not direct:
        _refuse_names_and_rights(named, target)
        sweep(target.parent)
    temporary = target if direct else target.with_name(_temporary_name(target.suffix))
    try:
        yield temporary
        if not direct:
            _put_onto_disk(temporary)
            if target.exists():
                shutil.copymode(target, temporary)
            put_in_place(temporary, target)
            with suppress(OSError):  # the new file is there and whole, whatever the disk says of its name
                _put_onto_disk(target.parent)
    except OSError as error:
        ours = error.filename is not None and os.fspath(error.filename) == os.fspath(temporary)
        if error.errno in FULL_DISK:
            raise BilabialError(
                f"cannot write {named}: the disk is full, so free some space and try again"
            ) from error
        if ours:
            reason = _too_long(temporary) or error.strerror or str(error)
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


def _refuse_names_and_rights(named: Path, target: Path) -> None:
    """A file that somebody made read-only is to stay: a rename would not ask."""
    if fault := fault_of_name(target.name):
        raise BilabialError(f"cannot write {named}: {fault}, so choose another name")
    if target.exists() and not target.stat().st_mode & _MAY_WRITE:
        raise BilabialError(
            f"cannot write {named}: it is read-only, so name another file, or mend its rights (check it out)"
        )


def put_in_place(temporary: Path, target: Path) -> None:
    """Rename one over the other. On Windows whoever has the old file open just now, to read it, to search it
    for viruses, must close it first: that is waited for."""
    for pause in _PAUSES if sys.platform == "win32" else ():
        try:
            temporary.replace(target)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    try:
        temporary.replace(target)
    except PermissionError as error:
        if sys.platform != "win32":
            raise
        raise BilabialError(
            f"cannot write {target}: another program has it open, so close it there and try again"
        ) from error


def _too_long(path: Path) -> str:
    """Windows says of such a path only that it is not there."""
    return (
        f"the path has more than {_LONGEST_PATH} characters, too many for this Windows"
        if sys.platform == "win32" and len(str(path)) > _LONGEST_PATH
        else ""
    )


def _is_device(path: Path) -> bool:
    """/dev/stdout, /dev/null, a named pipe: nothing that could be renamed."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _put_onto_disk(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk. Some disks cannot tell: let be."""
    if sys.platform == "win32" and path.is_dir():
        return  # there a folder cannot be opened; NTFS keeps its own journal of names
    handle = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno in FULL_DISK or error.errno == errno.EIO:
            raise
    finally:
        os.close(handle)


# What a killed process left. Names tell whose a temporary file is: .MACHINE-PROCESS-RANDOM.partial.json

_PARTIAL = re.compile(r"^\.([0-9a-f]{8})-(\d+)-[0-9a-f]{12}\.partial")


def _temporary_name(suffix: str) -> str:
    return f".{_machine()}-{os.getpid()}-{secrets.token_hex(6)}.partial{suffix}"


def sweep(folder: Path) -> None:
    """Remove temporary files of this machine's dead processes, once for each folder and process."""
    if folder in _swept:
        return
    _swept.add(folder)
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            found = _PARTIAL.match(entry.name) if entry.name.startswith(".") else None
            if found and found[1] == _machine() and not _lives(int(found[2])):
                with suppress(OSError):
                    os.unlink(entry.path)  # noqa: PTH108


def _machine() -> str:
    """This machine, or this container of it: where a process number means what it says."""
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    return f"{zlib.crc32(f'{platform.node()} {space}'.encode()):08x}"


def _lives(process: int) -> bool:
    if sys.platform == "win32":
        import ctypes

        query, still_active = 0x1000, 259  # PROCESS_QUERY_LIMITED_INFORMATION, STILL_ACTIVE
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(query, False, process)
        if not handle:
            return bool(kernel.GetLastError() == 5)  # access denied: it lives, and is another user's
        code = ctypes.c_ulong()
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return code.value == still_active
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return not _awaits_burial(process)


def _awaits_burial(process: int) -> bool:
    """Whether a dead process still has its number because nobody has asked how it ended (Linux tells)."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return state[:1] == ["Z"]
