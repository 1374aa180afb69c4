"""Work for the tests of the batch: importable, so that worker processes find it."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from pathlib import Path

from bilabial.batch.journal import Entry
from bilabial.batch.report import Outcome, Status
from bilabial.batch.run import Finished, Task
from bilabial.batch.workers import stop_is_asked
from bilabial.errors import Cancelled


def copy(task: Task) -> Finished:
    """Stands for generate: the take is the sound's text, and 'bad' in it makes the line fail."""
    key = hashlib.sha256(task.line.sound.read_bytes() + task.line.style.encode()).hexdigest()
    if task.before is not None and task.before.of_key(key) is not None and task.line.take.exists():
        return Finished(Outcome(task.line, Status.UNCHANGED))
    text = task.line.sound.read_text()
    if "bad" in text:
        return Finished(Outcome(task.line, Status.FAILED, "the sound is bad: mend it"))
    task.line.take.write_text(text)
    entry = Entry(str(task.line.take), key, "", "", 2.0, 10)
    return Finished(Outcome(task.line, Status.DONE, duration=2.0, keys=10), entry)


def die_on_seven(number: int) -> int:
    if number == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def square(number: int) -> int:
    return number * number


def slow_square(number: int) -> int:
    time.sleep(0.3)
    return number * number


def threads(_: int) -> str:
    return f"{os.environ.get('OMP_NUM_THREADS')} {os.environ.get('OPENBLAS_NUM_THREADS')}"


def wait_until_stopped(folder: str) -> str:
    (Path(folder) / f"started-{os.getpid()}").touch()
    for _ in range(3000):
        if stop_is_asked():
            (Path(folder) / f"stopped-{os.getpid()}").touch()
            raise Cancelled("stopped")
        time.sleep(0.01)
    return "never"


def die_now_and_then(item: tuple[str, int]) -> int:
    folder, number = item
    died = Path(folder) / f"{number}-died"
    if number == 7 or (number == 3 and not died.exists()):
        died.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number
