"""A line on a still in the Studio, without windows: the newest moment is shown, and its film is written."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from PIL import Image

from bilabial.curves.format import save
from bilabial.curves.take import SoundReference
from bilabial.portrait.points import points_by_hand
from bilabial.studio import talking_still
from bilabial.studio.session import Session
from bilabial.studio.settings import Settings
from bilabial.studio.talking_still import HEIGHT, TalkingStill
from bilabial.studio.transport import SilentOutput
from core.test_portrait import POINTS, SIZE, drawn, take

OPEN, SHUT = 0.65, 0.45  # seconds of an a and of an m in the take


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setenv("BILABIAL_STATE", str(tmp_path / "state"))
    place = tmp_path / "lines"
    place.mkdir()
    soundfile.write(place / "line.wav", np.zeros(32_000), 16_000)
    save(replace(take(), sound=SoundReference("line.wav", 2.0)), place / "line.take.json")
    found = Session(Settings(), SilentOutput())
    found.listen_to_line = lambda: None  # type: ignore[method-assign]  # the ear costs seconds
    found.open_place(place)
    found.open_line("line")
    found.wait()
    return found


def placed(pixels: np.ndarray) -> object:
    return points_by_hand(list(POINTS)).scaled(pixels.shape[0] / SIZE)


def shown(still: TalkingStill, seconds: float) -> np.ndarray:
    still.show(seconds)
    end = time.monotonic() + 60
    while time.monotonic() < end and (still._shown is None or still._shown is not still._wanted):
        time.sleep(0.005)
    assert not still.fault
    frame = still.frame()
    assert frame is not None
    return frame


def test_a_line_is_previewed_and_filmed(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talking_still, "find_face", placed)
    drawn(size=2 * SIZE).save(tmp_path / "face.png")
    told: list[int] = []
    still = TalkingStill(session, lambda: told.append(1))
    still.show(0.5)  # before there is a picture: nothing
    assert still.frame() is None
    still.open(tmp_path / "face.png")
    session.wait()
    assert told == [1] and still.frame().shape == (HEIGHT, HEIGHT, 4)  # type: ignore[union-attr]
    opened, shut = shown(still, OPEN), shown(still, SHUT)
    assert (opened.astype(int) - shut).any()
    assert shown(still, SHUT) is shut  # the same moment is not painted again
    still.save_film(tmp_path / "film.mp4")
    session.wait()
    with av.open(str(tmp_path / "film.mp4")) as film:
        assert film.streams.video[0].height == 2 * SIZE and film.streams.video[0].frames == 50
        assert film.streams.audio and "synthetic" in film.metadata["comment"].lower()
    still.close()
    still.show(OPEN)  # after the window has gone: nothing
    assert still._thread is None


def test_a_picture_without_a_face_is_a_sentence_and_the_last_one_stays(
    session: Session, tmp_path: Path
) -> None:
    still = TalkingStill(session)
    (tmp_path / "no.png").write_bytes(b"nothing")
    still.open(tmp_path / "no.png")
    session.wait()
    assert "no picture that can be read" in session.message and still.subject is None
    session.attempt(lambda: still.save_film(tmp_path / "film.mp4"))
    assert "choose a picture" in session.message and not (tmp_path / "film.mp4").exists()


def test_a_film_never_lands_on_what_it_is_made_from(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talking_still, "find_face", placed)
    picture = tmp_path / "face.mp4"  # whatever it is called
    drawn().convert("RGB").save(picture, format="PNG")
    still = TalkingStill(session)
    still.open(picture)
    session.wait()
    before = picture.read_bytes()
    session.attempt(lambda: still.save_film(picture))
    assert "name another file" in session.message and picture.read_bytes() == before


def test_a_small_picture_is_previewed_as_it_is(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talking_still, "find_face", placed)
    Image.fromarray(np.array(drawn(), np.uint8)).save(tmp_path / "face.png")
    still = TalkingStill(session)
    still.open(tmp_path / "face.png")
    session.wait()
    assert still.frame().shape == (SIZE, SIZE, 4)  # type: ignore[union-attr]
