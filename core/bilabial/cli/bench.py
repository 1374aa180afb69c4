"""``bilabial bench``: how fast each part is on this machine, beside the plain way and the machine's floor."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..threads import THREADS
from ._console import Progress, emit
from ._takes import model_reads

if TYPE_CHECKING:
    from ..bench import Measurement

SUMMARY = "measure the speed of each part on this machine"
NAMES = ("features", "file", "live", "reduce", "rig")
_PAGE = """# Benchmarks

Made by `make bench`, which runs

    bilabial bench --write docs/benchmarks.md

on {machine}.
Each line is measured in its own process; *floor* is what the floating-point work costs at the
speed of this machine's best matrix product, or the bytes at the speed of its memory, whichever is longer,
measured in the same run (weights that stay in the cache come faster, so a line may lie a little below its
floor). Everything runs on one core and is given in seconds of that core. *Plain way* is the
same result by the first program that one would write.

{table}

## How far from the floor, and why

{notes}
"""


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser("bench", help=SUMMARY, description=SUMMARY + ".")
    parser.add_argument(
        "--only", action="append", choices=NAMES, help="measure this alone (can be given again)"
    )
    parser.add_argument("--model", help="name or folder of a model (default: the installed ones)")
    parser.add_argument("--sound", type=Path, help="speech to measure with (default: the demo line)")
    parser.add_argument("--write", type=Path, metavar="PAGE.md", help="write the table as a page too")
    parser.add_argument("--json", action="store_true", help="one JSON object a measurement")
    parser.add_argument(
        "--here", action="store_true", help=argparse.SUPPRESS
    )  # in this process, for the parent


def run(args: argparse.Namespace) -> int:
    from ..bench import BENCHMARKS, demo_line
    from ..guard import Use, refuse_collisions

    if args.write is not None:
        reads = [Use(demo_line(args.sound), "the sound"), *model_reads(args.model)]
        refuse_collisions(reads, [Use(args.write, "the page")])
    names = args.only or list(BENCHMARKS)
    if args.here:
        from dataclasses import asdict

        for name in names:
            for measured in BENCHMARKS[name](args.sound, args.model):
                emit(json.dumps(asdict(measured)))
        return 0
    measurements = []
    with Progress(args.progress, "bench") as progress:
        for index, name in enumerate(names):
            progress(index / len(names), name)
            measurements += _in_own_process(name, args)
        progress(1.0, "done")
    for measured in measurements:
        if args.json:
            from dataclasses import asdict

            emit(json.dumps(asdict(measured)))
        else:
            emit(_as_text(measured))
    if args.write is not None:
        from ..atomic import write_atomically

        notes = "\n".join(f"- **{m.name}**: {m.note}." for m in measurements)
        page = _PAGE.format(machine=_machine(), table=_as_table(measurements), notes=notes)
        write_atomically(args.write, page)
    return 0


def _in_own_process(name: str, args: argparse.Namespace) -> list[Measurement]:
    """A process of its own: how many threads a matrix library starts is settled when it is imported."""
    from ..bench import Measurement
    from ..errors import BilabialError

    environment = os.environ | dict.fromkeys(THREADS, "1")
    command = [sys.executable, "-m", __package__.rpartition(".")[0], "bench", "--here", "--only", name]
    command += ["--model", args.model] if args.model else []
    command += ["--sound", str(args.sound)] if args.sound else []
    done = subprocess.run([*command, "--progress", "none"], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise BilabialError(f"the benchmark {name!r} failed: {done.stderr.strip() or done.returncode}")
    return [Measurement(**json.loads(line)) for line in done.stdout.splitlines()]


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _as_text(m: Measurement) -> str:
    parts = [f"{m.name}: {_number(m.value)} {m.unit}"]
    if m.goal:
        parts.append(f"goal {m.goal}")
    if m.naive is not None:
        parts.append(f"plain way {_number(m.naive)} ({m.naive_way})")
    if m.floor is not None:
        parts.append(f"floor {_number(m.floor)}")
    return "; ".join([*parts, m.note] if m.note else parts)


def _as_table(measurements: list[Measurement]) -> str:
    rows = ["| what | measured | goal | plain way | floor |", "|---|---|---|---|---|"]
    for m in measurements:
        plain = f"{_number(m.naive)} ({m.naive_way})" if m.naive is not None else ""
        rows.append(
            f"| {m.name} | **{_number(m.value)} {m.unit}** | {m.goal} | {plain} | {_number(m.floor)} |"
        )
    return "\n".join(rows)


def _machine() -> str:
    import platform

    import numpy

    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line
        ]
        name = names[0] if names else name
    cores = os.cpu_count() or 1
    python = platform.python_version()
    return f"{cores} cores of {name} (Python {python}, numpy {numpy.__version__}, shared with other work)"
