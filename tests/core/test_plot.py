"""Pictures of a take: what they show, that they are whole files, and that labels are data."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bilabial.curves.curve import Curve
from bilabial.errors import BilabialError
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.plot.content import PlotContent, gather
from bilabial.plot.figure import draw
from bilabial.plot.page import sound_uri, write_page
from bilabial.timing import SAMPLE_RATE

PNG = b"\x89PNG\r\n\x1a\n"


def content(label: str = "m", sound: bool = True, duration: float = 2.0) -> PlotContent:
    phones = PhoneTrack.of(
        [Phone(0.2, 0.4, label, "MBP"), Phone(0.4, 0.9, "ɑ", "Ah"), Phone(0.9, 2.0, "", "SIL")]
    )
    curves = {
        "MBP": Curve.hermite([0.1, 0.2, 0.4, 0.5], [0, 1, 1, 0], [0, 0, 0, 0]),
        "Ah": Curve.hermite([0.3, 0.6, 1.0], [0, 0.7, 0], [0, 0, 0]),
        "Jaw": Curve.hermite([0.0], [0.6], [0.0]),
        "U": Curve.hermite([0.0], [0.0], [0.0]),
    }
    samples = np.sin(np.arange(round(SAMPLE_RATE * duration)) / 20).astype(np.float32) if sound else None
    return gather("line", duration, phones, curves, samples)


def data_of(page: Path) -> dict[str, object]:
    found = re.search(
        r'<script id="take" type="application/json">(.*?)</script>', page.read_text("utf-8"), re.S
    )
    assert found is not None
    taken: dict[str, object] = json.loads(found.group(1))
    return taken


def test_lanes_are_the_field_and_what_moves_in_the_usual_order() -> None:
    shown = content()
    assert [lane.name for lane in shown.lanes] == ["Jaw", "Ah", "MBP"]
    assert shown.key_count == 8
    assert shown.lanes[2].values[30] == pytest.approx(1.0)
    assert shown.envelope.shape == (201, 2)
    assert shown.envelope.max() == pytest.approx(1.0, abs=0.01)


def test_names_and_labels_are_letters_not_formulas(tmp_path: Path) -> None:
    shown = replace(content("$\\frac$"), title="a$\\frac$ \N{GRINNING FACE}")
    draw(shown, tmp_path / "a.svg")
    assert "frac$" in (tmp_path / "a.svg").read_text("utf-8")


@pytest.mark.parametrize("sound", [True, False])
@pytest.mark.parametrize(("end", "start"), [(".png", PNG), (".svg", b"<?xml"), (".pdf", b"%PDF")])
def test_still_pictures_are_whole_and_the_same_every_time(
    tmp_path: Path, sound: bool, end: str, start: bytes
) -> None:
    first, second = tmp_path / f"a{end}", tmp_path / f"b{end}"
    draw(content("$m_{", sound), first)
    draw(content("$m_{", sound), second)
    assert first.read_bytes().startswith(start)
    assert first.read_bytes() == second.read_bytes()
    assert len(list(tmp_path.iterdir())) == 2


def test_a_range_outside_the_take_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BilabialError, match=r"lasts 2\.00 s"):
        draw(content(), tmp_path / "a.png", 5.0, 6.0)
    assert not list(tmp_path.iterdir())


def test_page_holds_curves_phones_and_keys(tmp_path: Path) -> None:
    page = tmp_path / "take.html"
    write_page(content(), page, "data:audio/flac;base64,AAAA")
    data = data_of(page)
    assert data["duration"] == 2.0 and data["sound"] == "data:audio/flac;base64,AAAA"
    assert [p[2] for p in data["phones"]] == ["m", "ɑ"]  # type: ignore[attr-defined]
    lanes = {lane["name"]: lane for lane in data["lanes"]}  # type: ignore[attr-defined]
    values = np.frombuffer(base64.b64decode(lanes["MBP"]["values"]), np.uint8) / 255
    assert values[30] == 1.0 and values[100] == 0.0 and len(values) == 201
    assert lanes["MBP"]["keys"][1] == [0.2, 1.0]


def test_a_label_never_becomes_code(tmp_path: Path) -> None:
    page = tmp_path / "take.html"
    label = "</script><script>alert(1)</script>"
    write_page(content(label), page, "")
    text = page.read_text("utf-8")
    assert "<script>alert" not in text and text.count("</script>") == 2
    assert data_of(page)["phones"][0][2] == label  # type: ignore[index]


def test_page_fetches_nothing(tmp_path: Path) -> None:
    page = tmp_path / "take.html"
    write_page(content(), page, "")
    text = page.read_text("utf-8")
    assert "default-src 'none'" in text
    assert not re.search(r"https?://|src=\"[^\"]", text)


def test_sound_goes_in_as_it_is_or_as_flac(tmp_path: Path) -> None:
    import io

    import soundfile

    samples = np.linspace(-0.5, 0.5, 1600, dtype=np.float32)
    soundfile.write(tmp_path / "a.wav", samples, SAMPLE_RATE)
    (tmp_path / "a.mov").write_bytes(b"anything")
    kept = sound_uri(tmp_path / "a.wav", samples)
    assert kept.startswith("data:audio/wav;base64,")
    assert base64.b64decode(kept.split(",")[1]) == (tmp_path / "a.wav").read_bytes()
    packed = sound_uri(tmp_path / "a.mov", samples)
    back, rate = soundfile.read(io.BytesIO(base64.b64decode(packed.split(",")[1])))
    assert packed.startswith("data:audio/flac") and rate == SAMPLE_RATE
    np.testing.assert_allclose(back, samples, atol=1e-4)
