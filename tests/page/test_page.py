"""The page in a real browser: it plays, seeks, closes its lips; nothing is wrong, nothing is asked for."""

from __future__ import annotations

import io
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bilabial.audio.reading import sound_hash
from bilabial.cli import main
from bilabial.curves.curve import Curve
from bilabial.curves.format import save
from bilabial.curves.take import SoundReference, Take
from bilabial.errors import BilabialError
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.pipeline import GenerateOptions, generate_from_samples
from bilabial.plot.serving import PageServer
from bilabial.timing import SAMPLE_RATE
from page.browser import Browser, find

PHONES = [
    Phone(0.3, 0.45, "m", "MBP", word=0), Phone(0.45, 0.8, "ɑ", "Aa", 1, word=0),
    Phone(0.8, 0.95, "p", "MBP", word=1), Phone(0.95, 1.2, "i", "Ee", 0, word=1),
]  # fmt: skip
END = 1.8
CLOSED, OPEN = 0.37, 0.62  # seconds: in the m, in the vowel


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("takes")
    sound = np.random.default_rng(1).normal(0, 0.05, round(END * SAMPLE_RATE)).astype(np.float32)
    soundfile.write(place / "line.wav", sound, SAMPLE_RATE)
    (place / "line.txt").write_text("ma pea", "utf-8")
    take: Take = generate_from_samples(sound, "line.wav", GenerateOptions(phones=PhoneTrack.of(PHONES)))
    take = replace(take, sound=SoundReference("line.wav", END, sound_hash(place / "line.wav")))
    save(take, place / "line.take.json")
    curve = take.track().curves["MBP"]
    gaping = Curve.hermite([0.2, 0.33, 0.8, 0.85], [0.0, 0.8, 0.8, 0.0], [0.0] * 4)
    opened = take.with_curves({**take.track().curves, "MBP": curve.after(0.7), "Aa": gaping})
    save(opened, place / "open.take.json")
    return place


