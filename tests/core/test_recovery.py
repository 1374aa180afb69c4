"""A crash heals itself: after any end of a run the same command converges, and nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bilabial.atomic import atomic_path, write_atomically
from bilabial.batch.journal import Journal
from bilabial.batch.line import make_line
from bilabial.batch.lines import read_lines
from bilabial.batch.report import Status
from bilabial.batch.run import BatchFiles, Task
from bilabial.cli import main
from bilabial.curves.format import load
from bilabial.errors import BilabialError
from bilabial.locks import clear, is_held, lock_beside, locked, writing


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """A list of three short sounds with phones of their own, so that no network runs."""
    rows = ["sound,take,phones,curves"]
    for name in "abc":
        soundfile.write(tmp_path / f"{name}.wav", np.zeros(8000), 16_000)
        (tmp_path / f"{name}.lab").write_text("0 2000000 m\n2000000 5000000 aa\n")
        rows.append(f"{name}.wav,out/{name}.json,{name}.lab,out/{name}.csv")
    path = tmp_path / "list.csv"
    path.write_text("\n".join(rows))
    return path


def batch(lines: Path, *options: str) -> int:
    """In this process: what workers do, without starting any."""
    return main(["batch", str(lines), "--jobs", "1", *options])


@pytest.fixture(autouse=True)
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    from bilabial.batch import run

    monkeypatch.setattr(run, "results", lambda tasks, work, jobs: ((task, work(task)) for task in tasks))


def takes(lines: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (lines.parent / "out").iterdir()}


def counts(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.splitlines()[0]


@pytest.mark.parametrize("left", [0, 3000])
def test_a_damaged_take_is_found_and_made_again(
    left: int, lines: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert batch(lines) == 0
    whole = takes(lines)
    damaged = lines.parent / "out/b.json"
    damaged.write_bytes(damaged.read_bytes()[:left])
    os.utime(damaged, ns=(0, 0))
    capsys.readouterr()
    assert batch(lines) == 0
    said = capsys.readouterr().out
    assert said.startswith("3 lines: 1 done, 2 unchanged.")
    assert "with a note:" in said and "line 3" in said and "made again" in said
    found = takes(lines)
    kept = found.pop("b.json.damaged", None)
    assert found == whole and (kept is None) == (left == 0)
    assert batch(lines) == 0
    assert "3 unchanged" in counts(capsys)


def test_a_damaged_table_is_made_again(lines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert batch(lines) == 0
    whole = takes(lines)
    (lines.parent / "out/c.csv").write_bytes(b"")
    capsys.readouterr()
    assert batch(lines) == 0
    assert "1 done, 2 unchanged" in counts(capsys) and takes(lines) == whole


class Killed(BaseException):
    """Stands for kill -9 in a test that goes on: nothing catches it but the test."""


@pytest.mark.parametrize("moment", ["before the table", "before the take", "before the journal"])
@pytest.mark.parametrize("style", ["", "shout"])
def test_a_kill_between_rename_and_journal_refuses_nothing(
    moment: str, style: str, lines: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice killed, over takes of another style; then a third one converges, as the next day does."""
    assert batch(lines) == 0
    with monkeypatch.context() as patched:
        if moment == "before the journal":
            patched.setattr(Journal, "add", _kill)
        else:
            real = Path.replace
            suffix = ".csv" if moment == "before the table" else ".json"

            def replace(self: Path, target: Path) -> Path:
                if Path(target).suffix == suffix and "out" in Path(target).parts:
                    raise Killed
                return real(self, target)

            patched.setattr(Path, "replace", replace)
        for killed_style in ("whisper", "mumble"):
            with pytest.raises(Killed):
                batch(lines, "--style", killed_style)
    capsys.readouterr()
    assert batch(lines, "--style", style) == 0
    said = capsys.readouterr().out
    assert "failed" not in said and "with a note" not in said
    (lines.parent / "fresh.csv").write_text(lines.read_text().replace("out/", "fresh/"))
    assert batch(lines.parent / "fresh.csv", "--style", style) == 0
    fresh = {path.name: path.read_bytes() for path in (lines.parent / "fresh").iterdir()}
    assert takes(lines) == fresh


def _kill(*_: object) -> None:
    raise Killed


def test_an_edit_by_hand_is_still_refused_after_a_kill(
    lines: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Journal, "add", _kill)
        batch(lines)
    take = lines.parent / "out/a.json"
    assert main(["edit", str(take), "--style", "shout"]) == 0
    edited = take.read_bytes()
    capsys.readouterr()
    assert batch(lines, "--style", "mumble") == 1
    assert "was changed since the batch wrote it" in capsys.readouterr().out
    assert take.read_bytes() == edited


