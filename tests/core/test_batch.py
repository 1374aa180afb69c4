"""A batch: its list, going on where it ended, workers that die, Ctrl-C, the report."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import batch_works
import numpy as np
import pytest
import soundfile

from bilabial.batch.journal import Entry, Journal, Past
from bilabial.batch.line import make_line
from bilabial.batch.lines import Line, read_lines
from bilabial.batch.report import Outcome, Status, as_csv, as_text
from bilabial.batch.run import BatchFiles, Task, run_batch
from bilabial.batch.workers import WorkerDied, results
from bilabial.errors import FormatError
from bilabial.threads import THREADS


def make_list(folder: Path, text: str) -> Path:
    path = folder / "list.csv"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def test_list_names_columns_in_any_order_and_resolves_paths(tmp_path: Path) -> None:
    path = make_list(
        tmp_path,
        """\
        take,sound,style,phones
        out/a.json,a.wav,"jaw=1.2,lip=0.8",a.TextGrid

        ,b c.wav,,
        """,
    )
    first, second = read_lines(path)
    assert first == Line(
        2,
        tmp_path / "a.wav",
        tmp_path / "out/a.json",
        phones=tmp_path / "a.TextGrid",
        style="jaw=1.2,lip=0.8",
    )
    assert second == Line(4, tmp_path / "b c.wav", tmp_path / "b c.take.json")


def test_list_without_header_is_one_sound_a_row(tmp_path: Path) -> None:
    path = make_list(tmp_path, "a.wav\nb.wav\n")
    assert [line.take for line in read_lines(path, tmp_path / "out")] == [
        tmp_path / "out/a.take.json",
        tmp_path / "out/b.take.json",
    ]


@pytest.mark.parametrize("between", [";", "\t"])
def test_list_of_a_spreadsheet_elsewhere(tmp_path: Path, between: str) -> None:
    path = make_list(tmp_path, f'sound{between}style\r\na.wav{between}"jaw=1.2,lip=0.8"\r\n')
    (line,) = read_lines(path)
    assert (line.sound, line.style) == (tmp_path / "a.wav", "jaw=1.2,lip=0.8")


def test_list_survives_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"\xef\xbb\xbfsound,style\r\nm\xc3\xbcller.wav,\r\n")
    assert read_lines(path)[0].sound.name == "müller.wav"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no lines"),
        ("sound,take\n", "holds no lines"),
        ("path,take\na.wav,b.json\n", "no column 'sound'"),
        ("sound,voice\na.wav,x\n", "unknown column 'voice'"),
        ("sound,sound\na.wav,b.wav\n", "a column twice"),
        ("sound,take\n,b.json\n", "line 2: the cell 'sound' is empty"),
        ("sound,take\na.wav,b.json,c\n", "line 2: 3 cells for 2 columns"),
    ],
)
def test_a_wrong_list_is_refused_whole(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read_lines(make_list(tmp_path, text))


def test_a_list_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"RIFF\xff\xfe\x00\x01WAVE")
    with pytest.raises(FormatError, match="not UTF-8"):
        read_lines(path)


def entry(take: str = "a", key: str = "k") -> Entry:
    return Entry(take, key, "w", "", 1.5, 12)


def test_journal_keeps_the_last_word_and_outlives_a_cut_line(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    with Journal(path) as journal:
        journal.add(entry("a", "old"))
        journal.add(entry("a", "new"))
        journal.add(entry("b"))
    path.write_bytes(path.read_bytes() + b'{"schema": "bilabial/batch-jour')
    with Journal(path) as journal:
        assert {take: past.entries[-1].key for take, past in journal.past.items()} == {"a": "new", "b": "k"}
        journal.add(entry("c"))
    with Journal(path) as journal:
        assert set(journal.past) == {"a", "b", "c"}


@pytest.mark.parametrize("line", ["[]", "3", '{"schema": "bilabial/batch-journal/1", "take": 3}', "\x00\x01"])
def test_journal_ignores_what_it_did_not_write(tmp_path: Path, line: str) -> None:
    path = tmp_path / "j.jsonl"
    path.write_text(line + "\n")
    with Journal(path) as journal:
        assert journal.past == {}


def test_workers_give_every_result() -> None:
    found = dict(results(range(20), batch_works.square, 2))
    assert found == {n: n * n for n in range(20)}


def test_a_dying_worker_takes_only_its_own_item() -> None:
    found = dict(results(range(12), batch_works.die_on_seven, 2))
    assert isinstance(found.pop(7), WorkerDied)
    assert found == {n: n * n for n in range(12) if n != 7}


def test_the_users_number_of_threads_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in THREADS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    assert dict(results([0], batch_works.threads, 1)) == {0: "5 None"}


def test_workers_take_one_thread_each_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in THREADS:
        monkeypatch.delenv(name, raising=False)
    assert dict(results([0], batch_works.threads, 1)) == {0: "1 1"}
    assert not any(name in os.environ for name in THREADS)


def run(folder: Path, texts: dict[str, str], style: str = "") -> tuple[list[Outcome], BatchFiles]:
    for name, text in texts.items():
        (folder / name).write_text(text)
    lines = [
        Line(number, folder / name, folder / f"{name}.take", style=style)
        for number, name in enumerate(texts, start=2)
    ]
    files = BatchFiles.beside(folder / "list.csv")
    return run_batch(lines, files, batch_works.copy, Task, 2, lambda fraction, stage: None), files


def test_good_lines_are_written_beside_failed_ones_and_a_rerun_skips_them(tmp_path: Path) -> None:
    texts = {"a": "one", "b": "bad", "c": "three"}
    outcomes, files = run(tmp_path, texts)
    assert [o.status for o in outcomes] == [Status.DONE, Status.FAILED, Status.DONE]
    assert (tmp_path / "c.take").read_text() == "three"
    with files.csv.open(newline="") as sheet:
        rows = list(csv.DictReader(sheet))
    assert [row["status"] for row in rows] == ["done", "failed", "done"]
    assert rows[1]["message"] == "the sound is bad: mend it"
    assert "1 failed" in files.text.read_text() and "line 3" in files.text.read_text()

    texts["b"] = "mended"
    outcomes, _ = run(tmp_path, texts)
    assert [o.status for o in outcomes] == [Status.UNCHANGED, Status.DONE, Status.UNCHANGED]
    outcomes, _ = run(tmp_path, texts, style="jaw=2")
    assert {o.status for o in outcomes} == {Status.DONE}


def test_a_rerun_goes_on_from_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, {"a": "one"})
    monkeypatch.chdir(tmp_path)
    outcomes, _ = run(Path(), {"a": "one"})
    assert outcomes[0].status is Status.UNCHANGED


def test_an_edited_take_stays_until_one_asks_to_overwrite_it(tmp_path: Path) -> None:
    sound, take = tmp_path / "a.wav", tmp_path / "a.json"
    soundfile.write(sound, np.zeros(8000), 16_000)
    (tmp_path / "a.lab").write_text("0 2000000 m\n")
    line = Line(2, sound, take, phones=tmp_path / "a.lab")
    first = make_line(Task(line, None))
    assert first.entry is not None
    past = Past.of(first.entry)
    made = take.read_bytes()
    take.write_text(json.dumps(json.loads(made)))
    assert make_line(Task(line, past)).outcome.status is Status.UNCHANGED
    assert take.read_bytes() != made
    changed = make_line(Task(line, past, style="shout")).outcome
    assert changed.status is Status.FAILED and "was changed since" in changed.message
    assert make_line(Task(line, past, overwrite=True)).outcome.status is Status.DONE
    assert take.read_bytes() == made
    assert make_line(Task(line, past, overwrite=True)).outcome.status is Status.UNCHANGED


def test_ctrl_c_stops_the_workers_cleanly_and_leaves_the_report(tmp_path: Path) -> None:
    """A real Ctrl-C, sent to the whole group as a terminal does."""
    script = tmp_path / "stop.py"
    script.write_text(
        textwrap.dedent(
            """
            import sys
            from pathlib import Path
            from bilabial.batch.lines import Line
            from bilabial.batch.run import BatchFiles, Task, refuse_harm, run_batch
            import batch_works

            def work(task):
                return batch_works.wait_until_stopped(str(task.line.take.parent))

            if __name__ == "__main__":
                folder = Path(sys.argv[1])
                lines = [Line(n, folder / str(n), folder / f"{n}.json") for n in range(6)]
                try:
                    run_batch(lines, BatchFiles.beside(folder / "list.csv"), work, Task, 2, lambda f, s: None)
                except KeyboardInterrupt:
                    sys.exit(130)
            """
        )
    )
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(path for path in sys.path if path))
    process = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)], env=environment, start_new_session=True,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while len(list(tmp_path.glob("started-*"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert len(list(tmp_path.glob("stopped-*"))) == 2
    report = (tmp_path / "list.report.txt").read_text()
    assert "6 not reached" in report and "run the same command again" in report


def test_workers_end_when_the_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(
        "import sys, batch_works\n"
        "from bilabial.batch.workers import results\n"
        "if __name__ == '__main__':\n"
        "    list(results([sys.argv[1]] * 2, batch_works.wait_until_stopped, 2))\n"
    )
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(path for path in sys.path if path))
    command = [sys.executable, str(script), str(tmp_path)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while len(workers := list(tmp_path.glob("started-*"))) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        process.kill()
    assert len(workers) == 2
    deadline = time.monotonic() + 20  # left alone, each would go on for 30 s
    while any(_runs(int(path.name.split("-")[1])) for path in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_runs(int(path.name.split("-")[1])) for path in workers)


def _runs(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    if stat.parent.parent.joinpath("self").exists():
        return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def test_report_counts_and_quotes() -> None:
    line = Line(2, Path('a,"b".wav'), Path("a.json"))
    outcomes = [
        Outcome(line, Status.DONE, duration=60.0, keys=1500, seconds=1.0),
        Outcome(line, Status.FAILED, "it holds no sound: choose another"),
    ]
    assert list(csv.reader(as_csv(outcomes).splitlines()))[1][1] == 'a,"b".wav'
    text = as_text(outcomes, 2.0)
    assert "2 lines: 1 done, 1 failed." in text
    assert "1:00 min of sound in 2.0 s, 30 times real time; 1500 keys, 25.0 keys a second." in text


def test_ten_thousand_lines_are_listed_and_reported_quickly(tmp_path: Path) -> None:
    path = make_list(tmp_path, "sound\n" + "".join(f"line{n:05}.wav\n" for n in range(10_000)))
    started = time.monotonic()
    lines = read_lines(path)
    text = as_csv([Outcome(line, Status.DONE) for line in lines])
    with Journal(tmp_path / "j.jsonl") as journal:
        journal.add(entry())
    assert len(lines) == 10_000 and text.count("\n") == 10_001
    assert time.monotonic() - started < 5.0
    assert json.loads((tmp_path / "j.jsonl").read_text())["keys"] == 12
