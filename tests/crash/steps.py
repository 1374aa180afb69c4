"""Every step by which a command changes a disk, counted; the machine can be stopped before any of them.

Inside the process that is to die, each call that changes what a disk holds (opening to write, putting onto
the disk, renaming, removing, making a folder, locking, which is beside every line of a journal) is a step.
Before the chosen one the process is killed; or the power is cut, and then what was not put onto the disk is
lost as well: contents since the last fsync of a file, names since the last one of their folder.
"""

from __future__ import annotations

import builtins
import fcntl
import io
import os
import random
import shutil
import signal
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

Undo = tuple[int, Callable[[], None]]  # inode of the folder whose names changed, and how to change them back


class Steps:
    """Watches the calls of this process under a folder; made in a fork, which it never leaves again."""

    def __init__(self, home: Path, last: int, power: random.Random | None) -> None:
        """``last`` is the step before which all ends; ``power`` chooses what a power cut loses."""
        self._home = os.fspath(home.resolve())
        self._last = last
        self._power = power
        self._kept = home.parent / "kept"
        self._count = 0
        self._busy = False
        self._names: list[Undo] = []
        self._safe = {inode: size for _, inode, size in _files(self._home)}  # bytes of each that would stay

    def watch(self) -> None:
        """From now on."""
        shutil.rmtree(self._kept, ignore_errors=True)
        self._kept.mkdir()
        for module, name, note in (
            (os, "replace", self._rename), (os, "rename", self._rename), (os, "unlink", self._plain),
            (os, "mkdir", self._plain), (os, "fsync", self._sync), (os, "open", self._open),
            (fcntl, "flock", self._plain), (io, "open", self._open_file), (builtins, "open", self._open_file),
        ):  # fmt: skip
            setattr(module, name, self._watched(getattr(module, name), note))

    def _watched(self, real: Callable[..., Any], note: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            if self._busy:
                return real(*args, **more)
            self._busy = True
            try:
                return note(real, *args, **more)
            finally:
                self._busy = False

        return call

    def _step(self) -> None:
        if self._count == self._last:
            if self._power is not None:
                self._cut_the_power(self._power)
            os.kill(os.getpid(), signal.SIGKILL)
        self._count += 1

    def _plain(self, real: Callable[..., Any], *args: Any, **more: Any) -> Any:
        self._step()
        return real(*args, **more)

    def _sync(self, real: Callable[..., Any], handle: int) -> None:
        self._step()
        real(handle)
        there = os.fstat(handle)
        if stat.S_ISDIR(there.st_mode):
            self._names = [undo for undo in self._names if undo[0] != there.st_ino]
        else:
            self._safe[there.st_ino] = there.st_size

    def _rename(self, real: Callable[..., Any], source: Any, target: Any) -> None:
        self._step()
        kept = self._kept / str(self._count)
        if Path(target).exists():
            os.link(target, kept)
        real(source, target)

        def back() -> None:
            real(target, source)
            if kept.exists():
                real(kept, target)

        self._names.append((_folder_of(target), back))

    def _open(self, real: Callable[..., Any], path: Any, flags: int, *more: Any, **named: Any) -> Any:
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        return self._opened(lambda: real(path, flags, *more, **named), path, bool(writes))

    def _open_file(
        self, real: Callable[..., Any], path: Any, mode: str = "r", *more: Any, **named: Any
    ) -> Any:
        return self._opened(lambda: real(path, mode, *more, **named), path, any(c in mode for c in "wax+"))

    def _opened(self, really: Callable[[], Any], path: Any, writes: bool) -> Any:
        ours = writes and not isinstance(path, int) and self._is_ours(path)
        if not ours:
            return really()
        self._step()
        new = not Path(path).exists()
        handle = really()
        if new:
            self._names.append((_folder_of(path), lambda: Path(path).unlink(missing_ok=True)))
        return handle

    def _is_ours(self, path: Any) -> bool:
        return os.path.realpath(path).startswith(self._home)

    def _cut_the_power(self, chance: random.Random) -> None:
        """Names go back in the order in which they came, as far as chance wants; contents as well."""
        for _ in range(chance.randint(0, len(self._names))):
            self._names.pop()[1]()
        for path, inode, size in _files(self._home):
            safe = min(self._safe.get(inode, 0), size)
            kept = chance.choice((safe, safe, size, chance.randint(safe, size)))
            with path.open("r+b") as file:
                file.truncate(kept)
                if chance.random() < 0.5:
                    file.truncate(chance.choice((kept, size)))  # zeros where the contents never came


def _folder_of(path: Any) -> int:
    return Path(path).absolute().parent.stat().st_ino


def _files(home: str) -> list[tuple[Path, int, int]]:
    """Path, inode, size."""
    found = []
    for path in Path(home).rglob("*"):
        there = path.lstat()
        if stat.S_ISREG(there.st_mode):
            found.append((path, there.st_ino, there.st_size))
    return found
