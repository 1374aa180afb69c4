"""The demo head's geometry: it closes, it bites, it never runs through itself, and left mirrors right."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilabial.controls import CONTROLS, SHAPES
from bilabial.errors import FormatError, RigError
from bilabial.render.demo_head import DemoHead, load_head
from bilabial.render.rasteriser import Camera, Mesh, Surface, quads_in_view, render
from bilabial.retarget.evaluate import Evaluator
from bilabial.retarget.profile_format import load_profile

TOUCH = 2e-7  # metres: what is left is the rounding of single precision
LIPS_IN_LIPS = 0.0003  # the depth to which one lip may run into the other
TEETH_IN_LIP = 0.0012  # the depth to which incisors may press into the lower lip
MOUTH = Camera((0.0, -0.5, -0.06), (0.0, -0.08, -0.066), 0.10)
OPENING = {"jawOpen", "mouthFunnel", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft",
           "mouthUpperUpRight", "mouthClose"}  # fmt: skip

unit = st.floats(0.0, 1.0, allow_subnormal=False)


@pytest.fixture(scope="module")
def head() -> DemoHead:
    return load_head()


@pytest.fixture(scope="module")
def evaluator() -> Evaluator:
    return Evaluator(load_profile("demo-head"))


def saying(evaluator: Evaluator, **controls: float) -> dict[str, float]:
    """Shape weights for controls; the JALI field stands at its working point unless given."""
    dense = np.zeros((1, len(CONTROLS)))
    for name, value in {"Jaw": 0.6, "Lip": 0.6, **controls}.items():
        dense[0, CONTROLS.index(name)] = value
    return dict(zip(evaluator.names, evaluator(dense)[0], strict=True))


def on_surface(vertices: np.ndarray, quads: np.ndarray, steps: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Points spread over quads and the outward direction at each."""
    along = (np.arange(steps) + 0.5) / steps
    a, b = (grid.ravel() for grid in np.meshgrid(along, along))
    weights = np.stack(((1 - a) * (1 - b), a * (1 - b), a * b, (1 - a) * b), axis=1)
    corners = vertices[quads]
    normal = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    return np.einsum("sc,qcd->qsd", weights, corners).reshape(-1, 3), np.repeat(normal, steps * steps, axis=0)


