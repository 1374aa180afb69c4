"""A batch on a farm: its parts, the forms that farms take, and each of them run as its farm would."""

from __future__ import annotations

import csv
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from bilabial.batch.farm.commands import commands
from bilabial.batch.farm.openjd import template
from bilabial.batch.farm.parts import MOST_PARTS, FarmJob, Option, cut
from bilabial.batch.journal import Entry, Journal
from bilabial.batch.lines import Line, read_lines
from bilabial.batch.seal import is_sealed, seal_beside
from bilabial.cli import main
from bilabial.errors import BilabialError

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
    assert len(cut(numbered(*range(2, 1002)))) == 10 and len(cut(numbered(*range(51_200)))) == 256
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


def test_a_list_that_would_do_harm_is_refused_before_it_is_handed_over(
    lines: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines.write_text("sound,take\na.wav,out/one.json\nb.wav,out/one.json\n")
    assert farm("bundle", lines, tmp_path / "bundle") == 2
    assert "both to be written" in capsys.readouterr().err and not (tmp_path / "bundle").exists()


def test_a_part_of_a_list_that_was_looked_over_reads_its_own_lines_alone(
    lines: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import bilabial.batch.run as running

    assert main(["farm", "commands", str(lines), "-o", str(tmp_path / "c.txt")]) == 0
    assert is_sealed(lines, None) and not is_sealed(lines, tmp_path)
    looked: list[int] = []
    real = running.refuse_harm

    def counted(some: Sequence[Line], *more: Any) -> None:
        looked.append(len(some))
        real(some, *more)

    monkeypatch.setattr(running, "refuse_harm", counted)
    part = ["batch", str(lines), "--rows", "2-3", "--jobs", "1", "--exit-zero"]
    assert main(part) == 0
    assert looked == [2]  # lines of its own
    with lines.open("a") as file:  # another list: the seal says nothing of it
        file.write("\na.wav,a.wav,a.lab\n")
    assert not is_sealed(lines, None)
    looked.clear()
    assert main(part) != 0  # the new line would write over a sound that the others read
    assert looked == [5]
    seal_beside(lines).write_text("[" * 100_000)
    assert not is_sealed(lines, None)


def test_a_part_of_a_list_keeps_nothing_of_other_lines(tmp_path: Path) -> None:
    text = "sound\n" + "".join(f"{n}.wav\n" for n in range(2, 1001)) + '"broken\n'
    path = tmp_path / "list.csv"
    path.write_text(text)
    assert [line.number for line in read_lines(path, part=(10, 12))] == [10, 11, 12]
    entry = Entry("out/a.json", "k" * 64, "w" * 64, "", 1.0, 1)
    odd = Entry('out/"é\\.json', "k" * 64, "w" * 64, "", 1.0, 1)
    other = tmp_path / "list.rows-1-2.journal.jsonl"
    with Journal(other) as journal:
        for one in (entry, odd, replace(entry, take="out/b.json")):
            journal.add(one)
    found = Journal(tmp_path / "list.journal.jsonl", (other,), [entry.take, odd.take])
    assert set(found.past) == {entry.take, odd.take}
    assert set(Journal(tmp_path / "none", (other,), [entry.take]).past) <= {entry.take, odd.take}


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


def test_commands_run_line_by_line_in_a_shell(
    lines: Path, program: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "commands.txt"
    style = "jaw=1.2,lip=0.9"
    assert farm("commands", lines, path, "--program", str(program), "--style", style) == 0
    join = capsys.readouterr().out.splitlines()[-1]
    told = path.read_text().splitlines()
    assert len(told) == 2 and shlex.split(told[0])[-2:] == ["--rows=2-3", "--exit-zero"]
    codes = [
        subprocess.run(["sh", "-c", command], cwd=tmp_path, check=False, timeout=60).returncode
        for command in (*told, join)
    ]
    assert codes == [0, 0, 1]
    assert statuses(lines) == ["unchanged", "unchanged", "failed", "unchanged"]
    assert not list(tmp_path.rglob("gone"))


def test_a_name_with_a_line_break_makes_no_second_command(lines: Path, tmp_path: Path) -> None:
    job = FarmJob(lines.with_name("a\nrm b.csv"), ("2-3",))
    with pytest.raises(BilabialError, match="rename"):
        commands(job)


FLAMENCO = """\
// As much of Flamenco's author API as a job type calls.
const author = {
    Task: (name, type) => ({
        name, type, commands: [], needs: [],
        addCommand(command) { this.commands.push(command); },
        addDependency(task) { this.needs.push(task.name); },
    }),
    Command: (name, parameters) => ({ name, parameters }),
};
const fs = require("fs");
const source = fs.readFileSync(process.argv[2], "utf8");
const type = new Function("author", source + "; return { JOB_TYPE, compileJob };")(author);
const posted = JSON.parse(fs.readFileSync(process.argv[3], "utf8"));
const settings = {};
for (const known of type.JOB_TYPE.settings) {
    if (known.default !== undefined) settings[known.key] = known.default;
}
for (const [key, value] of Object.entries(posted.settings)) {
    const known = type.JOB_TYPE.settings.find((setting) => setting.key === key);
    if (!known || known.type !== typeof value) throw new Error("no setting " + key);
    settings[key] = value;
}
const tasks = [];
type.compileJob({ settings, addTask(task) { tasks.push(task); } });
console.log(JSON.stringify(tasks));
"""


def flamenco(folder: Path) -> subprocess.CompletedProcess[str]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node, which runs Flamenco's job types here")
    (folder / "flamenco.js").write_text(FLAMENCO)
    command = [node, folder / "flamenco.js", folder / "bilabial-batch.js", folder / "job.json"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_flamenco_compiles_the_job_into_parts_and_one_that_joins(lines: Path, tmp_path: Path) -> None:
    folder = tmp_path / "flamenco"
    assert farm("flamenco", lines, folder, "--style", "jaw=1.2", "--overwrite") == 0
    done = flamenco(folder)
    assert not done.stderr
    *parts, join = json.loads(done.stdout)
    batch = ["batch", str(lines), "--jobs=1", "--style=jaw=1.2", "--overwrite"]
    assert [part["name"] for part in parts] == ["rows-2-3", "rows-4-5"] == join["needs"]
    assert [task["type"] for task in (*parts, join)] == ["misc"] * 3
    assert parts[0]["commands"] == [
        {"name": "exec", "parameters": {"exe": "bilabial", "args": [*batch, "--rows=2-3", "--exit-zero"]}}
    ]
    assert join["commands"] == [{"name": "exec", "parameters": {"exe": "bilabial", "args": batch}}]


@pytest.mark.parametrize(
    ("key", "value"), [("rows", " "), ("rows", "2-3 x"), ("options", "{}"), ("options", "[1]")]
)
def test_flamenco_refuses_settings_that_are_none(key: str, value: str, lines: Path, tmp_path: Path) -> None:
    folder = tmp_path / "flamenco"
    assert farm("flamenco", lines, folder) == 0
    job = json.loads((folder / "job.json").read_text())
    job["settings"][key] = value
    (folder / "job.json").write_text(json.dumps(job))
    done = flamenco(folder)
    assert done.returncode == 1 and "write them as in" in done.stderr


def _openjd(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-c", "from openjd.cli import main; main()", *words]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, env=dict(os.environ, TZ="UTC")
    )
