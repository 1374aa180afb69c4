"""The Studio's texts for translators: complete, and with what a text is filled with in place."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from studio.translations import FOLDER, TEMPLATE, texts, update

LANGUAGES = sorted(FOLDER.glob("studio_*.ts"))


def test_translators_are_given_every_text_of_the_windows(tmp_path: Path) -> None:
    pytest.importorskip("PySide6")
    update(tmp_path / TEMPLATE)
    fresh = texts(tmp_path / TEMPLATE)
    assert len(fresh) > 150
    for file in (FOLDER / TEMPLATE, *LANGUAGES):
        lacking = fresh - texts(file)
        assert not lacking, f"{file.name} lacks {sorted(lacking)[:3]}: run tests/studio/translations.py"


@pytest.mark.parametrize("file", LANGUAGES, ids=lambda file: file.stem)
def test_a_translation_is_whole_compiled_and_keeps_what_is_filled_in(file: Path) -> None:
    assert file.with_suffix(".qm").stat().st_size > 1000
    for message in ElementTree.parse(file).iter("message"):
        source, told = message.findtext("source") or "", message.find("translation")
        assert told is not None and told.text and told.get("type") is None, source
        assert re.findall(r"{.*?}", source) == sorted(re.findall(r"{.*?}", told.text)), source
        assert ("&" in source) == ("&" in told.text), source
