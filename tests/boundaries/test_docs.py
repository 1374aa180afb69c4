"""What pages and panels say exists: links lead somewhere; commands, options, targets, formats are there."""

from __future__ import annotations

import argparse
import ast
import json
import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bilabial.audio.reading import read
from bilabial.batch.lines import COLUMNS as BATCH_COLUMNS
from bilabial.batch.report import COLUMNS as REPORT_COLUMNS
from bilabial.cli import BAD_USE, DONE, SOME_FAILED, STOPPED, command_names, make_parser, subcommands
from bilabial.cli._console import Progress, refuse
from bilabial.cli._live_output import osc_bundle
from bilabial.controls import CONTROLS
from bilabial.exchange.phones import read_phones, write_phones
from bilabial.expression.emotion.action_units import EXPRESSIONS
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.training.make.cards import readable, told_of

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_to_files(name: str) -> None:
    page = ROOT / name
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / target).exists(), f"{name} links to {target}"


def options(parser: argparse.ArgumentParser) -> set[str]:
    return {option for action in parser._actions for option in action.option_strings}


@pytest.mark.parametrize("name", NAMES)
def test_commands_and_options_exist(name: str) -> None:
    commands = subcommands(make_parser(command_names()))
    for line in (ROOT / name).read_text("utf-8").splitlines():
        for told in re.findall(r"(?:^\s*|`|bin/)bilabial ([a-z]+)((?: [^`#|]*)?)", line):
            command, rest = told
            assert command in commands, f"{name}: {line}"
            for option in re.findall(r"(?<!\S)--[a-z][a-z-]*", rest):
                assert option in options(commands[command]), f"{name}: {line}"


@pytest.mark.parametrize("name", NAMES)
def test_make_targets_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    for target in re.findall(r"(?:^\s+|`)make ([a-z][a-z-]*)", (ROOT / name).read_text("utf-8"), re.M):
        assert target in targets, f"{name}: make {target}"


def links(page: Path) -> list[tuple[str, str]]:
    """Relative links of a page: the file (empty: the page itself) and the heading (empty: none)."""
    found = re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)", page.read_text("utf-8"))
    return [
        (target, heading)
        for target, heading in found
        if not target.startswith(("http:", "https:", "mailto:"))
    ]


