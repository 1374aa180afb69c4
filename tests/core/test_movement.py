"""The mouth found by movement: on the demo head's mesh, whose lips are known, from any pose that opens it."""

from __future__ import annotations

import numpy as np
import pytest

from bilabial.render.demo_head import load_head
from bilabial.retarget.movement import find_mouth, is_empty, size_of

HEAD = load_head()
REST = HEAD.vertices.astype(np.float64)


def posed(**weights: float) -> np.ndarray:
    return HEAD.pose(weights).astype(np.float64)


@pytest.mark.parametrize(
    "pose",
    [{"jawOpen": 1.0}, {"jawOpen": 0.4, "mouthFunnel": 0.6}, {"jawOpen": 0.7, "mouthLowerDownLeft": 0.3}],
)
def test_the_lips_of_the_demo_head_are_found(pose: dict[str, float]) -> None:
    mouth = find_mouth(REST, posed(**pose))
    assert mouth is not None
    lips = HEAD.lips.ravel()
    near = np.linalg.norm(
        REST[np.concatenate([mouth.upper, mouth.lower])][:, None] - REST[lips][None], axis=2
    ).min(axis=1)
    assert np.median(near) < 0.003  # metres
    assert mouth.front @ [0.0, -1.0, 0.0] == 1.0 and abs(mouth.side[0]) == 1.0
    width = np.ptp(REST[lips][:, 0])
    assert 0.5 * width < mouth.width < 1.5 * width


def test_what_lips_do_is_measured() -> None:
    mouth = find_mouth(REST, posed(jawOpen=1.0))
    assert mouth is not None
    truth = HEAD.lip_gap(HEAD.pose({"jawOpen": 1.0})).max()
    assert mouth.opening == pytest.approx(truth, rel=0.35)
    assert mouth.gap(REST) == pytest.approx(0.0, abs=1e-6)
    assert mouth.gap(posed(jawOpen=0.5)) == pytest.approx(0.5 * mouth.opening, rel=0.05)
    assert abs(mouth.gap(posed(jawOpen=0.6, mouthClose=0.6))) < 0.05 * mouth.opening
    assert mouth.spread(posed(mouthPucker=1.0)) < 0.85 * mouth.spread(REST)
    assert mouth.spread(posed(mouthStretchLeft=1.0, mouthStretchRight=1.0)) > 1.05 * mouth.spread(REST)


@pytest.mark.parametrize("turn", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("scale", [0.01, 100.0])
def test_place_size_and_front_do_not_matter(turn: float, scale: float) -> None:
    angle = np.pi * turn
    matrix = np.array(
        [[np.cos(angle), -np.sin(angle), 0.0], [np.sin(angle), np.cos(angle), 0.0], [0.0, 0.0, 1.0]]
    )
    moved = [(points @ matrix.T) * scale + [3.0, -7.0, 11.0] for points in (REST, posed(jawOpen=1.0))]
    mouth = find_mouth(*moved)
    assert mouth is not None
    assert mouth.front == pytest.approx(matrix @ [0.0, -1.0, 0.0], abs=1e-9)
    shut = (posed(jawOpen=0.7, mouthClose=0.7) @ matrix.T) * scale + [3.0, -7.0, 11.0]
    assert abs(mouth.gap(shut)) < 0.06 * mouth.opening


def test_a_mesh_that_does_not_part_has_no_mouth() -> None:
    assert find_mouth(REST, REST) is None
    assert is_empty(np.zeros((5, 3)), 1.0) and is_empty(np.empty((0, 3)), 1.0)
    assert not is_empty(np.full((5, 3), 0.01), size_of(REST))


def test_half_a_mouth_lies_beside_the_middle() -> None:
    both = find_mouth(REST, posed(mouthUpperUpLeft=1.0, mouthUpperUpRight=1.0, jawOpen=0.3))
    left = posed(jawOpen=1.0)
    left[REST[:, 0] < 0.004] = REST[REST[:, 0] < 0.004]
    half = find_mouth(REST, left)
    assert both is not None and half is not None
    assert both.off < 0.1 and half.off > 0.35


def test_a_fold_beside_the_lips_is_not_taken_for_them() -> None:
    opened = posed(jawOpen=1.0)
    cheek = np.argsort(np.linalg.norm(REST - [0.05, REST[:, 1].min() + 0.05, REST[:, 2].mean()], axis=1))[:60]
    torn = opened.copy()
    torn[cheek[::2], 2] -= 0.2  # neighbours far apart: a tear stronger than that of the lips
    mouth = find_mouth(REST, torn)
    assert mouth is not None and mouth.off < 0.35
    lips = HEAD.lips.ravel()
    assert np.linalg.norm(REST[mouth.upper][:, None] - REST[lips][None], axis=2).min(axis=1).max() < 0.006


def test_sideways_motion_is_measured() -> None:
    mouth = find_mouth(REST, posed(jawOpen=1.0))
    assert mouth is not None
    for even in ({"jawOpen": 1.0}, {"mouthPucker": 1.0}, {"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0}):
        move = posed(**even) - REST
        assert abs(mouth.aside(move)) < 0.01 and mouth.unevenness(move) < 0.02
    left, right = mouth.aside(posed(mouthLeft=1.0) - REST), mouth.aside(posed(mouthRight=1.0) - REST)
    assert left * right < 0.0 and min(abs(left), abs(right)) > 0.08
    assert mouth.unevenness(posed(mouthSmileLeft=1.0) - REST) > 0.1


def test_the_corners_belong_to_a_mouth_whose_middle_tears_most() -> None:
    """Three avatars of one make had mouths of two widths, a third apart."""
    plain = find_mouth(REST, posed(jawOpen=0.5))
    opened = posed(jawOpen=0.5)
    middle = np.exp(-((REST[:, 0] / 0.006) ** 2))[:, None]
    mouth = find_mouth(REST, REST + (opened - REST) * (1.0 + middle))
    assert plain is not None and mouth is not None
    assert mouth.width > 0.95 * plain.width
