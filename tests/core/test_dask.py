"""A batch by Dask: the same takes as by processes, workers that die, a scheduler that is not there."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import batch_works
import numpy as np
import pytest
import soundfile

pytest.importorskip("distributed", reason="needs distributed, from the extra [farm]")

ROOT = Path(__file__).resolve().parents[2]

DEATHS = """\
import os, signal, sys
from pathlib import Path
import batch_works
from bilabial.batch.dask_workers import results
from bilabial.batch.workers import WorkerDied

if __name__ == "__main__":
    found = dict(results([(sys.argv[1], number) for number in range(12)], batch_works.die_now_and_then, 2))
    for (_, number), result in sorted(found.items()):
        print(number, "died" if isinstance(result, WorkerDied) else result)
"""

GOES_AWAY = """\
import batch_works
from distributed import LocalCluster
from bilabial.batch.dask_workers import results
from bilabial.errors import BilabialError

if __name__ == "__main__":
    cluster = LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None)
    found = results(range(100), batch_works.slow_square, 1, cluster.scheduler_address)
    print(next(found)[1])
    cluster.close()
    try:
        print(len(list(found)))
    except BilabialError as error:
        print(error)
"""


def python(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(ROOT / "core"), str(ROOT / "tests" / "core")])
    return subprocess.run(
        [sys.executable, *words], cwd=cwd, env={**os.environ, "PYTHONPATH": paths}, capture_output=True,
        text=True, check=False, timeout=120,
    )  # fmt: skip


def test_workers_that_die_lose_nothing_and_a_deadly_item_only_itself(tmp_path: Path) -> None:
    """Item 3 kills its first worker alone, item 7 every one."""
    (tmp_path / "deaths.py").write_text(DEATHS)
    done = python("deaths.py", str(tmp_path), cwd=tmp_path)
    squares = [f"{number} {number * number if number != 7 else 'died'}" for number in range(12)]
    assert done.stdout.splitlines() == squares, done.stderr
    assert (tmp_path / "3-died").exists()


def test_a_batch_by_dask_makes_the_takes_that_processes_make(tmp_path: Path) -> None:
    for home in ("by dask", "by processes"):
        (tmp_path / home).mkdir()
        rows = ["sound,take,phones"]
        for name in "abc":
            soundfile.write(tmp_path / home / f"{name}.wav", np.zeros(8000), 16_000)
            (tmp_path / home / f"{name}.lab").write_text("0 2000000 m\n2000000 5000000 aa\n")
            rows.append(f"{name}.wav,out/{name}.json,{name}.lab")
        (tmp_path / home / "list.csv").write_text("\n".join(rows))
    batch = ("-m", "bilabial", "batch", "list.csv")
    first = python(*batch, "--workers", "2", "--progress", "jsonl", cwd=tmp_path / "by dask")
    assert first.returncode == 0 and "3 lines: 3 done." in first.stdout, first.stderr
    assert '"progress": 1.0' in first.stderr
    assert python(*batch, "--jobs", "1", cwd=tmp_path / "by processes").returncode == 0
    made, wanted = (
        {path.name: path.read_bytes() for path in (tmp_path / home / "out").iterdir()}
        for home in ("by dask", "by processes")
    )
    assert made == wanted and len(made) == 3
    again = python(*batch, "--jobs", "1", cwd=tmp_path / "by dask")
    assert "3 lines: 3 unchanged." in again.stdout


def test_a_scheduler_that_goes_away_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "away.py").write_text(GOES_AWAY)
    done = python("away.py", cwd=tmp_path)
    first, told = done.stdout.splitlines()
    assert first == "0" and "went away: what is done is kept" in told and "Traceback" not in done.stderr


def test_a_scheduler_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bilabial.batch import dask_workers
    from bilabial.errors import BilabialError

    monkeypatch.setattr(dask_workers, "_CONNECT", 0.5)
    with socket.socket() as taken:  # bound and not listening: nobody answers
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(BilabialError, match=f"no scheduler of Dask answers at {address}"):
            list(dask_workers.results([1], batch_works.square, 1, address))
