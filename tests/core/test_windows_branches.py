"""What runs on Windows alone, here against a stand-in for what Windows gives: locks, and who still lives."""

from __future__ import annotations

import ctypes
import errno
import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from types import ModuleType, SimpleNamespace

import pytest

import bilabial.locks
from bilabial import atomic
from bilabial.cli import main, show
from bilabial.curves.files import find_sound
from bilabial.errors import BilabialError
from bilabial.exchange.animation.container import Document
from bilabial.guard import Collision, Use, refuse_collisions
from bilabial.json_field import Field
from bilabial.paths import is_on_another_machine


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


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nul", "NUL"), ("Con.json", "CON"), ("aux .take.json", "AUX"), ("COM1.csv", "COM1"),
        ("lpt².a", "LPT²"), ("a:b.json", "':'"), ("a?.json", "'?'"), ("a\x01.json", "allows no"),
        ("take.", "drops dots"), ("take. .", "drops dots"),
    ],
)  # fmt: skip
def test_names_that_windows_gives_to_no_file_are_refused_before_work(
    name: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would take some of them, and write to a device, to a hidden stream or under another name."""
    atomic.write_atomically(tmp_path / name, "elsewhere any name will do")
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(BilabialError, match="choose another name") as caught:
        atomic.write_atomically(tmp_path / name, "x")
    assert told in str(caught.value)


@pytest.mark.parametrize("name", ["console.json", "com.json", "com10.json", "nulls", "a.b.json", " a.json"])
def test_names_that_only_look_like_those_are_names(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    atomic.write_atomically(tmp_path / name, "x")
    assert (tmp_path / name).read_text() == "x"


def test_two_names_that_windows_takes_for_one_are_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound, takes = tmp_path / "a.wav", (tmp_path / "b.json", tmp_path / "B.JSON. .")
    refuse_collisions(
        [Use(sound, "the sound")], [Use(tmp_path / "a.wav.", "a take"), Use(takes[0], "another")]
    )
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(Collision):
        refuse_collisions([Use(sound, "the sound")], [Use(tmp_path / "A.wav.", "the take")])
    with pytest.raises(Collision):
        refuse_collisions([], [Use(take, f"the take of line {n}") for n, take in enumerate(takes)])


class Open:
    """A file that another program has open for a while, as a virus scanner has: it stays where it is."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.waited: list[float] = []
        self._replace = Path.replace

    def replace(self, source: Path, target: Path) -> Path:
        if self.times:
            self.times -= 1
            raise PermissionError(errno.EACCES, "The process cannot access the file", str(source))
        return self._replace(source, target)


@pytest.mark.parametrize(("times", "written"), [(0, True), (3, True), (100, False)])
def test_a_file_that_another_program_has_open_is_waited_for(
    times: int, written: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = Open(times)
    monkeypatch.setattr(Path, "replace", lambda self, target: busy.replace(self, target))
    monkeypatch.setattr(atomic.time, "sleep", busy.waited.append)
    monkeypatch.setattr(sys, "platform", "win32")
    (tmp_path / "a.json").write_text("old")
    if written:
        atomic.write_atomically(tmp_path / "a.json", "new")
        assert len(busy.waited) == times
    else:
        with pytest.raises(BilabialError, match="another program has it open, so close it there"):
            atomic.write_atomically(tmp_path / "a.json", "new")
        assert 1 < sum(busy.waited) < 3
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    assert (tmp_path / "a.json").read_text() == ("new" if written else "old")


@pytest.mark.parametrize(
    ("told", "home", "elsewhere"),
    [
        (r"\\evil\share\a.wav", "C:/lines", True), ("//evil/share/a.wav", "C:/lines", True),
        ("//evil/share/a.wav", "//farm/lines/one", True), ("//Farm/Lines/a.wav", "//farm/lines/one", False),
        (r"\\?\UNC\evil\share\a.wav", "C:/lines", True), (r"\/evil/share/a.wav", "C:/lines", True),
        ("a.wav", "C:/lines", False), ("D:/a.wav", "C:/lines", False),
        ("../a.wav", "//farm/lines/one", False),
    ],
)  # fmt: skip
def test_a_share_of_another_machine_is_known_by_its_name(told: str, home: str, elsewhere: bool) -> None:
    """Windows tells that machine who asks, before it says whether there is such a file."""
    assert is_on_another_machine(told, PureWindowsPath(home)) == elsewhere


def test_no_other_machine_is_asked_for_what_a_strangers_file_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real_file, real_path = Path.is_file, os.path.realpath

    def is_file(self: Path) -> bool:
        asked.append(str(self))
        return real_file(self)

    def realpath(path: str, **how: bool) -> str:
        asked.append(str(path))
        return real_path(path, **how)

    monkeypatch.setattr(Path, "is_file", is_file)
    monkeypatch.setattr(os.path, "realpath", realpath)
    beside = tmp_path / "a.wav"
    beside.write_bytes(b"sound")
    take = SimpleNamespace(sound=SimpleNamespace(path="//evil/share/a.wav", sha256=None))
    assert find_sound(take, tmp_path / "a.json") == beside  # type: ignore[arg-type]
    (tmp_path / "a.gltf").write_text(json.dumps({"asset": {}}))
    with pytest.raises(BilabialError, match="outside the file's own folder"):
        Document(tmp_path / "a.gltf")._named(
            Field("//evil/share/a.bin", "buffers[0].uri", "a.gltf"), "a buffer"
        )
    assert asked and not [path for path in asked if "evil" in path]


def test_a_path_too_long_for_windows_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / ("x" * 200) / ("y" * 200)
    place.mkdir(parents=True)

    def not_there(self: Path, *_: object, **__: object) -> int:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(self))

    monkeypatch.setattr(Path, "write_text", not_there)
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(BilabialError, match="more than 259 characters, too many for this Windows"):
        atomic.write_atomically(place / "a.json", "x")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.EINVAL, "Invalid argument"), 0), (BrokenPipeError(errno.EPIPE, "Broken pipe"), 0),
        (OSError(errno.EINVAL, "Invalid argument", "a?.json"), 2), (OSError(errno.ENOSPC, "full"), 2),
    ],
)  # fmt: skip
def test_a_reader_that_has_gone_is_no_fault(
    error: OSError, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `more` that was left before the end: on Windows the pipe is an invalid argument then."""

    def gone(args: object) -> int:
        raise error

    monkeypatch.setattr(show, "run", gone)
    monkeypatch.setattr(os, "dup2", lambda one, other: other)
    monkeypatch.setattr(sys, "platform", "win32")
    assert main(["show", "a.json"]) == code
