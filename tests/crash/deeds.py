"""What is done to a running batch. Each starts it, does its harm and comes back when all has ended."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from bilabial.batch import run

from .forked import Broken, Running
from .stage import STYLES, Stage
from .steps import Steps

Deed = Callable[[Stage], None]


def kill_parent(stage: Stage) -> None:
    _ended(stage.running(), Running.kill)


def kill_group(stage: Stage) -> None:
    _ended(stage.running(), Running.kill_all)


def kill_a_worker(stage: Stage) -> None:
    process = stage.running()
    workers = process.workers()
    if workers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(stage.chance.choice(workers), signal.SIGKILL)
    process.wait()


def stop_and_kill(stage: Stage) -> None:
    """Frozen, as a laptop that sleeps; then another batch comes; then the first is killed."""
    process = stage.running()
    process.kill_all(signal.SIGSTOP)
    stage.start().wait()
    _ended(process, Running.kill_all)


def interrupt(stage: Stage) -> None:
    process = stage.running()
    process.kill_all(stage.chance.choice((signal.SIGINT, signal.SIGTERM, signal.SIGHUP)))
    process.wait()


def a_second_batch(stage: Stage) -> None:
    """Over the same list, in another style: one of the two is refused, whichever comes second."""
    process = stage.running()
    style, stage.style = stage.style, stage.chance.choice(STYLES)
    stage.start().wait()
    stage.style = style
    process.wait()


def change_sources(stage: Stage) -> None:
    process = stage.running()
    for number in stage.chance.sample(range(stage.lines), 3):
        stage.write_sound(number, 1 - stage.versions[number])
    process.wait()


def take_the_folder_away(stage: Stage) -> None:
    """A drive that vanishes and comes back, while the batch may have made a new folder in its place."""
    process = stage.running()
    away = stage.home / "away"
    with contextlib.suppress(OSError):
        stage.takes.rename(away)
    time.sleep(stage.chance.uniform(0, 0.3 * stage.longest))
    _ended(process, Running.kill_all)
    if away.exists():
        shutil.rmtree(stage.takes, ignore_errors=True)
        away.rename(stage.takes)


def damage_takes(stage: Stage) -> None:
    """What a disk without barriers may do: some takes empty, some cut, some full of zeros, some gone."""
    _ended(stage.running(), Running.kill_all)
    for take in sorted(stage.takes.glob("*.*")) if stage.takes.exists() else []:
        data = take.read_bytes()
        kind = stage.chance.randrange(6)
        if kind == 0:
            take.write_bytes(b"")
        elif kind == 1:
            take.write_bytes(data[: stage.chance.randint(1, max(len(data) - 1, 1))])
        elif kind == 2:
            take.write_bytes(bytes(len(data)))
        elif kind == 3:
            take.unlink()


def damage_the_journal(stage: Stage) -> None:
    """A last line that was cut, and noise: a journal is never needed whole."""
    _ended(stage.running(), Running.kill_all)
    if stage.journal.exists():
        data = stage.journal.read_bytes()
        stage.journal.write_bytes(data[: len(data) - stage.chance.randint(0, 40)] + b"\n\xff{{{\n")


def fill_the_disk(stage: Stage) -> None:
    """No file can grow beyond what is allowed; at some other size the next time."""
    room = stage.chance.randint(0, 60_000)

    def small() -> None:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))

    for take in stage.takes.glob("*.json"):
        take.unlink()
    stage.start(jobs=1, before=small).wait()
    _refuse_tracebacks(stage)


def fill_a_real_disk(stage: Stage) -> None:
    """A drive of memory with some room left, which a batch fills; then it is cleared. Where one may mount."""
    room = stage.chance.randint(0, 400)  # KB
    stage.takes.mkdir(exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={max(room, 4)}k", "none", str(stage.takes)],
        capture_output=True, check=False,
    ).returncode == 0  # fmt: skip
    try:
        _ended(stage.start(jobs=stage.chance.choice((1, 2))), lambda process: None)
        _refuse_tracebacks(stage)
        stage.refuse_half_files()
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(stage.takes)], check=True)


def kill_before_a_step(stage: Stage) -> None:
    """Before one of all the calls that change the disk."""
    die_before(stage, stage.chance.randint(0, _most_steps(stage)))
    stage.refuse_half_files()


def cut_the_power(stage: Stage) -> None:
    """Likewise, and what nobody put onto the disk is lost: yet each take is the old one or the new one."""
    die_before(stage, stage.chance.randint(0, _most_steps(stage)), stage.chance)
    stage.refuse_half_files()


DEEDS: tuple[Deed, ...] = (
    kill_parent, kill_group, kill_before_a_step, cut_the_power, kill_a_worker, stop_and_kill, interrupt,
    a_second_batch, change_sources, take_the_folder_away, damage_takes, damage_the_journal, fill_the_disk,
    fill_a_real_disk,
)  # fmt: skip


def die_before(stage: Stage, step: int, power: random.Random | None = None) -> bool:
    """A batch in one process that dies before its so manieth step. False where it ended before that."""

    def before() -> None:
        run.results = _in_this_process  # type: ignore[assignment]
        Steps(stage.home, step, power).watch()

    return stage.start(jobs=1, before=before).wait() == -signal.SIGKILL


def _in_this_process(tasks, work, jobs):  # type: ignore[no-untyped-def]
    return ((task, work(task)) for task in tasks)


def _most_steps(stage: Stage) -> int:
    """About: more only means that now and then nothing happens."""
    return 4 + 26 * stage.lines


def _ended(process: Running, harm: Callable[[Running], None]) -> None:
    harm(process)
    process.wait()


def _refuse_tracebacks(stage: Stage) -> None:
    said = Path(stage.said).read_text(errors="replace")
    if "Traceback" in said or "a fault in Bilabial" in said:
        raise Broken(f"a full disk gave a traceback: {said[-600:]}")
