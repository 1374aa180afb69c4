"""A tracked face as a set, and our mouth beside it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bilabial.controls import CONTROLS
from bilabial.errors import FormatError
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.render.demo_head import load_head
from bilabial.training.data.real_face import (
    INNER_LOWER,
    INNER_UPPER,
    RealClip,
    Word,
    check_length,
    read_real_face,
    tracker_names,
)
from bilabial.training.data.sets import Problems
from bilabial.training.labels.face_weights import _POINTS, FaceFitter, _places
from bilabial.training.measure.demo_mouth import DemoMouth
from bilabial.training.measure.face_weights import mouth
from bilabial.training.measure.mouth import Pair, by_group, closing_times, score
from bilabial.training.measure.mouth_contexts import by_context, forward
from bilabial.vocabulary import find

MESH = sorted({61, 291, 33, 133, 362, 263, *INNER_LOWER, *INNER_UPPER})
FRAMES = 50


def tracked(folder: Path, fps: float = 25.0) -> Path:
    """One clip of two seconds: eyes 40 pixels apart, lips that open by 8 pixels and shut again."""
    folder.mkdir(parents=True, exist_ok=True)
    points = np.zeros((FRAMES, len(MESH), 2))
    place = {point: row for row, point in enumerate(MESH)}
    for point, x in ((33, 40), (133, 48), (362, 80), (263, 88), (61, 50), (291, 78)):
        points[:, place[point], 0] = x
    gap = 4 - 4 * np.cos(np.linspace(0, 4 * np.pi, FRAMES))
    for lower, upper in zip(INNER_LOWER, INNER_UPPER, strict=True):
        points[:, place[lower], 1] = 40 + gap / 2
        points[:, place[upper], 1] = 40 - gap / 2
    np.savez(
        folder / "tracks.npz", clips=np.array(["s1_bbaf3s"]), start=np.array([0, FRAMES]),
        lm=np.round(points * 32).astype(np.int16), arkit=np.full((FRAMES, 52), 255, np.uint8),
        pose=np.tile(np.eye(3, 4).ravel(), (FRAMES, 1)), ok=np.ones(FRAMES, bool), fps=fps,
    )  # fmt: skip
    (folder / "points.json").write_text(json.dumps({"mediapipe_index": MESH}))
    (folder / "align").mkdir(exist_ok=True)
    (folder / "align" / "bbaf3s.align").write_text("0 5000 sil\n5000 40000 bin\n40000 50000 sil\n")
    (folder / "audio").mkdir(exist_ok=True)
    (folder / "audio" / "s1_bbaf3s.flac").write_bytes(b"")
    return folder


def test_a_tracked_clip_knows_its_words_and_its_mouth(tmp_path: Path) -> None:
    (clip,) = read_real_face(tracked(tmp_path / "face"), Problems())
    assert [(word.text, word.start, word.end) for word in clip.words] == [("bin", 0.2, 1.6)]
    assert clip.times[0] == pytest.approx(0.02)
    gap, width = clip.mouth()
    assert gap.max() == pytest.approx(8 / 40, abs=0.01)
    assert width == pytest.approx(28 / 40, abs=0.01)
    assert np.allclose(clip.head(), 0.0)
    assert clip.in_speech().sum() == 35


@pytest.mark.parametrize("wrong", ["none", "rate"])
def test_a_set_that_cannot_be_measured_is_refused(tmp_path: Path, wrong: str) -> None:
    folder = tmp_path / "face"
    folder.mkdir()
    if wrong == "rate":
        tracked(folder, fps=0.0)
    with pytest.raises(FormatError, match=r"tracks.npz"):
        list(read_real_face(folder, Problems()))


def test_a_track_without_sound_and_one_shorter_than_its_sound_are_left_out(tmp_path: Path) -> None:
    folder = tracked(tmp_path / "face")
    (clip,) = read_real_face(folder, Problems())
    check_length(clip, 2.2)
    with pytest.raises(FormatError, match="do not belong together"):
        check_length(clip, 4.0)
    (folder / "audio" / "s1_bbaf3s.flac").unlink()
    problems = Problems()
    assert list(read_real_face(folder, problems)) == []
    assert "no sound" in problems.messages[0]


def test_the_demo_mouth_opens_for_ah_shuts_for_mbp_and_narrows_for_w() -> None:
    dense = np.zeros((4, len(CONTROLS)))
    dense[:, :2] = 0.6
    for row, name in enumerate(("Ah", "MBP", "WA_PEDAL")):
        dense[row, CONTROLS.index(name)] = 1.0
    gap, width = DemoMouth().of_controls(dense)
    assert gap[0] > 0.15
    assert gap[1] < 1e-6
    assert width[2] < 0.7 * width[3]


def pair(late: float) -> Pair:
    """A mouth that is shut from 0.96 to 1.04 s in a sine of speech; ours the same, ``late`` seconds later."""
    times, rows = (np.arange(50) + 0.5) / 25, np.arange(200) / 100

    def gap(at: np.ndarray) -> np.ndarray:
        return np.clip(np.abs(at - 1.0) * 0.5 - 0.02, 0.0, 0.12)

    phones = PhoneTrack.of(
        [Phone(0.5, 0.95, "a", "Ah"), Phone(0.95, 1.05, "b", "MBP"), Phone(1.05, 1.5, "a", "Ah")]
    )
    return Pair(
        "one", phones, times, gap(times), gap(times), gap(rows - late), gap(rows - late),
        ((0.98, 1.02),), ((0.96 + late, 1.04 + late),), 0.0, 20, 2.0,
    )  # fmt: skip


def test_a_mouth_in_time_is_scored_so_and_a_late_one_told_by_how_much() -> None:
    exact, late = score([pair(0.0)]), score([pair(0.05)])
    assert exact.gap_r == pytest.approx(1.0)
    assert exact.best_lag == 0.0
    assert (exact.closures, exact.met, exact.met_by) == (1, 1.0, 1.0)
    assert late.best_lag == pytest.approx(0.05)
    assert late.gap_r < 0.95
    assert score([pair(0.3)]).met == 0.0


def test_the_moment_at_which_a_phone_is_widest_is_told_by_group() -> None:
    times, rows = pair(0.0).times, np.arange(200) / 100
    opens = replace(
        pair(0.0),
        phones=PhoneTrack.of([Phone(0.6, 0.95, "a", "Ah")]),
        real_gap=np.exp(-(((times - 0.78) / 0.1) ** 2)),  # 0.78 s is the middle of a frame
        ours_gap=np.exp(-(((rows - 0.85) / 0.1) ** 2)),
    )
    (vowel,) = by_group([opens] * 8)
    assert vowel.real_widest == pytest.approx(0.18, abs=0.01)
    assert vowel.ours_widest == pytest.approx(0.25, abs=0.01)


def test_closing_times_count_from_the_sound() -> None:
    ours = closing_times([pair(0.05)], ours=True)
    his = closing_times([pair(0.05)], ours=False)
    assert ours.count == his.count == 1
    assert ours.onset - his.onset == pytest.approx(0.05, abs=0.03)


def test_a_sound_is_told_by_its_neighbours_and_a_closure_by_how_long_it_lasts() -> None:
    edges = Phone(0.2, 0.5, "s", "S"), Phone(1.5, 1.8, "s", "S")
    spoken = PhoneTrack.of([edges[0], *pair(0.0).phones, edges[1]])
    rows = {row.context: row for row in by_context([replace(pair(0.0), phones=spoken)] * 8)}
    assert set(rows) == {"vowels before m b p f v", "vowels after m b p f v"}
    before = rows["vowels before m b p f v"]
    assert before.count == 8
    assert before.ours_gap == pytest.approx(before.real_gap, abs=0.01)
    assert before.ours_widest == pytest.approx(before.real_widest, abs=0.05)
    assert closing_times([pair(0.05)], ours=True).hold == pytest.approx(0.28, abs=0.06)
    late = replace(
        pair(0.0), real_forward=np.sin(pair(0.0).times), ours_forward=np.sin(np.arange(200) / 100 - 0.05)
    )
    (before, _) = by_context([replace(late, phones=spoken)] * 8)
    assert before.real_forward == pytest.approx(before.ours_forward, abs=0.06)
    assert before.real_forward > 0.5
    told = forward([late], (-0.05, 0.0, 0.05))
    assert told.best_lag == 0.05
    assert told.r > 0.9


# Weights fitted to a tracked face

UNITS = ("jawOpen", "mouthPucker", "mouthUpperUpLeft", "mouthUpperUpRight", "browInnerUp")


def animated(folder: Path, weights: np.ndarray) -> RealClip:
    """The demo head itself as a tracked face: half a second of rest, then these shapes, frame by frame."""
    head, rows = load_head(), np.concatenate([np.zeros((12, len(UNITS))), weights])
    corners = {33: (-0.047, -0.004), 133: (-0.02, -0.004), 362: (0.02, -0.004), 263: (0.047, -0.004)}
    points = np.zeros((len(rows), 0, 2))
    place: dict[int, int] = {}
    eyes = DemoMouth().eyes
    for point, vertex in zip(_POINTS, _places(), strict=True):
        place[point] = points.shape[1]
        moved = np.stack([head.pose(dict(zip(UNITS, row, strict=True)))[vertex] for row in rows])
        points = np.concatenate([points, moved[:, None, [0, 2]]], axis=1)
    for point, at in corners.items():
        place[point] = points.shape[1]
        points = np.concatenate([points, np.tile(at, (len(rows), 1))[:, None]], axis=1)
    pixels = np.stack([64 + points[..., 0] / eyes * 42, 62 - points[..., 1] / eyes * 42], axis=2)
    # A real tracker's eyes are as far apart as the middles of their corners.
    return RealClip(
        "clip", folder / "none.wav", (Word(0.5, len(rows) / 25, "bin"),), 25.0, pixels,
        np.zeros((len(rows), 2)), np.tile(np.eye(3), (len(rows), 1, 1)), np.ones(len(rows), bool), place,
        False,
    )  # fmt: skip


def test_a_face_that_is_the_head_itself_is_fitted_back(tmp_path: Path) -> None:
    opening = 0.35 - 0.35 * np.cos(np.linspace(0, 4 * np.pi, 40))
    weights = np.stack([opening, 0.5 * opening[::-1], 0.4 * opening, 0.4 * opening, 0.8 * opening], axis=1)
    clip = animated(tmp_path, weights)
    fitted = FaceFitter.of_clips([clip])(clip, ("eyeBlinkLeft", "eyeBlinkRight"))
    rows = fitted.weights["arkit-52"]
    assert ((rows >= 0.0) & (rows <= 1.0)).all()
    gap, _ = mouth(rows, "arkit-52")
    real, _ = mouth(
        np.pad(weights, ((12, 0), (0, 0))) @ np.eye(52)[[find("arkit-52").names.index(u) for u in UNITS]],
        "arkit-52",
    )
    assert np.abs(gap - real).max() < 0.02
    names = find("arkit-52").names
    for unit, least in (("jawOpen", 0.95), ("browInnerUp", 0.95), ("mouthPucker", 0.7)):
        found = rows[12:, names.index(unit)]
        assert np.corrcoef(found, weights[:, UNITS.index(unit)])[0, 1] > least, unit
    for vocabulary in ("faceshift-51", "facewarehouse-46"):
        again, _ = mouth(fitted.weights[vocabulary], vocabulary)
        assert np.abs(again - real).max() < 0.02


def test_what_a_tracker_says_of_a_face_at_rest_is_no_squint(tmp_path: Path) -> None:
    clip = animated(tmp_path, np.zeros((20, len(UNITS))))
    own = np.full((len(clip.points), 2), 0.4)
    own[20:23, 0] = 1.0
    clip = replace(clip, arkit=own)
    rows = FaceFitter.of_clips([clip])(clip, ("eyeBlinkLeft", "eyeSquintLeft")).weights["arkit-52"]
    names = find("arkit-52").names
    assert rows[:, names.index("eyeSquintLeft")].max() == 0.0
    assert rows[:20, names.index("eyeBlinkLeft")].max() == 0.0
    assert rows[20:23, names.index("eyeBlinkLeft")].min() == pytest.approx(1.0)


def test_a_set_whose_weights_have_no_names_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="does not name its weights"):
        tracker_names(tracked(tmp_path / "face"))
