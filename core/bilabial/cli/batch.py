"""``bilabial batch``: many sounds, several at a time, going on where it ended."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._console import Progress, emit
from ._options import add_list_options, add_performance_options, jobs, lexicon_of, rows

if TYPE_CHECKING:
    from ..batch.journal import Past
    from ..batch.lines import Line
    from ..batch.run import Executor, Task

SUMMARY = "make many takes from a list of sounds"


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "batch",
        help=SUMMARY,
        description="Make a take of every sound in a csv. Its first row names the columns: sound, and where "
        "wanted take, curves, phones, text, model, style. Beside the list stand a report (csv and text) and "
        "a journal; run the same command again and it goes on, skipping what has not changed.",
    )
    parser.add_argument("list", type=Path, metavar="LIST.csv")
    parser.add_argument(
        "--jobs", type=jobs, default=os.cpu_count() or 1, help="processes (default: one a core)"
    )
    others = parser.add_mutually_exclusive_group()
    others.add_argument(
        "--workers", type=jobs, metavar="N", help="workers of Dask on this machine instead (docs/farm.md)"
    )
    others.add_argument(
        "--scheduler", metavar="ADDRESS", help="the workers of this scheduler of Dask: tcp://machine:8786"
    )
    parser.add_argument(
        "--rows", type=rows, metavar="A-B",
        help="work on these lines of the list alone, counted as in the report, with a journal and a report "
        "of their own; a run without --rows joins all parts",
    )  # fmt: skip
    parser.add_argument(
        "--exit-zero", action="store_true",
        help="end with 0 even where lines failed, as a part on a farm does: the run that joins tells of them",
    )  # fmt: skip
    add_list_options(parser)
    add_performance_options(parser)


def run(args: argparse.Namespace) -> int:
    from ..batch.line import make_line, skip_line
    from ..batch.lines import read_lines
    from ..batch.report import Status
    from ..batch.run import BatchFiles, Task, refuse_harm, run_batch
    from ..batch.seal import is_sealed
    from ..curves.style_text import parse_style
    from ..errors import BilabialError
    from ..guard import Use
    from ..models.store import model_files
    from ..words.store import words_files
    from . import DONE, SOME_FAILED

    executor = _dask(args) if args.workers or args.scheduler else None
    parse_style(args.style)  # refused before the first line, not at each of them
    sealed = args.rows is not None and is_sealed(args.list, args.out)
    lines = read_lines(args.list, args.out, args.rows if sealed else None)
    models = {line.model or args.model for line in lines if line.phones is None}
    reads = [Use(file, "a file of the model") for model in models for file in model_files(model)]
    reads += [Use(file, "a file of the words model") for file in words_files(args.words_model)]
    lexicon = lexicon_of(args.lexicon, args.list.parent)
    reads += [] if lexicon is None else [Use(lexicon, "the lexicon")]

    def task(line: Line, before: Past | None) -> Task:
        return Task(
            line, before, args.model, args.language, args.tolerance, args.style, args.overwrite,
            words=args.words, words_model=args.words_model,
            face=args.face, emotion=args.emotion, seed=args.seed, lexicon=lexicon,
        )  # fmt: skip

    def told(text: str) -> None:
        emit(text.rstrip("\n"))

    files = BatchFiles.beside(args.list, args.rows)
    if args.rows is not None:
        if not sealed:  # then over the whole list, whatever part of it is worked on
            refuse_harm(lines, files, reads)
        lines = [line for line in lines if args.rows[0] <= line.number <= args.rows[1]]
        if not lines:
            raise BilabialError(
                f"{args.list} has no line in --rows {args.rows[0]}-{args.rows[1]}: check them"
            )
    with Progress(args.progress, args.list.name) as progress:
        outcomes = run_batch(
            lines, files, make_line, task, args.workers or args.jobs, progress, skip_line,
            dict.fromkeys(reads), told, executor,
        )  # fmt: skip
    failed = any(
        outcome.status is not Status.DONE and outcome.status is not Status.UNCHANGED for outcome in outcomes
    )
    return SOME_FAILED if failed and not args.exit_zero else DONE


def _dask(args: argparse.Namespace) -> Executor:
    """Workers elsewhere have folders of their own to start from: what is named gets its whole path."""
    from functools import partial

    from ..batch.dask_workers import results

    args.list = args.list.absolute()
    args.out = args.out and args.out.absolute()
    for name in ("model", "words_model", "lexicon"):
        named = getattr(args, name)
        if named and Path(named).exists():
            setattr(args, name, str(Path(named).absolute()))
    return partial(results, scheduler=args.scheduler)
