"""Work beside an interface: a thread that reports through a queue and stops at an event; knows no host."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Progress = Callable[[float, str], None]
Work = Callable[[Progress, Callable[[], bool]], Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended: with a result, with an error, or cancelled (neither)."""

    result: Any = None
    error: BaseException | None = None
    cancelled: bool = False


class Job:
    """Runs ``work(progress, cancelled)`` in a thread.

    The owner calls ``poll`` now and then; it gives the latest (fraction, stage) and, at the end, ``outcome``.
    ``cancel`` returns at once: whatever the work still brings is thrown away.
    """

    def __init__(self, work: Work) -> None:
        self.fraction = 0.0
        self.stage = "Starting"
        self.outcome: Outcome | None = None
        self._messages: queue.SimpleQueue[tuple[float, str] | Outcome] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._work = work
        # A daemon, so that closing the host never waits for it.
        self._thread = threading.Thread(target=self._run, name="bilabial", daemon=True)

    def start(self) -> Job:
        self._thread.start()
        return self

    def run_here(self) -> Job:
        """The same work in this thread, for hosts without an interface. An interrupt stays an interrupt."""
        self._run(passing=(KeyboardInterrupt, SystemExit))
        return self

    def _run(self, passing: tuple[type[BaseException], ...] = ()) -> None:
        try:
            result = self._work(self._report, self._stop.is_set)
        except passing:
            raise
        except BaseException as error:  # whatever went wrong is told to the user by the owner
            self._messages.put(Outcome(error=error))
        else:
            self._messages.put(Outcome(result=result))

    def _report(self, fraction: float, stage: str) -> None:
        self._messages.put((fraction, stage))

    def poll(self) -> Outcome | None:
        """Take what the thread has said so far. The outcome once there is one."""
        while self.outcome is None:
            try:
                message = self._messages.get_nowait()
            except queue.Empty:
                break
            if isinstance(message, Outcome):
                self.outcome = message
            else:
                self.fraction, self.stage = message
        return self.outcome

    def cancel(self) -> None:
        self._stop.set()
        self.outcome = Outcome(cancelled=True)

    @property
    def cancelled(self) -> bool:
        return self._stop.is_set()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the thread; True when it has ended. For tests and for leaving."""
        self._thread.join(timeout)
        return not self._thread.is_alive()