def test_a_journal_that_was_poisoned_stops_nothing(lines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert batch(lines) == 0
    journal = lines.with_suffix(".journal.jsonl")
    poison = [b"[" * 100_000, b'{"keys": ' + b"9" * 5000 + b"}", b"\xff\x00", b'{"schema": NaN}']
    journal.write_bytes(b"\n".join([journal.read_bytes(), *poison]) + b'\n{"schema": "bilabial/batch-jou')
    capsys.readouterr()
    assert batch(lines) == 0
    assert "3 unchanged" in counts(capsys)


def test_a_journal_of_an_earlier_version_is_understood(
    lines: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert batch(lines) == 0
    journal = lines.with_suffix(".journal.jsonl")
    old = []
    for text in journal.read_text().splitlines():
        entry = json.loads(text)
        if entry.pop("state") == "done":
            entry.pop("seen")
            old.append(json.dumps(entry | {"schema": "bilabial/batch-journal/1"}))
    journal.write_text("\n".join(old) + "\n")
    capsys.readouterr()
    assert batch(lines) == 0
    assert "3 unchanged" in counts(capsys)


def test_a_sound_that_is_changed_within_its_size_and_time_is_seen(
    lines: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = lines.parent / "a.wav"
    assert batch(lines) == 0
    before = sound.stat()
    data = bytearray(sound.read_bytes())
    data[-2:] = b"\x01\x02"
    sound.write_bytes(data)
    os.utime(sound, ns=(before.st_atime_ns, before.st_mtime_ns))
    capsys.readouterr()
    assert batch(lines) == 0
    assert "1 done, 2 unchanged" in counts(capsys)


def test_sounds_that_stayed_are_not_read_again(
    lines: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settled sounds are proven by the system's word, and read where that proves nothing."""
    from bilabial.batch import seen

    monkeypatch.setattr(seen, "_TICK", 0)
    assert batch(lines) == 0
    monkeypatch.setattr(seen, "sound_hash", _kill)
    assert batch(lines) == 0
    os.utime(lines.parent / "a.wav")
    with pytest.raises(Killed):
        batch(lines)


def test_parts_of_a_list_are_made_by_several_and_joined(
    lines: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each with a journal of its own, on machines whose clocks nobody compares; the whole run joins them."""
    assert batch(lines, "--rows", "2-2") == 0 and batch(lines, "--rows", "3-4") == 0
    assert sorted(path.name for path in lines.parent.glob("*.jsonl")) == [
        "list.rows-2-2.journal.jsonl",
        "list.rows-3-4.journal.jsonl",
    ]
    capsys.readouterr()
    assert batch(lines) == 0
    assert "3 unchanged" in counts(capsys)
    # A part is made again in another style: the older words of the whole run's journal refuse nothing.
    assert batch(lines, "--rows", "3-4", "--style", "shout") == 0
    assert batch(lines, "--style", "shout") == 0
    assert batch(lines, "--rows", "2-3", "--style", "whisper") == 0
    assert batch(lines, "--style", "whisper") == 0
    said = capsys.readouterr().out
    assert "failed" not in said
    assert batch(lines, "--style", "whisper") == 0
    assert "3 unchanged" in counts(capsys)
    assert batch(lines, "--rows", "9-12") == 2
    with locked(lock_beside(lines.with_name("list.rows-2-2.journal.jsonl")), "busy"):
        assert batch(lines) == 2
        assert "is being worked on" in capsys.readouterr().err
        assert batch(lines, "--rows", "3-4", "--style", "whisper") == 0


def test_takes_of_an_earlier_run_come_back_with_a_drive_or_a_backup(
    lines: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The batch's own, which no hand touched: they are made anew, though later ones were done since."""
    assert batch(lines) == 0
    first = takes(lines)
    assert batch(lines, "--style", "shout") == 0 and batch(lines, "--style", "whisper") == 0
    whisper = takes(lines)
    for name, data in first.items():
        (lines.parent / "out" / name).write_bytes(data)
    assert batch(lines, "--style", "whisper") == 0
    assert takes(lines) == whisper
    (lines.parent / "out/a.json").write_bytes(first["a.json"] + b" ")  # no file that the batch ever wrote
    capsys.readouterr()
    assert batch(lines, "--style", "shout") == 1
    assert "line 2" in (said := capsys.readouterr().out) and "was changed since the batch wrote it" in said


def test_a_task_is_tried_again_when_its_worker_died_after_the_take_was_written(lines: Path) -> None:
    """The second attempt has the words of before the first; what that one wrote is no hand's edit."""
    assert batch(lines) == 0
    files = BatchFiles.beside(lines)
    line = read_lines(lines)[0]
    past = Journal(files.journal).past["out/a.json"]
    task = Task(line, past, style="shout", name="out/a.json", journal=files.journal)
    assert make_line(task).outcome.status is Status.DONE
    written = line.take.read_bytes()
    assert make_line(task).outcome.status is Status.DONE
    assert line.take.read_bytes() == written
    line.take.write_bytes(written + b" ")  # this one is
    other = replace(task, style="whisper")
    assert "was changed since" in make_line(other).outcome.message
    assert line.take.read_bytes() == written + b" "


def test_two_batches_over_one_list_do_not_meet(lines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with locked(lock_beside(lines.with_suffix(".journal.jsonl")), "busy"):
        assert batch(lines) == 2
    assert "another batch works on" in capsys.readouterr().err
    assert batch(lines) == 0


def test_a_take_that_another_process_writes_waits_for_it(
    lines: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert batch(lines) == 0
    take = lines.parent / "out/a.json"
    with writing(take):
        assert batch(lines, "--style", "shout") == 1
        assert "is being written by another process" in capsys.readouterr().out
        assert main(["edit", str(take), "--style", "shout"]) == 2
    assert batch(lines, "--style", "shout") == 0
    assert not [path for path in take.parent.iterdir() if path.name.endswith(".lock")]


def test_a_lock_ends_with_its_holder(tmp_path: Path) -> None:
    lock = tmp_path / ".a.lock"
    script = (
        "import sys, time; from pathlib import Path; from bilabial.locks import locked\n"
        "with locked(Path(sys.argv[1]), 'busy'): print('held', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(lock)]
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(path for path in sys.path if path))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        assert is_held(lock)
        with pytest.raises(BilabialError, match="busy"), locked(lock, "busy"):
            pass
        process.send_signal(signal.SIGKILL)
    assert not is_held(lock)
    with locked(lock, "busy"):
        assert is_held(lock)
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_a_killed_run_left_goes_with_the_next(lines: Path) -> None:
    """Found by ``make crash``: of a take that the next run only skips, nobody takes the lock again."""
    assert batch(lines) == 0
    take = lines.parent / "out/a.json"
    lock_beside(take).touch()
    lock_beside(lines.parent / "out/stranger.json").touch()
    with locked(lock_beside(lines.parent / "out/b.json"), "busy"):
        assert batch(lines) == 0
        assert sorted(path.name for path in take.parent.glob(".*")) == [".b.json.lock", ".stranger.json.lock"]


def test_many_who_want_a_lock_get_it_one_at_a_time(tmp_path: Path) -> None:
    """Removed and made anew all the while: never two at once."""
    lock, inside, worst, got = tmp_path / "l", [0], [0], [0]

    def work() -> None:
        for _ in range(200):
            try:
                with locked(lock, "busy"):
                    inside[0] += 1
                    worst[0] = max(worst[0], inside[0])
                    got[0] += 1
                    inside[0] -= 1
            except BilabialError:
                pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert worst[0] == 1 and got[0] >= 200


@pytest.mark.parametrize("name", ["x" * 250 + ".json", "ü" * 125 + ".json"])
def test_the_longest_names_have_locks_as_well(name: str, tmp_path: Path) -> None:
    """A disk takes 255 bytes, and a lock beside such a take would need six more."""
    take = tmp_path / name
    with writing(take):
        assert is_held(lock_beside(take))
        write_atomically(take, "x")
    lock_beside(take).touch()
    clear(tmp_path, [name])
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_that_is_named_like_a_lock_stays(tmp_path: Path) -> None:
    lock = lock_beside(tmp_path / "a.json")
    lock.write_text("mine")
    with writing(tmp_path / "a.json"):
        pass
    assert lock.read_text() == "mine"


def test_a_file_is_on_the_disk_before_it_is_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(handle: int) -> None:
        events.append("folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "file")  # noqa: PTH112
        real_sync(handle)

    def replace(self: Path, target: Path) -> Path:
        events.append("rename")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    write_atomically(tmp_path / "a.json", "x")
    assert events == ["file", "rename", "folder"]


def test_what_a_dead_process_left_is_removed(tmp_path: Path) -> None:
    script = (
        "import os, sys; from bilabial.atomic import atomic_path\n"
        "with atomic_path(sys.argv[1]) as path: path.write_text('half'); os.kill(os.getpid(), 9)"
    )
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(path for path in sys.path if path))
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "a.json")], env=environment, check=False)
    (left,) = tmp_path.iterdir()
    assert ".partial" in left.name
    foreign = tmp_path / f".00000000-{left.name.split('-')[1]}-0123456789ab.partial.json"
    foreign.write_text("another machine's")
    with atomic_path(tmp_path / "b.json") as mine:
        mine.write_text("b")
        with atomic_path(tmp_path / "c.json") as other:
            other.write_text("c")
    assert sorted(path.name for path in tmp_path.iterdir()) == [foreign.name, "b.json", "c.json"]


def test_the_take_is_readable_after_all(lines: Path) -> None:
    assert batch(lines) == 0
    assert load(lines.parent / "out/a.json").track().key_count > 0
