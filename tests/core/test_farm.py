"""A batch on a farm: its parts, the forms that farms take, and each of them run as its farm would."""

from __future__ import annotations

import csv
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bilabial.batch.farm.openjd import template
from bilabial.batch.farm.parts import MOST_PARTS, FarmJob, Option, cut
from bilabial.batch.lines import Line
from bilabial.cli import main

ROOT = Path(__file__).resolve().parents[2]
HOME = "a b;$(touch gone) {{Param.List}}'é"  # file names are data


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """A list of four short sounds with phones of their own, the third one missing its sound."""
    home = tmp_path / HOME
    home.mkdir()
    rows = ["sound,take,phones"]
    for name in "abcd":
        if name != "c":
            soundfile.write(home / f"{name}.wav", np.zeros(8000), 16_000)
        (home / f"{name}.lab").write_text("0 2000000 m\n2000000 5000000 aa\n")
        rows.append(f"{name}.wav,out/{name}.json,{name}.lab")
    path = home / "list.csv"
    path.write_text("\n".join(rows))
    return path


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Bilabial as a machine of a farm has it: one file to start."""
    path = tmp_path / "start bilabial"
    path.write_text(
        f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT / "core"))} exec {sys.executable} -m bilabial "$@"\n'
    )
    path.chmod(0o755)
    return path


def statuses(lines: Path) -> list[str]:
    with lines.with_suffix(".report.csv").open(encoding="utf-8", newline="") as sheet:
        return [row["status"] for row in csv.DictReader(sheet)]


def farm(form: str, lines: Path, place: Path, *options: str) -> int:
    return main(
        ["farm", form, str(lines), "-o", str(place), "--lines-per-task", "2", "--jobs", "1", *options]
    )


def numbered(*numbers: int) -> list[Line]:
    return [Line(number, Path("a"), Path("b")) for number in numbers]


def test_parts_hold_every_line_once_and_are_never_too_many() -> None:
    assert cut(numbered(2, 3, 5, 9, 10), 2) == ("2-3", "5-9", "10-10")
    parts = cut(numbered(*range(2, 5002)), 1)
    assert len(parts) <= MOST_PARTS and parts[0] == "2-6" and parts[-1].endswith("-5001")


def test_what_the_user_named_is_never_read_as_an_expression() -> None:
    job = FarmJob(
        Path("/{{x}}/l.csv"), ("2-3",), (Option("--style", "{{y}}"), Option("--overwrite")), "{{z}}"
    )
    made = template(job)
    steps = json.dumps(made["steps"])
    assert "{{x}}" not in steps and "{{y}}" not in steps and "{{z}}" not in steps
    assert "--style={{Param.Style}}" in steps and '"--overwrite"' in steps


def test_nothing_that_the_batch_reads_or_writes_becomes_a_form(
    lines: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = lines.read_bytes()
    lines = lines.rename(lines.with_name("template.json"))
    assert farm("bundle", lines, lines.parent) == 2
    assert "is read as the list" in capsys.readouterr().err
    assert lines.read_bytes() == before


def test_a_bundle_runs_under_openjd(lines: Path, program: Path, tmp_path: Path) -> None:
    """Every part, then the one that joins: it alone ends with 1 for the line that cannot be made."""
    pytest.importorskip("openjd.cli", reason="needs openjd-cli, from the extra [farm]")
    folder = tmp_path / "bundle"
    style = "jaw=1.2,lip=0.9"
    assert farm("bundle", lines, folder, "--program", str(program), "--style", style, "--seed", "3") == 0
    values = json.loads((folder / "parameter_values.json").read_text())["parameterValues"]
    assert {"name": "List", "value": str(lines)} in values and {"name": "Style", "value": style} in values
    done = _openjd(
        "run", str(folder / "template.json"), "--step", "Join", "--run-dependencies", "-p", f"List={lines}"
    )
    assert sorted(path.name for path in (lines.parent / "out").iterdir()) == ["a.json", "b.json", "d.json"]
    assert lines.with_name("list.rows-2-3.journal.jsonl").exists()
    assert lines.with_name("list.rows-4-5.journal.jsonl").exists()
    assert statuses(lines) == ["unchanged", "unchanged", "failed", "unchanged"]
    assert done.returncode == 1 and "Step: Join" in done.stdout  # reached: the parts before it were done
    assert not list(tmp_path.rglob("gone"))


def _openjd(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-c", "from openjd.cli import main; main()", *words]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, env=dict(os.environ, TZ="UTC")
    )
