"""The command line: one module a command, each with ``add_parser(subparsers)`` and ``run(args) -> int``.

A module of this folder whose name has no leading underscore is a command of that name; nothing else registers
it. Only the module that the user asked for is imported, and it imports the heavy parts inside ``run``, so
that help is instant. Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 some lines
failed, 2 bad use or bad input, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import errno
import importlib
import io
import os
import pkgutil
import signal
import sys
import threading
from collections.abc import Sequence

from .. import __version__
from ..errors import Cancelled
from ..refusals import EXPECTED, sentence
from ._console import Progress, refuse

DONE, SOME_FAILED, BAD_USE, STOPPED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code; never lets a user's mistake become a traceback."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    kind = "none"
    try:
        _prepare_process()
        names = command_names()
        asked = [arguments[0]] if arguments and arguments[0] in names else names
        args = make_parser(asked).parse_args(arguments)
        kind = args.progress
        code: int = args.run(args)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except (Cancelled, KeyboardInterrupt):
        refuse("Stopped: nothing is left half-written.", kind)
        return STOPPED
    except EXPECTED as error:
        if _reader_has_gone(error):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            return DONE
        refuse(sentence(error), kind)
        return BAD_USE


def _reader_has_gone(error: Exception) -> bool:
    """As in `bilabial show TAKE | head`. Windows calls it an invalid argument, of no file."""
    if not isinstance(error, OSError):
        return False
    nameless = error.errno == errno.EINVAL and error.filename is None
    return isinstance(error, BrokenPipeError) or (nameless and sys.platform == "win32")


def _prepare_process() -> None:
    """Treat a request to end as Ctrl-C, so that nothing stays half-written; let no console choke on IPA."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
            signal.signal(signal.SIGHUP, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def command_names() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def make_parser(names: Sequence[str]) -> argparse.ArgumentParser:
    """A parser of these commands; their modules are imported for it, and no others."""
    parser = argparse.ArgumentParser(
        prog="bilabial",
        description="Lip-sync that closes on every m, b and p: a soundtrack in, sparse editable curves out.",
        epilog="`bilabial COMMAND --help` explains a command.",
    )
    parser.add_argument("--version", action="version", version=f"bilabial {__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True, title="commands")
    for name in names:
        module = importlib.import_module(f".{name}", __name__)
        module.add_parser(subparsers)
        command = subparsers.choices[name]
        command.set_defaults(run=module.run)
        command.add_argument(
            "--progress",
            choices=Progress.KINDS,
            default="bar" if sys.stderr is not None and sys.stderr.isatty() else "none",
            help="how progress shows on stderr (default: a bar on a terminal, else none)",
        )
    return parser


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The parser of each command, by its name."""
    action = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    return dict(action.choices)