def heights_above(
    points: np.ndarray, surface: np.ndarray, normals: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Distance of each point to a surface, and its signed height over it (below 0: inside)."""
    squared = ((points[:, None] - surface[None]) ** 2).sum(-1)
    nearest = squared.argmin(1)
    height = ((points - surface[nearest]) * normals[nearest]).sum(1)
    return np.sqrt(squared[np.arange(len(points)), nearest]), height


def lip_vertices(head: DemoHead, upper: bool) -> np.ndarray:
    """(rings, k): one lip from the border of the red to a little inside the mouth, corners left out."""
    count = head.lips.shape[1]
    k = np.arange(1, count // 2) if upper else np.arange(count // 2 + 1, count)
    return head.lips[:9, k]


def lip_quads(head: DemoHead, upper: bool) -> np.ndarray:
    return head.quads[np.isin(head.quads, lip_vertices(head, upper)).all(axis=1)]


def seen(head: DemoHead, weights: dict[str, float], part: str) -> int:
    """How many pixels of a part the front view of the mouth shows, of 200 x 200."""
    shown = quads_in_view(head.quads, head.pose(weights), MOUTH, (200, 200))
    first = head.quads[shown[shown >= 0], 0]
    where = head.parts[part]
    return int(((first >= where.start) & (first < where.stop)).sum())


# --- the file -----------------------------------------------------------------------------------------------


def test_it_is_a_clean_quad_mesh_of_the_promised_size(head: DemoHead) -> None:
    assert 7_000 <= len(head.vertices) <= 10_000
    assert all(len(set(quad)) == 4 for quad in head.quads.tolist())
    assert set(np.unique(head.quads)) == set(range(len(head.vertices)))
    edges = np.concatenate([head.quads[:, [i, (i + 1) % 4]] for i in range(4)])
    assert len(np.unique(edges, axis=0)) == len(edges), "two neighbouring quads face opposite ways"


def test_it_has_every_shape_of_arkit_and_none_is_empty(head: DemoHead) -> None:
    assert set(load_profile("arkit-52").channels) <= set(head.shapes)
    assert set(load_profile("demo-head").channels) == set(head.shapes)
    for name, (ids, motion) in head.shapes.items():
        assert len(ids) and np.abs(motion).max() > 0.0015, name


def test_left_and_right_mirror_exactly(head: DemoHead) -> None:
    flip = np.array((-1, 1, 1), np.float32)
    mirror = head.mirror
    moving = np.flatnonzero(mirror != np.arange(len(mirror)))
    assert (mirror[mirror] == np.arange(len(mirror))).all()
    assert len(moving) > 6_000
    np.testing.assert_array_equal(head.vertices[moving], head.vertices[mirror[moving]] * flip)
    for name in head.shapes:
        other = name.replace("Left", "RIGHT").replace("Right", "Left").replace("RIGHT", "Right")
        here = head.pose({name: 1.0}) - head.vertices
        there = head.pose({other: 1.0}) - head.vertices
        np.testing.assert_allclose(here, (there * flip)[mirror], atol=TOUCH, err_msg=name)


def test_landmarks_mirror_and_lie_where_they_say(head: DemoHead) -> None:
    marks = head.landmarks
    assert len(marks) == 38 == len(set(marks.tolist()))
    jaw, outer, inner, nose = marks[:17], marks[17:29], marks[29:37], marks[37]
    np.testing.assert_array_equal(head.mirror[jaw], jaw[::-1])
    assert head.vertices[jaw, 2].argmin() == 8 and abs(head.vertices[jaw[8], 0]) < 1e-6
    assert set(outer) <= set(head.lips[0]) and set(inner) <= set(head.lips[head.contact_rings[0]])
    assert head.vertices[nose, 1] == head.vertices[: head.parts["skin"].stop, 1].min()
    opened = head.pose_landmarks(("jawOpen",), np.array([[0.0], [1.0]], np.float32))
    assert opened.shape == (2, 38, 3)
    np.testing.assert_allclose(opened[1], head.pose({"jawOpen": 1.0})[marks], atol=1e-6)


def test_a_damaged_or_foreign_file_is_refused_in_one_sentence(tmp_path: Path, head: DemoHead) -> None:
    broken = tmp_path / "head.npz"
    broken.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(FormatError, match=r"head\.npz"):
        load_head(broken)
    np.savez(broken, format=np.array("other/1"))
    with pytest.raises(FormatError, match="build_head"):
        load_head(broken)
    with pytest.raises(FormatError, match="install"):
        load_head(tmp_path / "none.npz")
    with pytest.raises(RigError, match="JawOpen"):
        head.pose({"JawOpen": 1.0})


# --- lips ---------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    jaw=unit,
    others=st.dictionaries(st.sampled_from(sorted(set(load_head().shapes) - OPENING)), unit, max_size=6),
)
def test_mouth_close_closes_at_every_jaw_opening_whatever_else_is_on(
    head: DemoHead, jaw: float, others: dict[str, float]
) -> None:
    posed = head.pose({**others, "jawOpen": jaw, "mouthClose": jaw})
    assert head.lip_gap(posed).max() <= TOUCH


@pytest.mark.parametrize("name", ["jawOpen", "mouthFunnel", "mouthUpperUpLeft", "mouthLowerDownRight"])
def test_shapes_that_open_the_mouth_do_open_it(head: DemoHead, name: str) -> None:
    assert head.lip_gap(head.pose({name: 1.0})).max() > 0.005


@settings(max_examples=60, deadline=None)
@given(
    closure=st.sampled_from(("MBP", "MBPa")),
    others=st.dictionaries(st.sampled_from(CONTROLS), unit, max_size=8),
)
def test_on_m_b_p_the_lips_meet_whatever_the_jaw_and_the_other_sounds_do(
    head: DemoHead, evaluator: Evaluator, closure: str, others: dict[str, float]
) -> None:
    posed = head.pose(saying(evaluator, **{**others, closure: 1.0}))
    assert head.lip_gap(posed).max() <= TOUCH


@pytest.mark.parametrize("jaw", [0.0, 0.6, 1.0])
@pytest.mark.parametrize("closure", ["MBP", "MBPa"])
def test_nothing_of_the_mouths_inside_shows_on_m_b_p(
    head: DemoHead, evaluator: Evaluator, closure: str, jaw: float
) -> None:
    weights = saying(evaluator, Jaw=jaw, Ah=0.7, **{closure: 1.0})
    assert weights["jawOpen"] > 0.02 or jaw == 0
    for part in ("teeth_upper", "teeth_lower", "gums_upper", "gums_lower", "tongue"):
        assert seen(head, weights, part) == 0, part


@pytest.mark.parametrize("control", SHAPES)
def test_lips_do_not_run_into_each_other(head: DemoHead, evaluator: Evaluator, control: str) -> None:
    vertices = head.pose(saying(evaluator, **{control: 1.0})).astype(np.float64)
    for upper in (True, False):
        surface, normals = on_surface(vertices, lip_quads(head, not upper))
        distance, height = heights_above(vertices[lip_vertices(head, upper)[1:8].ravel()], surface, normals)
        inside = (height < 0) & (distance < 0.006)  # farther away the nearest point is no neighbour
        assert -height[inside].min(initial=0.0) <= LIPS_IN_LIPS


# --- teeth and tongue ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("jaw", [0.0, 0.6, 1.0])
@pytest.mark.parametrize("control", ["FV", "FVa"])
def test_on_f_v_the_lower_lip_touches_the_upper_teeth(
    head: DemoHead, evaluator: Evaluator, control: str, jaw: float
) -> None:
    vertices = head.pose(saying(evaluator, Jaw=jaw, **{control: 1.0})).astype(np.float64)
    teeth = vertices[head.parts["teeth_upper"]]
    incisors = teeth[np.abs(teeth[:, 0]) < 0.009]
    distance, height = heights_above(incisors, *on_surface(vertices, lip_quads(head, upper=False)))
    assert distance.min() < 0.0008, "the lower lip hangs clear of the teeth"
    assert -height[distance < 0.004].min(initial=0.0) <= TEETH_IN_LIP, "teeth run through the lip"
    assert head.lip_gap(vertices.astype(np.float32)).max() > 0.0015, "the upper lip hides the teeth"
    assert seen(head, saying(evaluator, Jaw=jaw, **{control: 1.0}), "teeth_upper") > 60


def test_at_rest_the_lips_touch_and_hide_the_teeth(head: DemoHead) -> None:
    assert head.lip_gap(head.vertices).max() == 0.0
    assert seen(head, {}, "teeth_upper") == seen(head, {}, "tongue") == 0


@pytest.mark.parametrize(
    ("control", "part", "least"),
    [("Th", "tongue", 250), ("LNTD", "tongue", 150), ("Ah", "tongue", 600), ("Ee", "teeth_upper", 250),
     ("S", "teeth_upper", 250), ("ShChZh", "teeth_upper", 250), ("ShChZh", "teeth_lower", 60)],
)  # fmt: skip
def test_teeth_and_tongue_show_where_the_sound_shows_them(
    head: DemoHead, evaluator: Evaluator, control: str, part: str, least: int
) -> None:
    assert seen(head, saying(evaluator, **{control: 1.0}), part) >= least


def test_the_tongue_stands_between_the_teeth_on_th(head: DemoHead, evaluator: Evaluator) -> None:
    vertices = head.pose(saying(evaluator, Th=1.0))
    tip = vertices[head.parts["tongue"]]
    tip = tip[tip[:, 1].argmin()]
    upper, lower = vertices[head.parts["teeth_upper"]], vertices[head.parts["teeth_lower"]]
    assert tip[1] < upper[np.abs(upper[:, 0]) < 0.005, 1].min(), "the tip stays behind the teeth"
    edges = upper[np.abs(upper[:, 0]) < 0.005, 2].min(), lower[np.abs(lower[:, 0]) < 0.005, 2].max()
    assert edges[1] - 0.004 < tip[2] < edges[0] + 0.004


def test_rounded_sounds_are_narrow_and_forward_and_spread_ones_wide(
    head: DemoHead, evaluator: Evaluator
) -> None:
    def mouth(control: str) -> tuple[float, float, float]:
        vertices = head.pose(saying(evaluator, **{control: 1.0}))
        ring = vertices[head.lips[head.contact_rings[0]]]
        gap = head.lip_gap(vertices).max()
        return float(np.ptp(ring[:, 0])), float(ring[:, 1].min()), float(gap)

    (rest, front, _), ee, oh, u, ah = (mouth(c) for c in ("GKa", "Ee", "Oh", "U", "Ah"))
    assert ee[0] > 1.15 * rest
    assert oh[0] < 0.85 * rest and u[0] < 0.7 * rest
    assert u[1] < front - 0.004 and oh[1] < front - 0.004
    assert ah[2] > oh[2] * 0.9 > ee[2] > u[2]


# --- pictures -----------------------------------------------------------------------------------------------


def test_nearer_quads_hide_farther_ones_and_backs_do_not_show() -> None:
    square = np.array([(-1, 0, -1), (1, 0, -1), (1, 0, 1), (-1, 0, 1)], np.float32)
    vertices = np.concatenate((square, square * 0.5 + (0, -1, 0), square * 0.25 + (0, -2, 0))).astype(
        np.float32
    )
    front = np.array([0, 1, 2, 3])
    quads = np.stack((front, front + 4, (front + 8)[::-1]))  # the last one faces away
    shown = quads_in_view(quads, vertices, Camera((0, -10, 0), (0, 0, 0), 4.0), (64, 64))
    assert shown[32, 32] == 1 and shown[32, 19] == 0 and shown[2, 2] == -1
    assert (shown == 2).sum() == 0
    assert (shown >= 0).sum() == pytest.approx(32 * 32, rel=0.02)


def test_a_picture_shows_colour_where_the_mesh_is_and_background_elsewhere(head: DemoHead) -> None:
    red = np.tile(np.float32((0.6, 0.05, 0.05)), (len(head.vertices), 1))
    mesh = Mesh(head.quads, red, np.zeros(len(head.quads), int), (Surface(),))
    picture = render(mesh, head.vertices, Camera((0, -0.6, 0), (0, 0, 0), 0.3), (96, 96), oversample=1)
    assert picture.shape == (96, 96, 3) and picture.dtype == np.uint8
    red, green, _ = picture[48, 48].astype(int)
    assert red > green + 40
    assert abs(int(picture[2, 2, 0]) - int(picture[2, 2, 1])) < 40


# --- the script ---------------------------------------------------------------------------------------------


def test_the_script_makes_the_head_that_is_stored(head: DemoHead, tmp_path: Path) -> None:
    script = Path(__file__).resolve().parents[2] / "rigs" / "demo_head" / "build_head.py"
    target = tmp_path / "head.npz"
    subprocess.run(
        [sys.executable, str(script), "--to", str(target)], check=True, capture_output=True, timeout=250
    )
    made = load_head(target)
    np.testing.assert_array_equal(made.quads, head.quads)
    np.testing.assert_allclose(made.vertices, head.vertices, atol=1e-6)
    assert list(made.shapes) == list(head.shapes)
    for name in head.shapes:  # a linear solver of another make may round otherwise
        np.testing.assert_allclose(made.pose({name: 1.0}), head.pose({name: 1.0}), atol=5e-6, err_msg=name)


def test_a_colour_carried_on_beyond_black_stays_black() -> None:
    """A triangle's edge lies a little outside of its corners: beside black a colour was negative there, and
    the pixel no number.
    """
    from bilabial.render.shading import Lights, Look

    look = Look.of(Lights(), (0.0, -1.0, 0.0), Camera((0.0, -1.0, 0.0), (0.0, 0.0, 0.0), 0.3).axes())
    point, normal = np.zeros((1, 3), np.float32), np.array([[0, -1, 0]], np.float32)
    surface, one = np.zeros((6, 1), np.float32), np.full(1, 0.5, np.float32)
    shown = [
        look.shade(point, normal, np.full((1, 3), c, np.float32), surface, one, one) for c in (-1e-4, 0.0)
    ]
    assert np.isfinite(shown[0]).all() and np.array_equal(shown[0], shown[1])
