"""What every command of the terminal reads and writes: by no name is the one ever the other."""

from __future__ import annotations

import csv
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bilabial.cli import command_names, main, make_parser, subcommands

# What a command does with each of its paths. "-": looked at, and never beside anything that it writes.
DECLARED: dict[str, dict[str, str]] = {
    "align": {"sound": "r", "text": "r", "model": "r", "lexicon": "r", "output": "w"},
    "batch": {"list": "r", "model": "r", "words_model": "r", "lexicon": "r", "out": "w"},
    "bench": {"sound": "r", "model": "r", "write": "w"},
    "check": {"takes": "r", "sound": "r", "rig": "r", "model": "r", "output": "w"},
    "convert": {"input": "r", "rig": "r", "from_rig": "r", "output": "w"},
    "doctor": {},
    "edit": {"take": "rw", "phones": "r", "sound": "r", "output": "w"},
    "farm": {"list": "r", "model": "-", "words_model": "-", "lexicon": "-", "out": "w", "output": "w"},
    "generate": {
        "sound": "r", "phones": "r", "text": "r", "model": "r", "words_model": "r", "lexicon": "r",
        "output": "w", "curves": "w",
    },
    "key": {
        "scene": "rw", "sound": "r", "lines": "r", "rig": "r", "model": "r", "phones": "r", "blender": "-",
        "output": "w",
    },
    "live": {"model": "-"},
    "merge": {"base": "r", "mine": "r", "theirs": "r", "output": "w"},
    "models": {"model": "-", "folder": "r", "output": "w"},
    "plot": {"take": "r", "sound": "r", "compare": "r", "text": "r", "head": "r", "rig": "r", "output": "w"},
    "portrait": {
        "still": "r", "sound": "r", "take": "r", "text": "r", "landmarks": "r",
        "model": "r", "words_model": "r", "lexicon": "r", "output": "w", "write_landmarks": "w",
    },
    "show": {"take": "-"},
    "studio": {"place": "-"},
    "transcribe": {"sound": "r", "model": "r", "output": "w"},
}  # fmt: skip
_NAMES = ("model", "words_model", "rig", "from_rig", "lexicon")  # options that may name a file and are text


@dataclass(frozen=True)
class Case:
    """A command line in which ``@`` is the place that is written, and the files that it reads."""

    line: str
    reads: tuple[str, ...]
    suffix: str = ""  # the only one that may be written
    guarded: bool = True  # refused by the guard itself, and not for the name's sake

    @property
    def command(self) -> str:
        return self.line.split()[0]


