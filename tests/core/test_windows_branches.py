"""What runs on Windows alone, here against a stand-in for what Windows gives: locks, and who still lives."""

from __future__ import annotations

import ctypes
import errno
import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

import bilabial.locks
from bilabial import atomic
from bilabial.errors import BilabialError


class Locking:
    """msvcrt as its manual has it: locks of bytes from where the file stands, each open file by itself."""

    LK_LOCK, LK_NBLCK, LK_UNLCK = 1, 2, 0

    def __init__(self) -> None:
        self.held: dict[tuple[int, int, int], int] = {}  # device, inode, place -> handle
        self.tries = 0
        self.yields: list[tuple[int, int, int]] = []  # locks that another process gives back meanwhile

    def locking(self, handle: int, mode: int, count: int) -> None:
        there = os.fstat(handle)
        place = there.st_dev, there.st_ino, os.lseek(handle, 0, os.SEEK_CUR)
        assert count == 1
        if mode == self.LK_UNLCK:
            if self.held.pop(place, None) != handle:
                raise OSError(errno.EACCES, "not locked")
            return
        if self.held.get(place, handle) != handle and self._is_open(self.held[place], place):
            self.tries += 1
            if place in self.yields:
                self.yields.remove(place)
                del self.held[place]
            # Ten seconds have passed, as far as this stand-in is concerned.
            raise OSError(errno.EDEADLK if mode == self.LK_LOCK else errno.EACCES, "locked by another")
        self.held[place] = handle

    @staticmethod
    def _is_open(handle: int, place: tuple[int, int, int]) -> bool:
        """A lock ends when its file is closed; another file may have the number since."""
        try:
            there = os.fstat(handle)
        except OSError:
            return False
        return (there.st_dev, there.st_ino) == place[:2]


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[ModuleType, Locking]]:
    """The module of locks as Windows would load it."""
    msvcrt = Locking()
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "msvcrt", msvcrt)
    place = importlib.util.spec_from_file_location("bilabial._locks_of_windows", bilabial.locks.__file__)
    assert place is not None and place.loader is not None
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    yield module, msvcrt


def test_a_lock_is_one_at_a_time_and_gone_when_it_is_given_back(
    windows: tuple[ModuleType, Locking], tmp_path: Path
) -> None:
    locks, _ = windows
    take = tmp_path / "a.json"
    with locks.writing(take):
        assert locks.is_held(locks.lock_beside(take))
        with pytest.raises(BilabialError, match="is being written by another process"), locks.writing(take):
            pass
    assert list(tmp_path.iterdir()) == []
    with locks.writing(take):
        pass


def test_a_lock_that_a_killed_process_left_is_taken_and_removed(
    windows: tuple[ModuleType, Locking], tmp_path: Path
) -> None:
    locks, _ = windows
    left = locks.lock_beside(tmp_path / "a.json")
    left.touch()
    assert not locks.is_held(left) and not left.exists()
    left.touch()
    locks.clear(tmp_path, ["a.json"])
    assert not left.exists()


def test_a_file_of_somebody_else_where_the_lock_would_be_stays(
    windows: tuple[ModuleType, Locking], tmp_path: Path
) -> None:
    locks, _ = windows
    other = locks.lock_beside(tmp_path / "a.json")
    other.write_text("mine")
    with locks.writing(tmp_path / "a.json"):
        pass
    assert other.read_text() == "mine"


def test_whoever_waits_for_a_journal_waits_as_long_as_it_takes(
    windows: tuple[ModuleType, Locking], tmp_path: Path
) -> None:
    """Windows gives up after ten seconds; a journal on a slow disk may be busy for longer."""
    locks, msvcrt = windows
    path = tmp_path / "journal"
    path.touch()
    with path.open("r+b") as one, path.open("r+b") as other:
        there = os.fstat(one.fileno())
        far = there.st_dev, there.st_ino, locks._FAR
        with locks.alone(one.fileno()):
            assert far in msvcrt.held
        assert far not in msvcrt.held
        msvcrt.held[far] = one.fileno()
        msvcrt.yields = [far]
        with locks.alone(other.fileno()):
            assert msvcrt.held[far] == other.fileno() and msvcrt.tries == 1
    with path.open("r+b") as closed:
        handle = closed.fileno()
    with pytest.raises(OSError, match="Bad file descriptor"), locks.alone(handle):
        pass


def kernel(handle: int, error: int, code: int) -> SimpleNamespace:
    """kernel32 that knows of one process: a handle or nought, and what GetExitCodeProcess says."""

    def exit_code(_: int, place: object) -> int:
        place._obj.value = code  # type: ignore[attr-defined]
        return 1

    return SimpleNamespace(
        OpenProcess=lambda rights, inherit, process: handle,
        GetLastError=lambda: error,
        GetExitCodeProcess=exit_code,
        CloseHandle=lambda _: 1,
    )


@pytest.mark.parametrize(
    ("handle", "error", "code", "lives"),
    [(7, 0, 259, True), (7, 0, 1, False), (0, 87, 0, False), (0, 5, 0, True)],
    ids=["still active", "ended", "no such process", "another user's"],
)
def test_what_a_dead_process_left_is_told_from_what_one_is_writing(
    handle: int, error: int, code: int, lives: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    known = SimpleNamespace(kernel32=kernel(handle, error, code))
    monkeypatch.setattr(ctypes, "windll", known, raising=False)
    left = tmp_path / f".{atomic._machine()}-12345-0123456789ab.partial.json"
    left.touch()
    atomic._swept.discard(tmp_path)
    atomic.sweep(tmp_path)
    assert left.exists() == lives


def test_a_file_is_put_onto_the_disk_and_its_folder_left_to_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There a folder cannot be opened, and a file must be open for writing to be put onto the disk."""
    opened: list[tuple[Path, int]] = []
    ours = os.open

    def watched(path: Path, flags: int, *more: int) -> int:
        opened.append((Path(path), flags))
        return ours(path, flags, *more)

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(os, "open", watched)
    atomic.write_atomically(tmp_path / "a.txt", "words\n")
    assert (tmp_path / "a.txt").read_bytes() == b"words\n"
    written = [flags for path, flags in opened if ".partial" in path.name]
    assert os.O_RDWR in written and tmp_path not in [path for path, _ in opened]
