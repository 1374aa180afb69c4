"""Nothing that a run reads is ever written, whatever it is called there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from bilabial.cli import main
from bilabial.guard import Collision, Use, refuse_collisions


def recording(path: Path) -> Path:
    soundfile.write(path, np.zeros(8000), 16_000)
    (path.with_suffix(".lab")).write_text("0 2000000 m\n2000000 5000000 aa\n")
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def refused(arguments: list[object], capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert main([str(argument) for argument in arguments]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    return error


def test_a_file_is_itself_by_any_name(tmp_path: Path) -> None:
    real = tmp_path / "a.wav"
    real.write_bytes(b"x")
    (tmp_path / "sub").mkdir()
    (tmp_path / "soft.wav").symlink_to("a.wav")
    (tmp_path / "hard.wav").hardlink_to(real)
    (tmp_path / "folder").symlink_to(".")
    names = ["a.wav", "sub/../a.wav", "soft.wav", "hard.wav", "folder/a.wav", "./a.wav", "A.WAV"]
    for name in names:
        with pytest.raises(Collision, match="is read as the sound and would be written as the take"):
            refuse_collisions([Use(real, "the sound")], [Use(tmp_path / name, "the take")])
    refuse_collisions([Use(real, "the sound")], [Use(tmp_path / "sub/a.wav", "the take")])


def test_two_files_that_are_not_there_yet(tmp_path: Path) -> None:
    one = Use(tmp_path / "x/q.json", "the take of line 2")
    two = Use(tmp_path / "x/../x/Q.json", "the take of line 3")
    with pytest.raises(Collision, match="the take of line 3 and the take of line 2 are both to be written"):
        refuse_collisions([], [one, two])


def test_a_link_that_leads_nowhere_is_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to("later.json")
    with pytest.raises(Collision):
        refuse_collisions(
            [Use(tmp_path / "later.json", "the phones")], [Use(tmp_path / "link.json", "the take")]
        )


@pytest.mark.parametrize("name", ["x/../a.wav", "link.wav", "hard.wav", "a.wav"])
def test_generate_spares_the_recording(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound = recording(tmp_path / "a.wav")
    (tmp_path / "x").mkdir()
    (tmp_path / "link.wav").symlink_to(sound)
    (tmp_path / "hard.wav").hardlink_to(sound)
    before = contents(tmp_path)
    phones = tmp_path / "a.lab"
    for option in ("--curves", "-o"):
        for extra in ([], ["--overwrite"]):
            refused(["generate", sound, "--phones", phones, option, tmp_path / name, *extra], capsys)
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    "rows",
    [
        ["a.wav,a.json,b.wav,a.lab", "b.wav,b.json,,b.lab"],
        ["a.wav,a.json,b.lab,a.lab", "b.wav,b.json,,b.lab"],
        ["a.wav,a.json,list.csv,a.lab"],
        ["a.wav,a.json,list.report.csv,a.lab"],
        ["a.wav,list.journal.jsonl,,a.lab"],
        ["a.wav,b/../b.wav,,a.lab", "b.wav,b.json,,b.lab"],
        ["a.wav,x/q.json,,a.lab", "b.wav,./x/../x/q.json,,b.lab"],
        ["a.wav,X.json,,a.lab", "b.wav,x.json,,b.lab"],
        ["a.wav,a.json,c.csv,a.lab", "b.wav,b.json,c.csv,b.lab"],
    ],
)
def test_a_batch_harms_nothing_that_any_row_reads(
    rows: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recording(tmp_path / "a.wav")
    recording(tmp_path / "b.wav")
    (tmp_path / "list.csv").write_text("\n".join(["sound,take,curves,phones", *rows]))
    before = contents(tmp_path)
    refused(["batch", tmp_path / "list.csv", "--jobs", "1", "--overwrite"], capsys)
    assert contents(tmp_path) == before
    assert not (tmp_path / "x").exists()


def test_no_command_writes_what_it_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound = recording(tmp_path / "a.wav")
    phones, take, rig = tmp_path / "a.lab", tmp_path / "a.json", tmp_path / "rig.json"
    assert main(["generate", str(sound), "--phones", str(phones), "-o", str(take)]) == 0
    rig.write_bytes((Path(__file__).parents[2] / "rigs/arkit-52.json").read_bytes())
    (tmp_path / "page.html").symlink_to(sound)
    (tmp_path / "rig.csv").hardlink_to(rig)
    text = tmp_path / "text.lab"
    text.write_text("ma")
    before = contents(tmp_path)
    for slip in (
        ["edit", take, "--style", "shout", "-o", sound],
        ["edit", take, "--phones", phones, "-o", phones],
        ["merge", take, take, take, "-o", take],
        ["merge", take, take, take, "-o", sound, "--overwrite"],
        ["convert", take, tmp_path / "rig.csv", "--rig", rig],
        ["plot", take, "-o", tmp_path / "page.html"],
        ["align", sound, "--text", text, "-o", text],
        ["bench", "--sound", sound, "--write", sound],
    ):
        refused(slip, capsys)
        assert contents(tmp_path) == before, slip
    assert main(["merge", str(take), str(take), str(take), "-o", str(take), "--overwrite"]) == 0


def test_ten_thousand_files_are_checked_quickly(tmp_path: Path) -> None:
    import time

    reads = [Use(tmp_path / f"{n}.wav", "a sound") for n in range(10_000)]
    writes = [Use(tmp_path / f"{n}.json", "a take") for n in range(10_000)]
    started = time.process_time()
    refuse_collisions(reads, writes)
    assert time.process_time() - started < 2.0