ROOT = Path(__file__).parents[2]
MODEL, LEXICON = "model/weights.safetensors", "lexicon.bilabial.txt"
WORDS = "words/vocabulary.txt"
CASES = (
    Case("align a.wav --text a.txt --model model -o @", ("a.wav", "a.txt", LEXICON, MODEL)),
    Case("batch list.csv --words-model words --jobs 1", ("list.csv", "a.wav", "a.lab", LEXICON, WORDS)),
    Case("batch models.csv --jobs 1", ("models.csv", "a.wav", MODEL)),
    Case("bench --only file --sound a.wav --model model --write @", ("a.wav", MODEL)),
    Case("check a.json --no-ear --rig rig.json --model model -o @", ("a.json", "a.wav", "rig.json", MODEL)),
    Case("check b.json --no-ear --sound a.wav -o @", ("b.json", "a.wav")),
    Case("convert a.json @ --rig rig.json", ("a.json", "rig.json")),
    Case("convert a.lab @", ("a.lab",)),
    Case(
        "convert moving.csv @ --rig rig.json --from-rig other.json",
        ("moving.csv", "rig.json", "other.json"),
    ),
    Case("edit a.json --phones a.lab -o @", ("a.lab", "a.wav")),
    Case("edit b.json --style shout --sound a.wav -o @", ("a.wav",)),
    Case("farm commands list.csv -o @", ("list.csv", "a.wav", "a.lab")),
    Case(
        "generate a.wav --phones a.lab --words-model words --model model -o @",
        ("a.wav", "a.lab", LEXICON, MODEL, WORDS),
    ),
    Case("generate a.wav --text a.txt --overwrite --curves @", ("a.wav", "a.txt", LEXICON)),
    Case("key a.blend --lines lines.csv --overwrite -o @", ("lines.csv", "a.wav", "a.lab"), ".blend"),
    Case(
        "key a.blend --character A --sound a.wav --phones a.lab --rig rig.json --model model --overwrite "
        "-o @",
        ("a.wav", "a.lab", "rig.json", MODEL), ".blend",
    ),
    Case("merge a.json b.json c.json -o @", ("a.json", "b.json", "c.json", "a.wav")),
    Case("models add checkpoint -o @", ("checkpoint/model.bin",), guarded=False),
    Case("plot a.json --compare b.json --text a.txt -o @", ("a.json", "a.wav", "b.json", "a.txt"), ".html"),
    Case("plot a.json --head head.glb --rig rig.json -o @", ("a.json", "head.glb", "rig.json"), ".html"),
    Case("plot b.json --sound a.wav -o @", ("b.json", "a.wav"), ".svg"),
    Case(
        "portrait face.png a.wav --text a.txt --landmarks points.json --model model -o @",
        ("face.png", "a.wav", "a.txt", "points.json", LEXICON, MODEL), ".mp4",
    ),
    Case("portrait face.png --take a.json -o @", ("face.png", "a.json", "a.wav"), ".webm"),
    Case(
        "portrait face.png a.wav --engine gan --portrait-model model -o new.mp4 --write-landmarks @",
        ("face.png", "a.wav", MODEL),
    ),
    Case(f"transcribe a.wav --model {ROOT}/trained_models/words-1 -o @", ("a.wav",)),
)  # fmt: skip


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("original")
    soundfile.write(home / "a.wav", np.random.default_rng(1).normal(0, 0.1, 8000), 16_000)
    for name, text in (
        ("a.lab", "0 2000000 m\n2000000 4500000 aa\n"), ("a.txt", "ma"), (LEXICON, ""), ("points.json", "{}"),
        ("moving.csv", "x"), ("a.blend", "x"), ("face.png", "x"), ("head.glb", "x"),
        ("list.csv", "sound,take,phones\na.wav,@,a.lab\n"),
        ("models.csv", "sound,take,model\na.wav,@,model\n"),
        ("lines.csv", "character,sound,phones\nA,a.wav,a.lab\n"),
    ):  # fmt: skip
        (home / name).write_text(text)
    for folder, names in (
        ("model", ("card.json", "weights.safetensors", "golden.safetensors")),
        ("words", ("card.json", "weights.safetensors", "vocabulary.txt")),
        ("checkpoint", ("model.bin",)),
        ("sub", ()),
    ):
        (home / folder).mkdir()
        for name in names:
            (home / folder / name).write_text("{}")
    shutil.copy(ROOT / "rigs/arkit-52.json", home / "rig.json")
    shutil.copy(ROOT / "rigs/vrm-1.json", home / "other.json")
    sound, phones, take = (str(home / name) for name in ("a.wav", "a.lab", "a.json"))
    assert main(["generate", sound, "--phones", phones, "--face", "none", "-o", take]) == 0
    for name in ("b.json", "c.json"):
        shutil.copy(take, home / name)
    return home


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def names_of(home: Path, read: str, suffix: str) -> list[tuple[str, bool]]:
    """What else the file is called, and whether that name is one that the command may write at all."""
    soft, hard = home / f"soft{suffix}", home / f"hard{suffix}"
    soft.symlink_to(home / read)
    hard.hardlink_to(home / read)
    plain = not suffix or read.endswith(suffix)
    return [(read, plain), (f"sub/../{read}", plain), (soft.name, True), (hard.name, True)]


@pytest.mark.skipif(os.name != "posix", reason="links that a user may make")
@pytest.mark.parametrize(
    ("case", "read"),
    [(case, read) for case in CASES for read in case.reads],
    ids=lambda value: value.line.split(" -o")[0] if isinstance(value, Case) else value,
)
def test_nothing_read_is_written_by_any_name(
    case: Case, read: str, original: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    home = tmp_path / "home"
    shutil.copytree(original, home)
    monkeypatch.chdir(home)
    for name, allowed in names_of(home, read, case.suffix):
        for table in home.glob("*.csv"):
            table.write_text((original / table.name).read_text().replace("@", name))
        before = contents(home)
        capsys.readouterr()
        assert main(case.line.replace("@", name).split()) == 2, name
        said = capsys.readouterr().err
        assert contents(home) == before, name
        if case.guarded and allowed:
            assert "is read as" in said or "both to be written" in said, (name, said)


def test_every_path_of_every_command_is_declared_here() -> None:
    """A new command, or a new option that names a file, is in no table until somebody thought of it."""
    parsers = subcommands(make_parser(command_names()))
    assert set(DECLARED) == set(parsers)
    for name, parser in parsers.items():
        paths = {
            action.dest for action in parser._actions
            if action.type is Path or action.dest in _NAMES
        }  # fmt: skip
        assert paths == set(DECLARED[name]), name
    written = {name for name, uses in DECLARED.items() if any("w" in use for use in uses.values())}
    assert written == {case.command for case in CASES}


def test_the_tables_of_this_test_are_tables(original: Path) -> None:
    for name in ("list.csv", "models.csv", "lines.csv"):
        with (original / name).open(newline="") as stream:
            assert len(list(csv.DictReader(stream))) == 1
