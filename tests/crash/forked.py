"""Commands run in a fork of this process, in which everything is imported and the model is loaded.

A round then costs what the batch costs, not what starting an interpreter costs, and there can be thousands.
The batch's own workers are forks as well.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bilabial.batch import workers
from bilabial.cli import main

LONGEST = 300.0  # seconds for one command


class Broken(Exception):  # noqa: N818 - a promise, not an error
    """A promise that a round broke."""


class Running:
    """A command under way, in a session of its own."""

    def __init__(
        self, arguments: Sequence[str], said: Path, before: Callable[[], None] = lambda: None
    ) -> None:
        """``said`` gets what the command says; ``before`` runs in the fork, ahead of the command."""
        self.code: int | None = None
        sys.stdout.flush()
        self.pid = os.fork()
        if self.pid == 0:
            _be_the_command(arguments, said, before)

    def kill(self, kind: int = signal.SIGKILL) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, kind)

    def kill_all(self, kind: int = signal.SIGKILL) -> None:
        """The command and its workers."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, kind)

    def wait(self) -> int:
        """The exit code, or a signal's number below nought; then its workers, which end by themselves."""
        end = time.monotonic() + LONGEST
        while self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > end:
                self.kill_all()
                os.waitpid(self.pid, 0)
                raise Broken(f"a batch did not end within {LONGEST:g} s")
            else:
                time.sleep(0.002)
        self._wait_for_workers()
        return self.code

    def workers(self) -> list[int]:
        try:
            told = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        except OSError:
            return []
        return [int(word) for word in told.split()]

    def _wait_for_workers(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                os.killpg(self.pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.005)
        raise Broken("workers outlived their parent for a minute")


def _be_the_command(arguments: Sequence[str], said: Path, before: Callable[[], None]) -> None:
    """Never returns: what happens here is nothing of the tester's."""
    code = 70
    try:
        os.setsid()
        handle = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(handle, stream)
        fork = multiprocessing.get_context("fork")
        workers.multiprocessing.get_context = lambda method=None: fork  # type: ignore[attr-defined]
        before()
        code = main(list(arguments))
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 2
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
