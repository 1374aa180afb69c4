"""``bilabial key``: lip-sync into a .blend, by the Blender extension, with pip's bpy or an installed Blender.

The work happens in a process of its own, which says on its stdout, line by line, how it is going. The same
arguments work inside Blender as ``blender --command bilabial key ...``.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import BilabialError
from ..guard import Use, refuse_collisions
from ..tables import read_rows
from ._console import Progress, emit, note
from ._options import tolerance

SUMMARY = "key lip-sync into a Blender file"
SIGN = "\x1e"  # begins each line that the worker means for us; Blender prints much else
_FILES_OF_LINES = ("sound", "phones", "rig")
_LAST_WORDS = 15  # lines of Blender's own output that are shown when it dies


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "key",
        help=SUMMARY,
        description="Key lip-sync into a .blend: one line by --character and --sound, many by --lines, or, "
        "with neither, every ticked line of the scene's own table. Edits by hand are kept.",
    )
    add_arguments(parser)
    parser.add_argument(
        "--blender", type=Path, metavar="PATH", help="a Blender to use instead of the bpy module"
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes, at the terminal and inside Blender."""
    parser.add_argument("scene", type=Path, metavar="SCENE.blend")
    parser.add_argument("--character", metavar="NAME", help="the face's mesh or the armature, by its name")
    parser.add_argument("--sound", type=Path, metavar="FILE", help="what the character says")
    parser.add_argument(
        "--start", "--at", type=float, default=1.0, metavar="FRAME", help="where it starts (default: 1)"
    )
    parser.add_argument("--text", default="", metavar="WORDS", help="what is said; the model finds when")
    parser.add_argument(
        "--lines",
        type=Path,
        metavar="LINES.csv",
        help="many lines: columns character, sound, and where wanted start, rig, model, phones, text, "
        "target, style",
    )
    parser.add_argument(
        "--rig", metavar="PROFILE", help="name or file of a rig profile (default: recognise the rig)"
    )
    parser.add_argument(
        "--target", choices=("controls", "bake"), help="what receives keys (default: controls)"
    )
    parser.add_argument("--model", help="name or folder of a model (default: the best one installed)")
    parser.add_argument("--phones", type=Path, metavar="FILE", help="timings of your own; no model is run")
    parser.add_argument("--style", default="", help="a preset and dials, as in 'mumble' or 'jaw=1.2,lip=0.9'")
    parser.add_argument(
        "--tolerance", type=tolerance, default=0.02,
        help="largest distance of the keyed curves from the dense ones (default: 0.02)",
    )  # fmt: skip
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="OUT.blend",
        help="where the result goes (default: SCENE.lipsync.blend)",
    )
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="write even over a file that is there, the scene itself included",
    )
    parser.add_argument("--jsonl", action="store_true", help="progress and results as lines of JSON")


def check(args: argparse.Namespace) -> Path:
    """Refuse what cannot work before Blender starts. Gives the path of the result."""
    from ..models.store import model_files

    if not args.scene.is_file():
        raise BilabialError(f"there is no scene {args.scene}: check the name")
    if args.lines is not None and (args.character or args.sound):
        raise BilabialError("give either --lines or --character and --sound, not both")
    if bool(args.character) != bool(args.sound):
        lacking = "--sound" if args.character else "--character"
        raise BilabialError(f"{lacking} is missing: a line needs a character and a sound")
    for path in (args.sound, args.lines, args.phones):
        if path is not None and not path.is_file():
            raise BilabialError(f"there is no file {path}: check the name")
    output: Path = args.output or args.scene.with_name(f"{args.scene.stem}.lipsync.blend")
    if output.suffix.lower() != ".blend":
        raise BilabialError(f"{output} is no name for a Blender file: let it end in .blend")
    if not output.resolve().parent.is_dir():
        raise BilabialError(f"cannot write {output}: make the folder {output.parent} first")
    named = (("sound", args.sound), ("table of lines", args.lines), ("phone file", args.phones))
    files = [Use(path, f"the {role}") for role, path in named if path is not None]
    files += [*_file_of("rig profile", args.rig), *_files_of_lines(args.lines)]
    files += [Use(file, "a file of the model") for file in model_files(args.model)]
    refuse_collisions(files, [Use(output, "the result")])
    if output.exists() and not args.overwrite:
        raise BilabialError(f"{output} is there already: name another file with -o, or add --overwrite")
    return output


