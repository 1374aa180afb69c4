"""Work on many items in several processes, so that no single item can end the night's run.

A worker that dies (a damaged file that crashes a decoder, memory that runs out) takes only its own item
with it: the items that were under way are tried again, each alone, and the one that kills its worker again
is given up.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from typing import TypeVar

from ..errors import BilabialError
from ..threads import THREADS, one_thread_unless_told

Item = TypeVar("Item")
Result = TypeVar("Result")

_stop: Event | None = None


class WorkerDied(BilabialError):  # noqa: N818 - says what happened
    """The process that worked on one item ended without an answer."""


def stop_is_asked() -> bool:
    """Inside a worker: has the user pressed Ctrl-C? Long work asks now and then and ends cleanly."""
    return _stop is not None and _stop.is_set()


def results(
    items: Iterable[Item], work: Callable[[Item], Result], jobs: int
) -> Iterator[tuple[Item, Result | WorkerDied]]:
    """Each item with its result, in the order in which they finish. ``work`` must be importable by name.

    When the caller stops early or Ctrl-C arrives, the workers are asked to stop and waited for.
    """
    waiting = deque(items)
    suspects: deque[Item] = deque()
    while waiting or suspects:
        if suspects:
            suspect = suspects.popleft()
            alone = deque([suspect])
            lost = yield from _one_pool(alone, work, 1)
            if lost:
                reason = "its worker ended without an answer (a damaged file, or memory ran out)"
                yield (
                    suspect,
                    WorkerDied(f"{reason}: convert the file, or run it alone with more memory free"),
                )
        else:
            suspects.extend((yield from _one_pool(waiting, work, jobs)))


def _one_pool(
    waiting: deque[Item], work: Callable[[Item], Result], jobs: int
) -> Generator[tuple[Item, Result | WorkerDied], None, list[Item]]:
    """Run until nothing waits or the pool breaks. Returns the items that were under way when it broke."""
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    running: dict[Future[Result], Item] = {}
    lost: list[Item] = []
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_start_worker, initargs=(stop,))
    try:
        while (waiting and not lost) or running:
            while waiting and not lost and len(running) < 2 * jobs:
                item = waiting.popleft()
                try:
                    with surroundings_of_workers():
                        running[pool.submit(work, item)] = item
                except BrokenProcessPool:
                    lost.append(item)
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                item = running.pop(future)
                try:
                    result = future.result()
                except BrokenProcessPool:
                    lost.append(item)
                else:
                    yield item, result
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
    return lost


def _start_worker(stop: Event) -> None:
    global _stop
    _stop = stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the parent passes it on
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that is killed cannot ask its workers to stop, and they would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def surroundings_of_workers() -> Iterator[None]:
    """What a process started now inherits: one thread for matrices, and no Ctrl-C while it still imports."""
    before = {name: os.environ.get(name) for name in THREADS}
    maskable = hasattr(signal, "pthread_sigmask")
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if maskable else set()
    try:
        one_thread_unless_told()
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        if maskable:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
