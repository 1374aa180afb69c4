"""What a tester who trusts nothing found beside the large faults: each small, each once wrong."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bilabial.batch.lines import read_lines
from bilabial.cli import main
from bilabial.errors import BilabialError

PYTHON = shlex.quote(sys.executable)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "a.wav", np.zeros(8000), 16_000)
    (tmp_path / "a.lab").write_text("0 2000000 m\n2000000 5000000 aa\n")
    return tmp_path / "a.wav"


def shell(command: str) -> subprocess.CompletedProcess[bytes]:
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(path for path in sys.path if path))
    return subprocess.run(
        ["sh", "-c", command], capture_output=True, timeout=120, env=environment, check=False
    )


def test_unicodes_other_line_breaks_stay_inside_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("sound,style\na\u2028b\x85c\x0bd.wav,shout\n", "utf-8")
    (line,) = read_lines(path)
    assert line.sound.name == "a\u2028b\x85c\x0bd.wav" and line.style == "shout"


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="this system has no /dev/stdout")
def test_a_take_into_a_pipe(sound: Path) -> None:
    phones = shlex.quote(str(sound.with_suffix(".lab")))
    done = shell(
        f"{PYTHON} -m bilabial generate {shlex.quote(str(sound))} --phones {phones} -o /dev/stdout | cat"
    )
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode()
    assert json.loads(text[: text.rindex("}") + 1])["sound"]["duration"] == 0.5


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_stderr_changes_no_exit_code(sound: Path) -> None:
    phones = shlex.quote(str(sound.with_suffix(".lab")))
    made = f"{PYTHON} -m bilabial generate {shlex.quote(str(sound))} --phones {phones} --overwrite"
    for kind in ("bar", "jsonl", "none"):
        assert shell(f"{made} --progress {kind} 2>/dev/full").returncode == 0
    assert shell(f"{PYTHON} -m bilabial show nothing.json 2>/dev/full").returncode == 2


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no SIGHUP")
@pytest.mark.parametrize(("before", "ends"), [("", True), ("nohup ", False)])
def test_a_closed_terminal_ends_a_run_as_ctrl_c_does(before: str, ends: bool) -> None:
    script = (
        "import os, signal\n"
        "from bilabial.cli import _prepare_process\n"
        "_prepare_process()\n"
        "try: os.kill(os.getpid(), signal.SIGHUP)\n"
        "except KeyboardInterrupt: print('ended')\n"
        "else: print('went on')\n"
    )
    done = shell(f"{before}{PYTHON} -c {shlex.quote(script)}")
    assert done.stdout.split(b"\n")[-2] == (b"ended" if ends else b"went on")


def test_a_report_that_cannot_be_written_is_told_all_the_same(
    sound: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from bilabial.batch import run

    path = sound.with_name("list.csv")
    path.write_text("sound,phones\na.wav,a.lab\n")

    def full(target: Path, text: str) -> None:
        raise BilabialError(f"cannot write {target}: the disk is full, so free some space and try again")

    monkeypatch.setattr(run, "results", lambda tasks, work, jobs: ((task, work(task)) for task in tasks))
    monkeypatch.setattr(run, "write_atomically", full)
    assert main(["batch", str(path), "--jobs", "1"]) == 2
    said = capsys.readouterr()
    assert "1 line: 1 done." in said.out and "disk is full" in said.err