def _file_of(role: str, name: str | None) -> list[Use]:
    """The file that an option names, where it names a file and not something installed."""
    return [] if name is None or not Path(name).is_file() else [Use(Path(name), f"the {role}")]


def _files_of_lines(path: Path | None) -> list[Use]:
    """What the rows of a table name. Whether they are as they must be, the one who keys them says."""
    if path is None:
        return []
    rows = read_rows(path, "sound")
    _, header = next(rows, (0, []))
    places = [index for index, name in enumerate(header) if name.strip().lower() in _FILES_OF_LINES]
    cells = ((number, row[index].strip()) for number, row in rows for index in places if index < len(row))
    return [
        Use(path.parent / cell, f"a file of line {number}")
        for number, cell in cells
        if cell and "\0" not in cell and (path.parent / cell).is_file()
    ]


def run(args: argparse.Namespace) -> int:
    check(args)
    kind = "jsonl" if args.jsonl else args.progress
    command = [*_host(args.blender), "--", *_arguments(args)]
    with Progress(kind, args.scene.name) as progress:
        return _follow(command, progress, args.jsonl)


def _host(blender: Path | None) -> list[str]:
    """The command line up to the worker's own arguments."""
    from ..resources import folder

    worker = str(folder("addon") / "command" / "run_key.py")
    if blender is not None:
        found = shutil.which(str(blender))
        if found is None:
            raise BilabialError(f"there is no Blender at {blender}: give the path of its program")
        return [
            found,
            "--background",
            "--factory-startup",
            "-noaudio",
            "--python-exit-code",
            "3",
            "--python",
            worker,
        ]
    if importlib.util.find_spec("bpy") is None:
        raise BilabialError(
            "this Python has no bpy: run 'pip install bpy', or name a Blender with --blender PATH"
        )
    return [sys.executable, worker]


def _arguments(args: argparse.Namespace) -> list[str]:
    """The worker's arguments: paths made absolute, since Blender may change its folder."""
    given = [str(args.scene.resolve())]
    for name in ("character", "rig", "target", "model", "style", "text"):
        value = getattr(args, name)
        if value:
            is_file = name in ("rig", "model") and (os.sep in value or value.endswith(".json"))
            given += [f"--{name}={Path(value).resolve() if is_file else value}"]
    for name in ("sound", "lines", "phones", "output"):
        path = getattr(args, name)
        if path is not None:
            given += [f"--{name}={path.resolve()}"]
    given += [f"--start={args.start}", f"--tolerance={args.tolerance}"]
    return given + (["--overwrite"] if args.overwrite else [])


def _follow(command: list[str], progress: Progress, as_json: bool) -> int:
    """Run the worker, pass on what it says, and end as it ended."""
    from . import BAD_USE

    said: deque[str] = deque(maxlen=_LAST_WORDS)
    worker = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        encoding="utf-8", errors="replace",
    )  # fmt: skip
    code: int | None = None
    refused = None
    try:
        for event in _events(worker, said):
            match event.get("event"):
                case "progress":
                    progress(event["fraction"], event["stage"])
                case "result":
                    emit(json.dumps(event["result"], ensure_ascii=False) if as_json else event["text"])
                case "refused":
                    refused = event["sentence"]
                case "end":
                    code = event["code"]
        worker.wait()
    except BaseException:
        worker.kill()
        worker.wait()
        raise
    if refused is not None:
        raise BilabialError(refused)
    if code is None:
        for line in said:
            note(line)
        note(f"bilabial: Blender ended unexpectedly (exit code {worker.returncode}); nothing was written.")
        return BAD_USE
    return code


def _events(worker: subprocess.Popen[str], said: deque[str]) -> Iterator[dict[str, Any]]:
    assert worker.stdout is not None
    for line in worker.stdout:
        if line.startswith(SIGN):
            yield json.loads(line[len(SIGN) :])
        else:
            said.append(line.rstrip())