def anchors(page: Path) -> set[str]:
    """What a page's headings are called in links, as forges make it."""
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)
    return {
        re.sub(r"[^\w\- ]", "", re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", h).strip().lower()).replace(" ", "-")
        for h in heads
    }


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_to_headings(name: str) -> None:
    page = ROOT / name
    for target, heading in links(page):
        if heading:
            other = page.parent / target if target else page
            assert heading in anchors(other), f"{name} links to {target}#{heading}"


def test_every_page_and_picture_is_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    ahead = [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page not in seen:
            seen.add(page)
            if page.suffix == ".md":
                ahead += [(page.parent / target).resolve() for target, _ in links(page) if target]
    lost = {*PAGES, *(ROOT / "docs" / "images").iterdir()} - seen
    assert not lost, f"no page leads to {sorted(str(path.relative_to(ROOT)) for path in lost)}"


# --- what the panels and the reference say is what the code accepts ---


def tooltips(path: Path) -> dict[str, str]:
    """The description of every property and operator of a module of the extension, by its name."""
    found = {}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            words = {k.arg: k.value.value for k in node.keywords if isinstance(k.value, ast.Constant)}
            if isinstance(words.get("description"), str):
                found[str(words.get("name", ""))] = words["description"]
        elif isinstance(node, ast.ClassDef):
            names = {
                assigned.targets[0].id: assigned.value.value
                for assigned in node.body
                if isinstance(assigned, ast.Assign)
                and isinstance(assigned.targets[0], ast.Name)
                and isinstance(assigned.value, ast.Constant)
            }
            found[node.name] = names.get("bl_description") or ast.get_docstring(node) or ""
    return found


PROPERTIES = tooltips(ROOT / "addon" / "ui" / "properties.py")
SUFFIXES = {
    "TextGrid": [".TextGrid"], ".lab": [".lab"], "Rhubarb": [".tsv", ".xml", ".json"], "Moho": [".dat"],
    "Papagayo": [".pgo"], "SRT": [".srt"], "WebVTT": [".vtt"],
}  # fmt: skip


def helped(command: str, option: str) -> str:
    parser = subcommands(make_parser(command_names()))[command]
    return next(a.help or "" for a in parser._actions if option in a.option_strings)


@pytest.mark.parametrize("told", [PROPERTIES["Timings"], helped("generate", "--phones")])
def test_every_format_that_timings_offer_is_read(told: str, tmp_path: Path) -> None:
    offered = [word for word in SUFFIXES if word in told]
    assert offered
    track = PhoneTrack.of([Phone(0.0, 0.2, "m", "MBP"), Phone(0.2, 0.5, "ɑ", "Ah")])
    for suffix in (suffix for word in offered for suffix in SUFFIXES[word]):
        path = tmp_path / f"line{suffix}"
        if suffix in (".srt", ".vtt"):
            path.write_text("1\n00:00:00,000 --> 00:00:01,000\nmap\n")
        else:
            write_phones(track, path, duration=0.5)
        assert any(phone.group == "MBP" for phone in read_phones(path)), suffix


def test_every_kind_of_sound_that_the_panel_names_is_read(tmp_path: Path) -> None:
    named = re.findall(r"\b(?:wav|flac|mp3|ogg|aiff|opus|m4a)\b", PROPERTIES["File"])
    assert len(named) > 2
    for suffix in named:
        path = tmp_path / f"tone.{suffix}"
        soundfile.write(path, 0.1 * np.sin(np.arange(32_000) / 8), 16_000)
        assert abs(len(read(path)) - 32_000) < 2_000, suffix


def columns_of_scene_lists() -> set[str]:
    tree = ast.parse((ROOT / "addon" / "line" / "batch.py").read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "COLUMNS":
            return set(ast.literal_eval(node.value))
    raise AssertionError("addon/line/batch.py has no COLUMNS")


def test_the_scene_lists_tooltip_names_every_column() -> None:
    told = tooltips(ROOT / "addon" / "ui" / "operators" / "scene.py")
    (text,) = [text for text in told.values() if "csv with the columns" in text]
    assert set(re.findall(r"\b[a-z]+\b", text)) >= columns_of_scene_lists()


def test_the_reference_is_what_programs_get(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "reference.md").read_text("utf-8")
    cells = [
        [cell.strip() for cell in row.split("|")[1:-1]] for row in page.splitlines() if row.startswith("|")
    ]
    assert {int(row[0]) for row in cells if row[0].isdigit()} == {DONE, SOME_FAILED, BAD_USE, STOPPED}
    lists = [row for row in cells if len(row) == 3]
    assert {row[0].strip("`") for row in lists if row[0].startswith("`")} == set(BATCH_COLUMNS)
    assert {row[1].strip("`") for row in lists if row[1].startswith("`")} == columns_of_scene_lists()
    said: list[str] = []
    monkeypatch.setattr("bilabial.cli._console.note", said.append)
    Progress("jsonl", "line.wav")(0.25, "listening")
    refuse("there is no file or folder 'line.wav': check the name", "jsonl")
    for line in said:
        assert f"    {line}\n" in page
    packet = osc_bundle(1.25, np.zeros(len(CONTROLS), np.float32))
    assert all(f"/bilabial/{name}\0".encode() in packet for name in ("time", *CONTROLS))
    assert all(
        address.split("/")[-1] in ("time", *CONTROLS) for address in re.findall(r"`(/bilabial/\w+)`", page)
    )
    names = re.findall(r"`(\w+)`", page.partition("The 31 names, in order:")[2])
    assert tuple(names[: len(CONTROLS)]) == CONTROLS
    assert re.findall(r"`(\w+)`", page.partition("has the columns")[2])[: len(REPORT_COLUMNS)] == list(
        REPORT_COLUMNS
    )


# --- numbers of one page are those of their source ---


def table_rows(page: str) -> list[list[str]]:
    text = (ROOT / "docs" / page).read_text("utf-8")
    return [
        [cell.strip() for cell in row.split("|")[1:-1]] for row in text.splitlines() if row.startswith("|")
    ]


def test_the_models_page_has_the_cards_numbers() -> None:
    rows = table_rows("models.md")
    head = next(row for row in rows if row[0] == "" and "`bilabial-2`" in row[1])
    told = {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows if len(row) == len(head)}
    for column in head[1:]:
        name, version = column.replace("`", "").split()
        folder = ROOT / "trained_models" / name
        assert version == json.loads((folder / "card.json").read_text("utf-8"))["version"]
        size = (folder / "weights.safetensors").stat().st_size / 1e6
        assert told["weights on disk"][column].startswith(f"{size:.1f} MB")
        assert (told["in the Blender extension"][column] == "yes") == (name in shipped_models())
    assert {column.split("`")[1] for column in head[1:]} == {
        p.name for p in (ROOT / "trained_models").glob("*/")
    }
    sets = ("librispeech", "speechocean762", "emodb expressive")
    for row in rows:
        name = row[0].strip("`")
        if len(row) == 4 and name.startswith("bilabial-"):
            scores = json.loads((ROOT / "trained_models" / name / "card.json").read_text("utf-8"))["scores"]
            for cell, key in zip(row[1:], sets, strict=True):
                s = scores["unseen_speakers"][key]
                wanted = [s["rows_right"], s["m_b_p_f1"], s["f_v_f1"]]
                found = [float(number) for number in re.findall(r"\d*\.\d+", cell)]
                assert [found[0] / 100, *found[1:]] == pytest.approx(wanted, abs=0.00501), f"{name}, {key}"


def test_the_readme_hears_as_well_as_was_measured() -> None:
    page = (ROOT / "docs" / "evaluation.md").read_text("utf-8")
    version = json.loads((ROOT / "trained_models" / "bilabial-2" / "card.json").read_text("utf-8"))["version"]
    by_default = page[page.index("### By default") : page.index("<!-- end default -->")]
    assert f"| bilabial-2 {version} |" in by_default, "measure the default with the ear that ships"
    means = re.findall(r"^\| (clean|noise|room|telephone) \|.*\*\*\.(\d\d\d) / ", by_default, re.M)
    right = {place: round(int(thousandths) / 10) for place, thousandths in means}
    told = re.sub(r"\s+", " ", (ROOT / "README.md").read_text("utf-8"))
    found = re.search(
        r"right about (\d+) of 100 in clean speech, (\d+) in noise or in a room, (\d+) on a tel", told
    )
    assert found is not None
    clean, noise, telephone = map(int, found.groups())
    assert right == {"clean": clean, "noise": noise, "room": noise, "telephone": telephone}


def shipped_models() -> tuple[str, ...]:
    source = (ROOT / "addon" / "packaging" / "shipped.py").read_text("utf-8")
    (found,) = re.findall(r"^MODELS = (\(.*\))$", source, re.M)
    return tuple(ast.literal_eval(found))


@pytest.mark.parametrize("name", sorted(path.parent.name for path in ROOT.glob("trained_models/*/card.json")))
def test_every_model_has_its_readable_card(name: str) -> None:
    """`python -m bilabial.training cards` writes them anew."""
    folder, page = ROOT / "trained_models" / name, (ROOT / "docs" / "models.md").read_text("utf-8")
    assert told_of(page, name), f"docs/models.md does not say what {name} is for"
    card = json.loads((folder / "card.json").read_text("utf-8"))
    assert (folder / "README.md").read_text("utf-8") == readable(card, page)


def test_the_models_page_has_the_benchmarks_speeds() -> None:
    page = (ROOT / "docs" / "models.md").read_text("utf-8")
    speeds = re.findall(
        r"\*\*(\d+) times real time\*\*", (ROOT / "docs" / "benchmarks.md").read_text("utf-8")
    )
    assert re.findall(r"\| speed, one core \| (\d+) times real time \| (\d+) times", page) == [tuple(speeds)]


def test_the_face_page_has_the_action_units_of_every_emotion() -> None:
    page = (ROOT / "docs" / "face.md").read_text("utf-8")
    told = {
        name: [tuple(map(float, unit.split())) for unit in units.split(", ")]
        for name, units in re.findall(r"^\| (\w+) \| (\d+ [\d.]+(?:, \d+ [\d.]+)*) \|", page, re.MULTILINE)
    }
    ours = {
        name: sorted((float(action.unit), action.intensity) for action in actions)
        for name, actions in EXPRESSIONS.items()
    }
    assert told == ours
