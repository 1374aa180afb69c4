# SPDX-License-Identifier: GPL-3.0-or-later
"""``key`` inside Blender: opens the scene, adds the lines, generates, writes a new file whole or not at
all.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from ..bilabial.atomic import atomic_path
from ..bilabial.cli import key
from ..bilabial.errors import BilabialError
from ..bilabial.refusals import EXPECTED, sentence
from ..host.without_callbacks import quiet
from ..line import batch, lines, sliders
from ..speak import delivery, generation

if TYPE_CHECKING:
    from ..bilabial.curves.style import Style
    from ..line.line import Line

DONE, SOME_FAILED, BAD_USE, STOPPED = 0, 1, 2, 130

Tell = Callable[..., None]


def main(arguments: list[str]) -> int:
    """``blender --command bilabial key SCENE.blend ...``."""
    from ..bilabial.cli._console import emit, note

    parser = argparse.ArgumentParser(prog="blender --command bilabial")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    key.add_arguments(subparsers.add_parser("key", help=key.SUMMARY))
    try:
        args = parser.parse_args(arguments)
    except SystemExit as stop:  # argparse has said what is wrong
        return int(stop.code or 0)

    def tell(event: str, **said: Any) -> None:
        if event == "result":
            emit(json.dumps(said["result"], ensure_ascii=False) if args.jsonl else said["text"])
        elif event == "progress" and args.jsonl:
            note(json.dumps({"progress": said["fraction"], "stage": said["stage"]}))
        elif event == "refused":
            note(json.dumps({"error": said["sentence"]}) if args.jsonl else f"bilabial: {said['sentence']}")

    return _run(args, tell)


def run_arguments(arguments: list[str], tell: Tell) -> int:
    parser = argparse.ArgumentParser(prog="bilabial key")
    key.add_arguments(parser)
    return _run(parser.parse_args(arguments), tell)


def _run(args: argparse.Namespace, tell: Tell) -> int:
    try:
        return key_scene(args, tell)
    except KeyboardInterrupt:
        tell(event="refused", sentence="Stopped: nothing was written.")
        return STOPPED
    except EXPECTED as error:
        tell(event="refused", sentence=sentence(error))
        return BAD_USE


def key_scene(args: argparse.Namespace, tell: Tell) -> int:
    """Do what the arguments ask. Raises BilabialError where nothing could be done."""
    from ..bilabial.curves.style_text import parse_style

    output = key.check(args)
    style = parse_style(args.style) if args.style else None
    rows = _rows(args)
    _open(args.scene)
    context = bpy.context
    made, failures, styles = _lines(context, args, rows)
    plans = []
    for line in made:
        try:
            plans.append(generation.plan(context, line))
        except EXPECTED as error:
            failures.append((lines.title(line), error))
    done = 0
    for i, plan in enumerate(plans):
        line = lines.standing(context.scene, plan.uid)

        def told(fraction: float, stage: str, i: int = i) -> None:
            tell(event="progress", fraction=(i + fraction) / len(plans), stage=stage)

        try:
            done_one = generation.perform(plan, told, lambda: False)
            own = styles.get(plan.uid, style)
            report = delivery.deliver_fresh(context.scene, line, done_one, own)
            if own is not None:
                sliders.show_dials(line, own.dials)
        except EXPECTED as error:
            failures.append((lines.title(line), error))
            continue
        line.report, line.failed = report.text(), False
        done += 1
        _tell_result(tell, line, report)
    if not done:
        raise BilabialError(sentence(failures[0][1]) if failures else "the scene has no line to key")
    for title, why in failures:
        said = {"line": title, "status": "failed", "error": sentence(why)}
        tell(event="result", result=said, text=f"{title}: failed: {sentence(why)}")
    _save(output)
    tell(event="result", result={"output": str(output)}, text=f"wrote {output}")
    return SOME_FAILED if failures else DONE


def _rows(args: argparse.Namespace) -> list[batch.Row]:
    if args.lines is not None:
        rows = batch.read_rows(args.lines)
        return [
            replace(
                row,
                rig=row.rig or args.rig or "",
                model=row.model or args.model or "",
                target=row.target or args.target or "",
                style=row.style or args.style,
            )
            for row in rows
        ]
    if args.character is None:
        return []
    return [
        batch.Row(
            args.character,
            args.sound.resolve(),
            args.start,
            args.rig or "",
            args.model or "",
            args.phones,
            args.target or "",
            args.text,
            args.style,
        )
    ]


def _lines(
    context: bpy.types.Context, args: argparse.Namespace, rows: list[batch.Row]
) -> tuple[list[Line], list[tuple[str, BaseException]], dict[int, Style]]:
    """The lines to generate, rows that could not become one, and the lines' own styles by uid."""
    from ..bilabial.curves.style_text import parse_style

    failures: list[tuple[str, BaseException]] = []
    styles: dict[int, Style] = {}
    if not rows:
        found = [line for line in context.scene.bilabial.lines if line.enabled]
        if not found:
            raise BilabialError(
                "the scene's table has no ticked line: give --character and --sound, or a list with --lines"
            )
        return found, failures, styles
    uids = []
    for row in rows:
        try:
            line = batch.add_line(context, row)
        except EXPECTED as error:
            failures.append((f"{row.character}: {row.sound.name}", error))
            continue
        with quiet():
            line.tolerance = args.tolerance
        uids.append(line.uid)
        if row.style:
            styles[line.uid] = parse_style(row.style)
    # Adding moves the collection in memory: look each line up at the end.
    return [lines.standing(context.scene, uid) for uid in uids], failures, styles


def _open(path: Path) -> None:
    try:
        bpy.ops.wm.open_mainfile(filepath=str(path), load_ui=False)
    except RuntimeError as error:
        raise BilabialError(
            f"{path.name} cannot be opened ({str(error).strip().rpartition('Error: ')[2]})"
        ) from error


def _save(output: Path) -> None:
    with atomic_path(output) as temporary:
        bpy.ops.wm.save_as_mainfile(filepath=str(temporary), copy=True)


def _tell_result(tell: Tell, line: Line, report: delivery.Report) -> None:
    result = {
        "line": lines.title(line),
        "status": "done",
        "keys": report.keys,
        "curves": report.curves,
        "duration": round(report.duration, 3),
        "notes": report.notes,
        "conflicts": [[name, round(a, 3), round(b, 3)] for name, a, b in report.conflicts],
    }
    tell(event="result", result=result, text=f"{lines.title(line)}: {' '.join(report.text().split(chr(10)))}")
