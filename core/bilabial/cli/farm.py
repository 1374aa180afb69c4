"""``bilabial farm``: a batch in the form that a farm takes."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._console import emit
from ._options import add_list_options, add_performance_options, jobs

if TYPE_CHECKING:
    from ..batch.farm.parts import FarmJob, Option

Form = tuple[dict[Path, str], str]  # the texts to write, and what to do with them

SUMMARY = "hand a batch to a farm"
_PASSED_ON = (
    "jobs", "out", "words", "model", "words_model", "style", "tolerance", "language", "face", "emotion",
    "seed", "lexicon", "overwrite",
)  # fmt: skip
_PLACES = ("out", "model", "words_model", "lexicon")  # or names: what is there goes on by its whole path


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "farm",
        help=SUMMARY,
        description="Cut a list as `bilabial batch` takes it into parts, and write what a farm runs: a part "
        "a task, then one that joins the parts. `bundle` is a folder for Open Job Description (AWS Deadline "
        "Cloud), `flamenco` a folder with a job type and a job, `commands` a file with one shell command a "
        "line.",
    )
    parser.add_argument("form", choices=tuple(_FORMS))
    parser.add_argument("list", type=Path, metavar="LIST.csv", help="on a disk that all machines reach")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="PLACE", help="what is written")
    parser.add_argument(
        "--lines-per-task",
        type=_lines,
        default=None,
        metavar="N",
        help="lines of a part (default: 100, and of more than 25600 lines a 256th)",
    )
    parser.add_argument(
        "--program", default="bilabial", help="what starts bilabial on the machines (default: bilabial)"
    )
    parser.add_argument("--jobs", type=jobs, help="processes of a task (default: one a core of its machine)")
    add_list_options(parser)
    add_performance_options(parser)
    parser.set_defaults(defaults={name: parser.get_default(name) for name in _PASSED_ON})


def run(args: argparse.Namespace) -> int:
    from ..atomic import write_atomically
    from ..batch.farm.parts import FarmJob, cut
    from ..batch.lines import read_lines, reads_of_lines, writes_of_lines
    from ..batch.run import BatchFiles, refuse_harm
    from ..batch.seal import seal, seal_beside
    from ..curves.style_text import parse_style
    from ..guard import Use, refuse_collisions
    from . import DONE

    parse_style(args.style)
    lines = read_lines(args.list, args.out)
    parts = cut(lines, args.lines_per_task)
    refuse_harm(lines, BatchFiles.beside(args.list))  # told here, not by the first part of a night's job
    job = FarmJob(args.list.absolute(), parts, tuple(_options(args)), args.program)
    texts, told = _FORMS[args.form](job, args.output)
    texts_and_seal = [*texts, seal_beside(args.list)]
    reads = [Use(args.list, "the list"), *reads_of_lines(lines), *writes_of_lines(lines)]
    refuse_collisions(reads, [Use(path, f"the {args.form}") for path in texts_and_seal])
    seal(args.list, args.out)
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text)
    emit(f"{len(job.parts)} part{'s' if len(job.parts) != 1 else ''}. {told}")
    return DONE


def _bundle(job: FarmJob, folder: Path) -> Form:
    from ..batch.farm.openjd import TEMPLATE, bundle

    run = ["openjd", "run", str(folder / TEMPLATE), "--step", "Join", "--run-dependencies"]
    told = f"Submit the folder, or run it here:\n{shlex.join([*run, '-p', f'List={job.sounds}'])}"
    return {folder / name: text for name, text in bundle(job).items()}, told


def _flamenco(job: FarmJob, folder: Path) -> Form:
    from ..batch.farm.flamenco import JOB, SCRIPT, job_type_and_job

    told = (
        f"Put {folder / SCRIPT} into the folder scripts beside Flamenco's manager, once; then send the job:\n"
        f"curl -H 'Content-Type: application/json' -d {shlex.quote(f'@{folder / JOB}')} "
        "http://MANAGER:8080/api/v3/jobs"
    )
    return {folder / name: text for name, text in job_type_and_job(job).items()}, told


def _commands(job: FarmJob, path: Path) -> Form:
    from ..batch.farm.commands import commands, join_command

    return {path: commands(job)}, f"When all of them have ended, join them:\n{join_command(job)}"


_FORMS: dict[str, Callable[[FarmJob, Path], Form]] = {
    "bundle": _bundle,
    "flamenco": _flamenco,
    "commands": _commands,
}


def _options(args: argparse.Namespace) -> list[Option]:
    """What the user asked of the batch, and nothing that is its own default."""
    from ..batch.farm.parts import Option

    found = []
    for name in _PASSED_ON:
        value = getattr(args, name)
        if value == args.defaults[name]:
            continue
        if name in _PLACES and (name == "out" or Path(value).exists()):
            value = Path(value).absolute()
        flag = "--" + name.replace("_", "-")
        found.append(Option(flag) if value is True else Option(flag, str(value)))
    return found


def _lines(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is out of range: use 1 or more")
    return number
