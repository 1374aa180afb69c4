"""A file is whole or absent, whatever goes wrong while it is written."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bilabial import atomic
from bilabial.atomic import atomic_path, write_atomically
from bilabial.errors import BilabialError


def leftovers(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_writes_whole_file_and_nothing_else(tmp_path: Path) -> None:
    write_atomically(tmp_path / "söng.json", "é\n")
    assert (tmp_path / "söng.json").read_bytes() == "é\n".encode()
    assert leftovers(tmp_path) == ["söng.json"]


def test_temporary_keeps_the_suffix(tmp_path: Path) -> None:
    with atomic_path(tmp_path / "a.png") as temporary:
        assert temporary.suffix == ".png"
        temporary.write_bytes(b"x")


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ValueError, SystemExit])
def test_interruption_keeps_the_old_file(tmp_path: Path, interruption: type[BaseException]) -> None:
    target = tmp_path / "take.json"
    target.write_text("old")
    with pytest.raises(interruption), atomic_path(target) as temporary:
        temporary.write_text("half")
        raise interruption
    assert target.read_text() == "old"
    assert leftovers(tmp_path) == ["take.json"]


def test_full_disk_is_one_clear_sentence(tmp_path: Path) -> None:
    full = pytest.raises(BilabialError, match=r"take\.json.*disk is full")
    with full as caught, atomic_path(tmp_path / "take.json") as temporary:
        temporary.write_text("half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert "\n" not in str(caught.value)
    assert leftovers(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_device_is_written_to_and_never_replaced() -> None:
    with pytest.raises(BilabialError, match="disk is full"):
        write_atomically("/dev/full", "x" * 100_000)
    assert not Path("/dev/full").is_file()


def test_another_error_in_the_block_passes_unchanged(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic_path(tmp_path / "a.json"):
        (tmp_path / "missing.wav").read_bytes()


def test_missing_folder_and_folder_as_file(tmp_path: Path) -> None:
    with pytest.raises(BilabialError, match="make the folder"):
        write_atomically(tmp_path / "none" / "a.json", "")
    with pytest.raises(BilabialError, match="is a folder"):
        write_atomically(tmp_path, "")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real.json"
    real.write_text("old")
    link = tmp_path / "link.json"
    link.symlink_to(real)
    write_atomically(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_rights_of_a_replaced_file_stay(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    target.write_text("old")
    target.chmod(0o640)
    write_atomically(target, "new")
    assert target.stat().st_mode & 0o777 == 0o640


def test_block_that_writes_nothing_fails_clearly(tmp_path: Path) -> None:
    with pytest.raises(BilabialError, match=r"a\.json"), atomic_path(tmp_path / "a.json"):
        pass


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="Linux tells")
def test_what_a_dead_process_left_is_removed_although_nobody_buried_it(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    left = tmp_path / f".{atomic._machine()}-{child.pid}-0123456789ab.partial.json"
    left.write_text("half")
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and keeps its number
    atomic.sweep(tmp_path)
    assert not left.exists()
    assert child.wait() == 0


def test_what_somebody_made_read_only_stays(tmp_path: Path) -> None:
    """As files that are not checked out: a rename would have gone over it."""
    kept = tmp_path / "a.json"
    kept.write_text("old")
    kept.chmod(0o444)
    with pytest.raises(BilabialError, match="it is read-only, so name another file"):
        write_atomically(kept, "new")
    assert kept.read_text() == "old" and list(tmp_path.iterdir()) == [kept]
    kept.chmod(0o644)
    write_atomically(kept, "new")
    assert kept.read_text() == "new"
