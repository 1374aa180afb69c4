"""The page's head turns as the Studio's does, and notes of people are marks on it."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import bilabial.plot
from bilabial.cli import main
from bilabial.curves.curve import Curve
from bilabial.curves.format import save
from bilabial.curves.take import SoundReference, Take, Track
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.pipeline import GenerateOptions, generate_from_samples
from bilabial.plot.head import head_data
from bilabial.qa.remarks import NOTHING, Note, Remarks, write_remarks
from bilabial.render.demo_head import NECK, rotation
from bilabial.vocabulary import find

END = 1.2


@pytest.fixture(scope="module")
def take() -> Take:
    phones = PhoneTrack.of([Phone(0.3, 0.4, "m", "MBP"), Phone(0.4, 0.8, "ɑ", "Ah")])
    made = generate_from_samples(
        np.zeros(round(END * 16_000), np.float32), "a.wav", GenerateOptions(phones=phones)
    )
    names = find("head").names
    yaw = Curve.hermite([0.5, 0.8, END], [0.0, 25.0, 25.0], [0.0] * 3)
    return made.with_track("head", Track(find("head"), {names[0]: yaw}, 0.1))


def test_the_turns_of_the_head_are_in_the_page_and_a_still_head_costs_nothing(take: Take) -> None:
    data = head_data([take, Take(take.sound, take.phones, {"speech": take.track()})])
    turned, still = data["turns"]
    rows = np.frombuffer(base64.b64decode(turned), "<i2").reshape(-1, 3)
    assert still == "" and len(rows) == 121
    assert rows[20].tolist() == [0, 0, 0] and rows[100].tolist() == [2500, 0, 0]
    share = np.frombuffer(base64.b64decode(data["share"]), np.uint8)
    assert share.max() == 255 and 0 < (share == 0).sum() < len(share)  # the shoulders stay


def test_the_page_turns_a_head_as_we_do(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    page = Path(bilabial.plot.__file__).with_name("page.html").read_text("utf-8")
    found = re.search(r"function turning\(.*?(?=function makeHead)", page, re.DOTALL)
    assert found is not None
    neck, points = NECK.tolist(), [0.1, -0.2, 0.05, 0.0, 0.1, -0.3]
    script = tmp_path / "turn.js"
    script.write_text(
        f"{found[0]}const p = new Float32Array({points});"
        f"turnAll(p, [255, 128], {neck}, turning(20, -10, 5));"
        "console.log(JSON.stringify([...p]));"
    )
    done = subprocess.run([node, str(script)], capture_output=True, text=True, timeout=60, check=True)
    here = np.array(points).reshape(2, 3)
    share = np.array([[1.0], [128 / 255]])
    wanted = here + share * ((here - NECK) @ rotation(20, -10, 5).T + NECK - here)
    assert np.abs(np.reshape(json.loads(done.stdout), (2, 3)) - wanted).max() < 1e-6


def test_notes_are_marks_of_the_page_and_their_file_is_never_written(take: Take, tmp_path: Path) -> None:
    path = tmp_path / "a.take.json"
    save(Take(SoundReference("a.wav", END), take.phones, {"speech": take.track()}), path)
    write_remarks(tmp_path, {"a": (NOTHING, Remarks(notes=(Note(0.9, "look here"),)))})
    page = tmp_path / "a.html"
    assert main(["plot", str(path), "--no-check", "-o", str(page)]) == 0
    found = re.search(r'"marks":(\[\[.*?\]\])', page.read_text("utf-8"))
    assert found is not None and json.loads(found[1]) == [[0.9, "note", "look here", 0.0]]
