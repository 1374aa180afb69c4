"""Locks that end with their holder: one on a list, one on a take.

A lock is a small file beside what it guards, held by the system and not by its being there: whatever becomes
of the process, killed or without power, the next one takes it. It is removed when it is given back.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import BilabialError
from .refusals import FULL_DISK

_LONGEST = 240  # bytes of a name that has room for more
_NO_LOCKS_HERE = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}  # some network disks


def lock_beside(path: Path) -> Path:
    """Where the lock of a file lies: hidden, in the folder of the file itself, not of a link to it."""
    real = Path(os.path.realpath(path))
    return real.with_name(_name_of_lock(real.name))


def _name_of_lock(name: str) -> str:
    """A disk takes names of 255 bytes, and the longest of them leave no room beside themselves."""
    whole = os.fsencode(name)
    return f".{name}.lock" if len(whole) <= _LONGEST else f".{hashlib.sha256(whole).hexdigest()[:32]}.lock"


@contextmanager
def locked(path: Path, busy: str) -> Iterator[None]:
    """Hold the lock file ``path``. Raises BilabialError with the sentence ``busy`` where another has it."""
    with _held(_taken(path), path, busy):
        yield


@contextmanager
def _held(handle: int | None, path: Path, busy: str) -> Iterator[None]:
    if handle is None:
        raise BilabialError(busy)
    try:
        yield
    finally:
        _give_back(handle, path)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Be the only one of Bilabial's processes that works on the file to be written. Devices need no lock."""
    real = Path(os.path.realpath(path))
    if not real.parent.is_dir() or (path.exists() and not path.is_file()):
        yield  # whoever writes says what is wrong with that
        return
    busy = f"{path} is being written by another process: wait for it, or end it, and try again"
    lock = lock_beside(path)
    try:
        handle = _taken(lock)
    except OSError as error:
        if error.errno in FULL_DISK:
            raise
        raise BilabialError(
            f"cannot write {path}: {error.strerror or error}; choose another place or mend its rights"
        ) from error
    with _held(handle, lock, busy):
        yield


def is_held(path: Path) -> bool:
    """Whether a process holds this lock file now."""
    if not path.exists():
        return False
    handle = _taken(path)
    if handle is None:
        return True
    _give_back(handle, path)
    return False


def clear(folder: Path, files: Iterable[str]) -> None:
    """Remove the locks that killed processes left of these files of a folder; held ones stay."""
    names = {_name_of_lock(name) for name in files}
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in names:
                is_held(Path(entry.path))  # a lock that can be taken goes as it is given back


def _taken(path: Path) -> int | None:
    """The open lock; None where another process has it."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    while True:
        handle = os.open(path, flags, 0o666)
        try:
            if not _lock(handle):
                os.close(handle)
                return None
            if _is_named(handle, path):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # its last holder removed it between our opening and our locking: once more


def _give_back(handle: int, path: Path) -> None:
    """Removed while it is still held, and only if it is empty: a file of somebody else's stays."""
    empty = os.fstat(handle).st_size == 0
    if sys.platform == "win32":
        os.close(handle)  # an open file cannot be removed there
        with suppress(OSError):
            if empty:
                path.unlink()
        return
    with suppress(OSError):
        if empty and _is_named(handle, path):
            path.unlink()
    os.close(handle)


def _is_named(handle: int, path: Path) -> bool:
    try:
        there = path.lstat()
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(handle), there)


if sys.platform == "win32":
    import msvcrt

    _STILL_BUSY = {errno.EACCES, errno.EDEADLK}  # it gives up after ten seconds
    _FAR = 1 << 40  # a byte that no file of ours reaches: others may read on while it is locked

    def _lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    @contextmanager
    def alone(handle: int) -> Iterator[None]:
        """Wait until no other process is in this block with the same file open."""
        while True:
            os.lseek(handle, _FAR, os.SEEK_SET)
            try:
                msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
                break
            except OSError as error:
                if error.errno not in _STILL_BUSY:
                    raise
        try:
            yield
        finally:
            os.lseek(handle, _FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in _NO_LOCKS_HERE:
                raise
        return True

    @contextmanager
    def alone(handle: int) -> Iterator[None]:
        """Wait until no other process is in this block with the same file open."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in _NO_LOCKS_HERE:
                raise
        try:
            yield
        finally:
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_UN)
