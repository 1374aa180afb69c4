"""The command line as its users meet it: results on stdout, the rest on stderr, exit codes, files."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bilabial.cli import command_names, main
from bilabial.controls import CONTROLS
from bilabial.curves.curve import HAND, Key
from bilabial.curves.format import load, save
from bilabial.exchange.dense_csv import read_dense_csv
from make_untrained_model import babble

LAB = "0.30 0.40 m\n0.40 0.70 a\n0.70 0.80 p\n0.80 1.00 i\n"


@pytest.fixture
def line(tmp_path: Path) -> Path:
    """A folder with a sound and its phones; returns the sound."""
    soundfile.write(tmp_path / "line.wav", babble(1.5), 16_000)
    (tmp_path / "line.lab").write_text("".join(_htk(row) for row in LAB.splitlines()))
    return tmp_path / "line.wav"


def _htk(row: str) -> str:
    start, end, label = row.split()
    return f"{round(float(start) * 1e7)} {round(float(end) * 1e7)} {label}\n"


def generate(line: Path, *more: str) -> int:
    return main(["generate", str(line), "--phones", str(line.with_suffix(".lab")), *more])


def run(*arguments: str | Path, **options) -> subprocess.CompletedProcess[str]:  # type: ignore[no-untyped-def]
    command = [sys.executable, "-m", "bilabial", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)


def test_help_names_every_command_and_comes_at_once() -> None:
    started = time.monotonic()
    done = run("--help")
    assert time.monotonic() - started < 5.0
    assert done.returncode == 0 and not done.stderr
    assert set(command_names()) >= {"batch", "bench", "convert", "generate", "live", "models", "plot", "show"}
    for name in command_names():
        assert f"\n    {name}" in done.stdout


def test_help_imports_nothing_heavy() -> None:
    """numpy alone takes ten times as long to import as help takes to print."""
    script = (
        "import sys; from bilabial.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(int(bool({'numpy', 'soundfile', 'matplotlib', 'torch', 'tqdm'} & set(sys.modules))))"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60).returncode == 0


@pytest.mark.parametrize("name", command_names())
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert "--progress" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [[], ["generat"], ["generate"], ["generate", "a.wav", "--tolerance", "7"]])
def test_wrong_use_is_exit_code_2(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2
    assert not capsys.readouterr().out


def test_generate_writes_the_take_and_says_so(line: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate(line) == 0
    said = capsys.readouterr()
    assert said.out.startswith(str(line.with_name("line.take.json"))) and "4 phones" in said.out
    assert not said.err
    assert load(line.with_name("line.take.json")).track().key_count > 8


def test_curves_are_the_published_table(line: Path) -> None:
    table = line.with_name("out.csv")
    assert generate(line, "--curves", str(table)) == 0
    dense = read_dense_csv(table)
    assert dense.shape == (151, 31)
    closer = np.maximum(dense[:, CONTROLS.index("MBP")], dense[:, CONTROLS.index("MBPa")])
    assert (closer[31:40] == 1.0).all() and closer[-1] == 0.0
    take = load(line.with_name("line.take.json"))
    assert not take.dense  # asked for as a table, not inside the take
    assert generate(line, "--keep-dense") == 0
    assert load(line.with_name("line.take.json")).dense["speech"].shape == (151, 31)


def test_a_style_shows_in_the_table(line: Path) -> None:
    tables = []
    for style in ("", "jaw=1.5", "shout", "mumble,U=0.5"):
        path = line.with_name("out.csv")
        assert generate(line, "--curves", str(path), "--style", style) == 0
        tables.append(read_dense_csv(path)[:, 0].mean())
    assert tables[1] > tables[0] and tables[2] > tables[0] > tables[3]


@pytest.mark.parametrize("style", ["jaw", "jaw=", "jaw=9", "nose=1", "loud", "U=nan", "=1"])
def test_a_wrong_style_is_refused(line: Path, style: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate(line, "--style", style) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not line.with_name("line.take.json").exists()


def edit_by_hand(path: Path) -> None:
    take = load(path)
    curve = take.track().curves["Jaw"].with_key(Key(0.5, 0.9, (0.45, 0.9), (0.55, 0.9), origin=HAND))
    save(take.with_curves({**take.track().curves, "Jaw": curve}), path)


def test_keys_made_by_hand_are_not_overwritten_unasked(
    line: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = line.with_name("line.take.json")
    assert generate(line) == 0 and generate(line) == 0
    edit_by_hand(path)
    before = path.read_bytes()
    assert generate(line) == 2
    assert "1 keys made by hand" in capsys.readouterr().err and path.read_bytes() == before
    assert generate(line, "--overwrite") == 0 and path.read_bytes() != before


def test_progress_as_json_lines(line: Path) -> None:
    done = run("generate", line, "--phones", line.with_suffix(".lab"), "--progress", "jsonl")
    told = [json.loads(row) for row in done.stderr.splitlines()]
    assert done.returncode == 0 and told[-1]["progress"] == 1.0
    assert all(set(row) == {"progress", "stage", "subject"} for row in told)
    assert done.stdout.count("\n") == 1


def test_errors_as_json_lines(tmp_path: Path) -> None:
    done = run("generate", tmp_path / "none.wav", "--progress", "jsonl")
    assert done.returncode == 2 and "there is no file" in json.loads(done.stderr)["error"] and not done.stdout


def test_a_bar_is_drawn_and_cleared(line: Path) -> None:
    command = [sys.executable, "-m", "bilabial", "generate", line, "--phones", line.with_suffix(".lab")]
    done = subprocess.run([*command, "--progress", "bar"], capture_output=True, timeout=60)
    assert done.returncode == 0 and b"line.wav" in done.stderr and b"%" in done.stderr
    assert done.stderr.endswith(b" \r") and b"\n" not in done.stderr


def test_show_says_what_is_in_it(line: Path, capsys: pytest.CaptureFixture[str]) -> None:
    generate(line)
    edit_by_hand(line.with_name("line.take.json"))
    capsys.readouterr()
    assert main(["show", str(line.with_name("line.take.json"))]) == 0
    text = capsys.readouterr().out
    assert "4 phones, 2 closures" in text and "1 by hand" in text and "phones from a person" in text
    assert main(["show", str(line.with_name("line.take.json")), "--json", "--phones"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["tracks"]["speech"]["keys_by_hand"] == 1
    assert [phone[3] for phone in facts["phone_list"]] == ["MBP", "Ah", "MBP", "Ee"]


def test_show_into_a_closed_pipe_ends_quietly(line: Path) -> None:
    generate(line)
    command = f"{sys.executable} -m bilabial show --phones {line.with_name('line.take.json')} | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not done.stderr


@pytest.mark.parametrize("end", [".png", ".svg", ".html"])
def test_plot_draws(line: Path, end: str, capsys: pytest.CaptureFixture[str]) -> None:
    generate(line)
    capsys.readouterr()
    picture = line.with_name(f"picture{end}")
    assert main(["plot", str(line.with_name("line.take.json")), "-o", str(picture)]) == 0
    assert capsys.readouterr().out.strip() == str(picture)
    assert picture.stat().st_size > 10_000


def test_plot_finds_a_sound_that_moved_with_its_take(line: Path, tmp_path: Path) -> None:
    generate(line)
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for name in ("line.wav", "line.take.json"):
        (tmp_path / name).rename(moved / name)
    done = run("plot", moved / "line.take.json")
    assert done.returncode == 0 and "not at hand" not in done.stderr
    assert "data:audio/wav" in (moved / "line.take.html").read_text("utf-8")
    (moved / "line.wav").write_bytes(b"another sound")
    done = run("plot", moved / "line.take.json")
    assert done.returncode == 0 and "not at hand" in done.stderr


def test_convert_between_everything(
    line: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    generate(line)
    take = str(line.with_name("line.take.json"))
    steps = [
        [take, "a.csv"],
        [take, "a.TextGrid"],
        ["a.TextGrid", "a.tsv"],
        [take, "live.csv", "--rig", "arkit-52"],
        ["live.csv", "a.vrma", "--from-rig", "arkit-52", "--rig", "vrm-1"],
        ["a.csv", "b.glb"],
        [take, "a2f.json", "--rig", "arkit-52"],
    ]
    monkeypatch.chdir(tmp_path)
    monkeypatch.chdir(tmp_path)
    for step in steps:
        assert main(["convert", *step]) == 0, (step, capsys.readouterr().err)
    with Path("live.csv").open(newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0][:2] == ["Timecode", "BlendShapeCount"] and len(rows) == 1 + 91
    assert read_dense_csv(Path("a.csv")).shape == (151, 31)


@pytest.mark.parametrize(
    ("content", "source", "target", "message"),
    [
        ("hello", "a.doc", "b.csv", "in no format that is read"),
        ("hello", "a.json", "b.csv", "is not JSON"),
        (LAB, "a.lab", "b.csv", "b.csv"),
        (None, "a.lab", "b.tsv", "there is no file"),
    ],
)
def test_convert_refuses(
    tmp_path: Path, content: str | None, source: str, target: str, message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    if content is not None:
        (tmp_path / source).write_text(
            "".join(map(_htk, content.splitlines())) if content == LAB else content
        )
    assert main(["convert", str(tmp_path / source), str(tmp_path / target)]) == 2
    error = capsys.readouterr().err
    assert message in error and len(error.splitlines()) == 1
    assert not (tmp_path / target).exists()


def test_batch_end_to_end(line: Path, tmp_path: Path) -> None:
    """Real takes, one bad line, hand edits kept, a second run that skips."""
    soundfile.write(tmp_path / "other.wav", babble(1.2, seed=4), 16_000)
    (tmp_path / "broken.wav").write_text("not a sound")
    (tmp_path / "list.csv").write_text(
        "sound,phones,take,curves\n"
        "line.wav,line.lab,out/line.json,out/line.csv\n"
        "broken.wav,line.lab,,\n"
        "other.wav,line.lab,out/other.json,\n"
    )
    done = run("batch", tmp_path / "list.csv", "--jobs", "2")
    assert done.returncode == 1, done.stderr
    assert "3 lines: 2 done, 1 failed." in done.stdout and "line 3" in done.stdout
    assert load(tmp_path / "out/other.json").track().key_count > 0
    assert read_dense_csv(tmp_path / "out/line.csv").shape == (151, 31)
    report = (tmp_path / "list.report.csv").read_text().splitlines()
    assert len(report) == 4 and ",failed," in report[2]
    assert "Traceback" not in done.stdout + done.stderr + "".join(report)

    (tmp_path / "broken.wav").unlink()
    (tmp_path / "list.csv").write_text(
        "sound,phones,take,curves\nline.wav,line.lab,out/line.json,out/line.csv\n"
        "other.wav,line.lab,out/other.json,\n"
    )
    edit_by_hand(tmp_path / "out/other.json")
    again = run("batch", tmp_path / "list.csv", "--jobs", "1")
    assert again.returncode == 0 and "2 lines: 2 unchanged." in again.stdout
    changed = run("batch", tmp_path / "list.csv", "--jobs", "1", "--style", "jaw=1.2")
    assert changed.returncode == 1 and "1 done, 1 failed" in changed.stdout
    assert "was changed since the batch wrote it" in changed.stdout
    assert (load(tmp_path / "out/other.json").track().curves["Jaw"].origin == HAND).any()


def test_merge_keeps_the_hand_and_takes_the_rest(line: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base, mine, theirs = (line.with_name(f"{name}.json") for name in ("base", "mine", "theirs"))
    for path in (base, mine):
        assert generate(line, "-o", str(path), "--style", "jaw=1.1") == 0
    edit_by_hand(mine)
    line.with_suffix(".lab").write_text("".join(map(_htk, ("0.30 0.40 m", "0.40 0.70 a", "1.10 1.20 f"))))
    assert generate(line, "-o", str(theirs)) == 0
    capsys.readouterr()
    merged = line.with_name("merged.json")
    assert main(["merge", *map(str, (base, mine, theirs)), "-o", str(merged)]) == 0
    assert "Jaw" in capsys.readouterr().out
    take = load(merged)
    assert (take.track().curves["Jaw"].origin == HAND).any()
    assert max(take.styled()[name].evaluate(1.15) for name in ("FV", "FVa")) == 1.0
    assert take.phones == load(theirs).phones and take.style == load(mine).style
    soundfile.write(line, babble(1.5, seed=9), 16_000)
    assert generate(line, "-o", str(theirs)) == 0
    assert main(["merge", *map(str, (base, mine, theirs)), "-o", str(merged)]) == 2
    assert "not of one sound" in capsys.readouterr().err


def test_edit_changes_only_what_is_reached(line: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, grid = line.with_name("line.take.json"), line.with_name("line.TextGrid")
    line.with_suffix(".lab").write_text(
        "".join(map(_htk, ("0.20 0.30 p", "0.30 0.45 a", "0.55 0.65 f", "0.65 0.80 i", "1.20 1.35 s")))
    )
    assert generate(line) == 0 and main(["convert", str(path), str(grid)]) == 0
    before = load(path)
    assert main(["edit", str(path), "--phones", str(grid)]) == 0
    assert path.read_bytes() and load(path).track().curves["FV"].identical(before.track().curves["FV"])
    grid.write_text(grid.read_text("utf-8").replace('"p"', '"t"'), "utf-8")
    edited = line.with_name("edited.json")
    assert main(["edit", str(path), "--phones", str(grid), "--style", "shout", "-o", str(edited)]) == 0
    after = load(edited)
    for control in ("S", "U", "FVa"):
        assert after.track().curves[control].identical(before.track().curves[control])
    closer = [max(take.styled()[name].evaluate(0.25) for name in ("MBP", "MBPa")) for take in (before, after)]
    assert closer == [1.0, 0.0] and after.style.name == "shout"
    capsys.readouterr()
    assert main(["edit", str(path)]) == 2
    assert "give --style or --phones" in capsys.readouterr().err
    line.unlink()
    assert main(["edit", str(path), "--phones", str(grid)]) == 2
    assert "name it with --sound" in capsys.readouterr().err


def test_models_without_any_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from bilabial import resources

    monkeypatch.setattr(resources, "folder", lambda name: tmp_path)
    assert main(["models"]) == 2
    assert "no trained model is installed" in capsys.readouterr().err
