"""Live Link Face CSV: read as phones write it, written as importers expect it."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from bilabial.errors import FormatError
from bilabial.exchange.animation import ChannelAnimation, live_link, read_animation, write_animation

CAPITALS = [name[0].upper() + name[1:] for name in live_link.COLUMNS]


def speech(frames: int = 90, fps: float = 60.0, start: float = 0.0) -> ChannelAnimation:
    random_numbers = np.random.default_rng(5)
    return ChannelAnimation(live_link.COLUMNS, fps, random_numbers.random((frames, 61)), start)


def stamps(frames: list[int], fps: int, hours: int = 14) -> list[str]:
    return [
        f"{hours}:{f // fps // 60 % 60:02d}:{f // fps % 60:02d}:{f % fps:02d}.{f % fps:03d}" for f in frames
    ]


def recording(path: Path, codes: list[str], columns: list[str] = CAPITALS, cell: str = "0.25") -> Path:
    lines = ["Timecode,BlendShapeCount," + ",".join(columns)]
    lines += [f"{code},{len(columns)}," + ",".join([cell] * len(columns)) for code in codes]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_round_trip(tmp_path: Path) -> None:
    written = speech(start=1.5)
    write_animation(written, tmp_path / "take.csv")
    read = read_animation(tmp_path / "take.csv")
    assert read.names == live_link.COLUMNS
    assert read.fps == 60.0
    assert read.start == pytest.approx(1.5)
    np.testing.assert_allclose(read.values, written.values, atol=1e-8)


def test_other_rates_are_resampled_to_sixty(tmp_path: Path) -> None:
    written = speech(31, fps=30.0)
    write_animation(written, tmp_path / "take.csv")
    read = read_animation(tmp_path / "take.csv")
    assert read.fps == 60.0
    assert len(read.values) == 61
    np.testing.assert_allclose(read.values[::2], written.values, atol=1e-8)


def test_columns_are_read_by_name_in_any_order(tmp_path: Path) -> None:
    shuffled = list(CAPITALS)
    random.Random(3).shuffle(shuffled)
    rows = {name: f"{i / 100:.2f}" for i, name in enumerate(CAPITALS)}
    path = tmp_path / "take.csv"
    lines = ["Timecode,BlendshapeCount," + ",".join(shuffled)]
    lines += [f"00:00:00:0{i}.000,61," + ",".join(rows[name] for name in shuffled) for i in range(3)]
    path.write_text("\n".join(lines))
    read = read_animation(path)
    for i, name in enumerate(live_link.COLUMNS):
        turned = -1.0 if name.endswith(("Yaw", "Pitch")) else 1.0  # the app counts them the other way round
        assert read.column(name)[1] == pytest.approx(turned * i / 100)


def test_rotations_may_be_missing_shapes_may_not(tmp_path: Path) -> None:
    path = recording(tmp_path / "take.csv", stamps([0, 1, 2], 60), CAPITALS[:52])
    assert read_animation(path).names == live_link.SHAPES
    without = [name for name in CAPITALS if name != "JawOpen"]
    with pytest.raises(FormatError, match=r"line 1.*JawOpen.*missing"):
        read_animation(recording(tmp_path / "less.csv", stamps([0, 1], 60), without))


@pytest.mark.parametrize("fps", [24, 25, 30, 60])
def test_the_rate_is_found_from_the_timecodes(tmp_path: Path, fps: int) -> None:
    first = 7 * fps - 5
    path = recording(tmp_path / "take.csv", stamps(list(range(first, first + 3 * fps)), fps))
    assert read_animation(path).fps == fps


def test_dropped_frames_are_filled(tmp_path: Path) -> None:
    frames = [f for f in range(300) if f not in (40, 41, 150)]
    path = recording(tmp_path / "take.csv", stamps(frames, 60))
    read = read_animation(path)
    assert len(read.values) == 300
    np.testing.assert_allclose(np.abs(read.values), 0.25, atol=1e-9)


def test_midnight_does_not_run_backwards(tmp_path: Path) -> None:
    codes = ["23:59:59:58.000", "23:59:59:59.000", "00:00:00:00.000", "00:00:00:01.000"]
    assert len(read_animation(recording(tmp_path / "take.csv", codes)).values) == 4


def test_a_frame_without_a_face_holds_the_last_one(tmp_path: Path) -> None:
    path = recording(tmp_path / "take.csv", stamps([0, 1], 60))
    with path.open("a") as file:
        file.write("14:00:00:02.000,0\n14:00:00:03.000,61," + ",".join(["0.5"] * 61) + "\n")
    assert list(read_animation(path).column("jawOpen")) == [0.25, 0.25, 0.25, 0.5]


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (lambda rows: [rows[0], rows[1].replace("0.25", "loud", 1)], "line 2: EyeBlinkLeft is 'loud'"),
        (lambda rows: [rows[0], rows[1], "14:00:00:01.001,61,0.5"], "line 3: 3 cells"),
        (lambda rows: [rows[0], rows[2], rows[1]], "line 3: the timecode runs backwards"),
        (lambda rows: [rows[0], rows[1].replace("14:", "midday:", 1)], "line 2: .* is no timecode"),
        (lambda rows: [rows[0] + ",JawOpen", *rows[1:]], "stands twice"),
        (lambda rows: [rows[0] + ",EarWiggle", *rows[1:]], "'EarWiggle' is none"),
        (lambda rows: rows[:1], "no frames"),
        (lambda rows: ["time,JawOpen", "0,1"], "not Live Link Face's"),
    ],
)
def test_mistakes_are_named_with_their_line(tmp_path: Path, mistake, message: str) -> None:  # type: ignore[no-untyped-def]
    path = recording(tmp_path / "take.csv", stamps([0, 1, 2], 60))
    path.write_text("\n".join(mistake(path.read_text().splitlines())) + "\n")
    with pytest.raises(FormatError, match=message):
        read_animation(path)


def test_a_wrong_rate_is_named_with_its_line(tmp_path: Path) -> None:
    path = recording(tmp_path / "take.csv", stamps(list(range(60)), 60))
    with pytest.raises(FormatError, match=r"line 32: there is no frame 30"):
        live_link.read(path, fps=30.0)


def test_what_live_link_lacks_is_not_written(tmp_path: Path) -> None:
    other = ChannelAnimation(("jawOpen", "viseme_PP"), 60.0, np.zeros((3, 2)))
    with pytest.raises(FormatError, match="viseme_PP"):
        write_animation(other, tmp_path / "take.csv")
    with pytest.raises(FormatError, match=r"29\.97"):
        live_link.write(speech(), tmp_path / "take.csv", fps=29.97)
    assert list(tmp_path.iterdir()) == []


def test_unknown_suffixes_and_missing_files(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no animation format ends in"):
        write_animation(speech(), tmp_path / "take.mov")
    with pytest.raises(FormatError, match="is missing"):
        read_animation(tmp_path / "take.csv")


def test_an_animation_refuses_nonsense() -> None:
    with pytest.raises(FormatError, match="stands twice"):
        ChannelAnimation(("a", "a"), 30.0, np.zeros((2, 2)))
    with pytest.raises(FormatError, match="shape"):
        ChannelAnimation(("a",), 30.0, np.zeros((2, 2)))
    with pytest.raises(FormatError, match="frame 1 of the channel 'b'"):
        ChannelAnimation(("a", "b"), 30.0, np.array([[0.0, 0.0], [0.0, np.nan]]))
    with pytest.raises(FormatError, match="rate above 0"):
        ChannelAnimation(("a",), 0.0, np.zeros((2, 1)))


def test_eyes_and_head_turn_as_the_app_counts_them(tmp_path: Path) -> None:
    """In recordings of the app eyes that look to the face's right, and down, have positive angles, .6 and .7
    radians where the shapes say 1.
    """
    names = (
        "eyeLookInLeft",
        "eyeLookDownLeft",
        "headYaw",
        "headPitch",
        "headRoll",
        "leftEyeYaw",
        "leftEyePitch",
    )
    right_and_down = np.array([[0.5, 0.5, -0.1, -0.2, 0.3, -0.3, -0.35]])  # ours: to the left and upwards
    write_animation(ChannelAnimation(names, 60.0, right_and_down), tmp_path / "take.csv")
    header, row = (line.split(",") for line in (tmp_path / "take.csv").read_text().splitlines())
    told = dict(zip(header[2:], map(float, row[2:]), strict=True))
    assert (told["LeftEyeYaw"], told["LeftEyePitch"]) == (0.3, 0.35)
    assert (told["HeadYaw"], told["HeadPitch"], told["HeadRoll"]) == (0.1, 0.2, 0.3)
    assert "-0.00000000" not in row
    again = read_animation(tmp_path / "take.csv")
    np.testing.assert_allclose(again.picked(names).values, right_and_down, atol=1e-8)