@pytest.fixture(scope="module")
def page(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("page") / "line.html"
    arguments = ["plot", str(folder / "open.take.json"), "--compare", str(folder / "line.take.json")]
    assert main([*arguments, "--text", str(folder / "line.txt"), "-o", str(target)]) == 0
    return target


@pytest.fixture(scope="module")
def browser(page: Path) -> Iterator[Browser]:
    program = find()
    if program is None:
        pytest.skip("Chromium is not installed")
    with Browser(program) as found:
        found.open(page.as_uri())
        found.wait(lambda: found.run("shown") == 0)
        yield found


def mouths(browser: Browser, seconds: float) -> tuple[int, int]:
    """Dark pixels inside the mouths of the left and the right head at a moment."""
    from PIL import Image

    browser.run(f"seek({seconds})")
    browser.wait(lambda: abs(browser.run("shown") - seconds) < 0.005)
    place = browser.run(
        "(r => ({x: r.x, y: r.y, width: r.width, height: r.height}))($('head').getBoundingClientRect())"
    )
    picture = np.asarray(Image.open(io.BytesIO(browser.picture(place))).convert("L"))
    height, width = picture.shape
    half = width // 2
    rows = slice(round(height * 0.62), round(height * 0.84))
    columns = slice(round(half * 0.35), round(half * 0.65))
    left, right = picture[rows, :half][:, columns], picture[rows, half:][:, columns]
    return int((left < 70).sum()), int((right < 70).sum())


@pytest.mark.timeout(200)
def test_the_heads_are_lit_and_only_the_closed_take_closes_on_the_m(browser: Browser) -> None:
    assert browser.run("drawHead !== null && !$('head').hidden")
    open_left, open_right = mouths(browser, OPEN)
    closed_left, closed_right = mouths(browser, CLOSED)
    assert open_right > 60 and closed_right < 0.2 * open_right  # the take that closes
    assert closed_left > closed_right + 20  # the one whose closure was taken away
    assert open_left > 60


@pytest.mark.timeout(120)
def test_it_plays_by_the_sounds_own_clock_and_stops_at_the_end(browser: Browser) -> None:
    browser.run("seek(0)")
    assert browser.run("$('play').click(), $('play').textContent") == "Pause"
    browser.wait(lambda: browser.run("sound.currentTime") > 0.3, 30)
    browser.wait(lambda: browser.run("$('play').textContent") == "Play", 30)
    assert browser.run("sound.currentTime") == pytest.approx(END, abs=0.1)


@pytest.mark.timeout(120)
def test_it_seeks_by_click_key_and_finding(browser: Browser) -> None:
    browser.run("seek(1.0)")
    browser.run("document.dispatchEvent(new KeyboardEvent('keydown', {code: 'ArrowRight'}))")
    assert browser.run("sound.currentTime") == pytest.approx(1.0 + 1 / 24, abs=0.01)
    marks = browser.run("take.marks")
    worst = next(mark for mark in marks if mark[1] == "closure")
    titles = browser.run("[...document.querySelectorAll('#findings button')].map(b => b.textContent)")
    assert len(titles) == len(marks) and any("closure" in title for title in titles)
    browser.run(f"[...document.querySelectorAll('#findings button')][{marks.index(worst)}].click()")
    assert browser.run("sound.currentTime") == pytest.approx(worst[0], abs=0.01)
    browser.run("board.scrollLeft = 0")
    browser.run("pick({offsetX: LABELS + 0.5 * zoom, offsetY: 60})")
    assert browser.run("sound.currentTime") == pytest.approx(0.5, abs=0.01)


@pytest.mark.timeout(60)
def test_words_and_the_other_takes_curves_are_there(browser: Browser) -> None:
    assert [word[2] for word in browser.run("take.words")] == ["ma", "pea"]
    assert browser.run("take.other.title") == "line.take.json"
    assert "MBP" in browser.run("Object.keys(ghosts)")


@pytest.mark.timeout(60)
def test_the_console_holds_no_error_and_nothing_left_the_page(browser: Browser, page: Path) -> None:
    time.sleep(0.3)
    browser.run("1")
    assert browser.complaints() == []
    assert set(browser.asked()) <= {page.as_uri()}


def test_a_page_is_about_a_megabyte(page: Path) -> None:
    assert page.stat().st_size < 1_300_000


def test_takes_of_two_sounds_are_not_compared(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from bilabial.curves.format import load

    other = load(folder / "line.take.json")
    for name, digest in (("a", "a" * 64), ("b", "b" * 64)):
        save(replace(other, sound=replace(other.sound, sha256=digest)), tmp_path / f"{name}.take.json")
    arguments = [
        "plot",
        str(tmp_path / "a.take.json"),
        "--compare",
        str(tmp_path / "b.take.json"),
        "--no-check",
    ]
    assert main(arguments) == 2
    assert "take of another sound" in capsys.readouterr().err


def fetch(address: str, host: str | None = None) -> tuple[int, str]:
    request = urllib.request.Request(address, headers={"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_folder_is_served_to_this_machine_alone(folder: Path, tmp_path: Path) -> None:
    with PageServer(folder, check=False) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        code, index = fetch(server.address)
        assert code == 200 and "line.take.json" in index and "open.take.json" in index
        code, made = fetch(f"{server.address}line.take.json")
        assert code == 200 and '"ma"' in made and "__TAKE__" not in made
        assert fetch(f"{server.address}../line.wav")[0] == 404
        assert fetch(f"{server.address}line.wav")[0] == 404
        assert fetch(server.address, "evil.example")[0] == 403
        with pytest.raises(BilabialError, match="cannot be used"):
            PageServer(folder, server.server_port)
        server.shutdown()
        thread.join(10)
    with pytest.raises(BilabialError, match="holds no take"):
        PageServer(tmp_path)
