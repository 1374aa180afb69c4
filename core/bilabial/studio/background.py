"""What the Studio's state stands on: listeners by topic, sentences for the window, and slow work as jobs."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import BilabialError
from ..jobs import Job, Outcome, Work
from ..phrases import Phrase
from ..refusals import sentence

TOPICS = (
    "lines", "document", "take", "selection", "sound", "report", "jobs", "message", "compare", "lexicon",
    "head",
)  # fmt: skip


@dataclass(eq=False)
class Running:
    """A job that is under way, as the status bar shows it."""

    title: str
    job: Job
    done: Callable[[Any], None]
    quiet: bool = False  # no bar, and no sentence when it fails


class Background:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.message = ""
        self.running: list[Running] = []
        self._listeners: dict[str, list[Callable[[], None]]] = defaultdict(list)
        self._clock = clock

    # Telling

    def listen(self, topic: str, listener: Callable[[], None]) -> None:
        if topic not in TOPICS:
            raise ValueError(topic)
        self._listeners[topic].append(listener)

    def tell(self, *topics: str) -> None:
        for topic in topics:
            for listener in list(self._listeners[topic]):
                listener()

    def say(self, message: str) -> None:
        self.message = message
        self.tell("message")

    def attempt(self, work: Callable[[], Any]) -> Any:
        """Do something that a person asked for; what goes wrong becomes a sentence in the window."""
        try:
            return work()
        except (BilabialError, OSError, MemoryError) as error:
            self.say(sentence(error))
            return None

    # Jobs

    def start(self, title: str, work: Work, done: Callable[[Any], None], quiet: bool = False) -> Running:
        running = Running(title, Job(work).start(), done, quiet)
        self.running.append(running)
        self.tell("jobs")
        return running

    def poll(self) -> bool:
        """Hand in what jobs have brought."""
        before = len(self.running)
        for running in list(self.running):
            outcome = running.job.poll()
            if outcome is not None:
                self.running.remove(running)
                self._finish(running, outcome)
        if before:
            self.tell("jobs")
        return False

    def _finish(self, running: Running, outcome: Outcome) -> None:
        if outcome.error is not None:
            if not running.quiet:
                self.say(Phrase("{0}: {1}", running.title, sentence(outcome.error)))
        elif not outcome.cancelled:
            self.attempt(lambda: running.done(outcome.result))

    def cancel(self, running: Running | None = None) -> None:
        for one in [running] if running is not None else list(self.running):
            one.job.cancel()

    def wait(self, seconds: float = 60.0) -> None:
        """For tests and scripts: until all jobs are done."""
        end = time.monotonic() + seconds
        while self.running and time.monotonic() < end:
            for running in list(self.running):
                running.job.join(0.02)
            self.poll()
