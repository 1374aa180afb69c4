"""Work on many items by Dask: workers on this machine, or those of a scheduler, which may come and go.

A worker that dies takes nothing with it: Dask gives its items to others. An item whose workers died again and
again is tried once more alone, as others may have been under way beside it, and then given up.
"""

from __future__ import annotations

import logging
import signal
import time
from asyncio import CancelledError
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from ..errors import BilabialError
from .workers import WorkerDied, surroundings_of_workers

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 4  # items at the scheduler for each thread of a worker: none waits for us, and it holds no million
_CONNECT = 10.0  # seconds
_PATIENCE = 60.0  # seconds without any worker
_LOOK = 2.0  # seconds between two looks at who works
_DEATHS = 1  # of workers on this machine by one item; a scheduler elsewhere has a setting of its own for it


def results(
    items: Iterable[Item], work: Callable[[Item], Result], jobs: int, scheduler: str | None = None
) -> Iterator[tuple[Item, Result | WorkerDied]]:
    """As workers.results: results as they come. Without a scheduler, ``jobs`` start here."""
    waiting, suspects = deque(items), deque[Item]()
    with _client(scheduler, jobs) as client:
        given = _Given(client, work, scheduler or "this machine")
        try:
            while waiting or suspects or given.running:
                while waiting and given.has_room():
                    given.give(waiting.popleft())
                alone = not given.running
                if alone:
                    given.give(suspects.popleft())
                item, result = given.next_ended()
                if isinstance(result, WorkerDied) and not alone:
                    suspects.append(item)
                else:
                    yield item, result
        finally:
            given.take_back()


class _Given:
    """What the scheduler has been given and not given back."""

    def __init__(self, client: Any, work: Callable[[Any], Any], where: str) -> None:
        self._client = client
        self._work = work
        self._where = where
        self._ended: SimpleQueue[Any] = SimpleQueue()
        self.running: dict[str, tuple[Any, Any]] = {}
        self._threads = 0
        self._looked = self._seen_workers = time.monotonic()

    def has_room(self) -> bool:
        if not self._threads or time.monotonic() - self._looked > _LOOK:
            self._look()
        return len(self.running) < _AHEAD * max(self._threads, 1)

    def give(self, item: Any) -> None:
        future = self._client.submit(self._work, item, pure=False)
        self.running[future.key] = (future, item)
        future.add_done_callback(self._ended.put)

    def next_ended(self) -> tuple[Any, Any]:
        while True:
            try:
                future = self._ended.get(timeout=_LOOK)
            except Empty:
                self._look()
                continue
            _, item = self.running.pop(future.key)
            return item, self._result_of(future)

    def take_back(self) -> None:
        futures = [future for future, _ in self.running.values()]
        if futures:
            with suppress(Exception):  # the scheduler may be what went away
                self._client.cancel(futures, force=True)

    def _result_of(self, future: Any) -> Any:
        from distributed.scheduler import KilledWorker

        if future.status == "cancelled":
            raise self._lost()
        try:  # where the worker died since with the result, Dask has it made once more
            return future.result(timeout=_PATIENCE)
        except KilledWorker:
            return WorkerDied(
                "its workers ended without an answer (a damaged file, or memory ran out): convert the file, "
                "or run it alone with more memory free"
            )
        except ImportError as error:
            raise BilabialError(
                f"the workers of {self._where} cannot load bilabial ({error}): install this version there"
            ) from error
        except (OSError, TimeoutError, CancelledError) as error:
            raise self._lost() from error

    def _look(self) -> None:
        """Who works now; raises when nobody has for long."""
        self._looked = time.monotonic()
        try:
            self._threads = sum(self._client.nthreads().values())
        except (OSError, TimeoutError, RuntimeError) as error:
            raise self._lost() from error
        if self._client.status != "running":
            raise self._lost()
        if self._threads:
            self._seen_workers = self._looked
        elif self._looked - self._seen_workers > _PATIENCE:
            raise BilabialError(
                f"no worker has come to {self._where} for {_PATIENCE:.0f} s: start some with "
                f"`dask worker {self._where}`, and run the same command again"
            )

    def _lost(self) -> BilabialError:
        return BilabialError(
            f"the scheduler at {self._where} went away: what is done is kept, so start it and run the same "
            "command again"
        )


@contextmanager
def _client(scheduler: str | None, jobs: int) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError as error:
        raise BilabialError(
            f"Dask cannot be loaded ({error}): run `pip install 'bilabial[farm]'`, or use --jobs"
        ) from error
    with _quiet():
        yield from _clients(Client, scheduler, jobs)


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask tells of what it loses in tracebacks; here one sentence does."""
    names = ("distributed", *(f"distributed.{part}" for part in ("client", "core", "comm", "utils")))
    loggers = [logging.getLogger(name) for name in names]
    before = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _clients(make: Any, scheduler: str | None, jobs: int) -> Iterator[Any]:
    """One client, of the workers here or of a scheduler elsewhere."""
    if scheduler is None:
        with _workers_here(jobs) as cluster, make(cluster, set_as_default=False) as client:
            yield client
        return
    try:
        client = make(scheduler, timeout=_CONNECT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise BilabialError(
            f"no scheduler of Dask answers at {scheduler}: start one with `dask scheduler`, and name it as "
            "in tcp://machine:8786"
        ) from error
    with client:
        yield client


def dask_setup(worker: Any) -> None:
    """Dask calls it in each worker started here. Ctrl-C reaches every process, and the parent sees to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _workers_here(jobs: int) -> Iterator[Any]:
    """On the loopback alone, and without a page to watch."""
    from dask import config
    from distributed import LocalCluster

    with config.set({"distributed.scheduler.allowed-failures": _DEATHS}):
        with surroundings_of_workers():  # the cluster's thread keeps them, for workers that it starts later
            cluster = LocalCluster(
                n_workers=jobs, threads_per_worker=1, processes=True, dashboard_address=None,
                silence_logs=logging.CRITICAL, preload=__name__,
            )  # fmt: skip
        with cluster:
            yield cluster
