"""docs/engines.md: every command runs as printed, and what it writes is read again."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from performances import complete_take

from bilabial.cli import main
from bilabial.curves.format import save
from bilabial.exchange.animation import read_animation

PAGE = (Path(__file__).parents[2] / "docs" / "engines.md").read_text("utf-8")
COMMANDS = re.findall(r"^ {8}bilabial (convert [^#\n]+?)\s+#", PAGE, re.M)


def test_the_page_has_commands() -> None:
    assert len(COMMANDS) >= 6


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_run_as_printed(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if ".usd" in command:
        pytest.importorskip("pxr")
    monkeypatch.chdir(tmp_path)
    save(complete_take(), "line.take.json")
    words = shlex.split(command)
    assert main(words) == 0
    if "--rig" in words:
        assert len(read_animation(words[2]).values) > 1
    else:
        assert "MBP" in Path(words[2]).read_text().splitlines()[0]
