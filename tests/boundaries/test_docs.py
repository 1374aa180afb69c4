"""What the pages say exists: links lead somewhere, commands, options and targets are there."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from bilabial.cli import command_names, make_parser, subcommands

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
