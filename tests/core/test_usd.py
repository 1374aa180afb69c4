"""USD SkelAnimation with blend shapes, checked with USD's own library."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bilabial.errors import FormatError
from bilabial.exchange.animation import ChannelAnimation, read_animation, write_animation

pxr = pytest.importorskip("pxr", reason="usd-core is optional: pip install bilabial[usd]")


def speech() -> ChannelAnimation:
    values = np.random.default_rng(4).random((30, 3))
    return ChannelAnimation(("jawOpen", "mouthClose", "CTRL expressions.jaw"), 24.0, values, 1.0)


@pytest.mark.parametrize("suffix", [".usda", ".usdc", ".usd"])
def test_round_trip(tmp_path: Path, suffix: str) -> None:
    written = speech()
    path = tmp_path / f"take{suffix}"
    write_animation(written, path)
    read = read_animation(path)
    assert (read.names, read.fps, read.start) == (written.names, 24.0, 1.0)
    np.testing.assert_allclose(read.values, written.values, atol=1e-6)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_usd_itself_finds_the_animation_bound(tmp_path: Path) -> None:
    from pxr import Usd, UsdSkel

    write_animation(speech(), tmp_path / "take.usda")
    stage = Usd.Stage.Open(str(tmp_path / "take.usda"))
    cache = UsdSkel.Cache()
    root = UsdSkel.Root(stage.GetDefaultPrim())
    cache.Populate(root, Usd.PrimDefaultPredicate)
    (binding,) = cache.ComputeSkelBindings(root, Usd.PrimDefaultPredicate)
    query = cache.GetSkelQuery(binding.GetSkeleton()).GetAnimQuery()
    assert list(query.GetBlendShapeOrder()) == list(speech().names)
    np.testing.assert_allclose(query.ComputeBlendShapeWeights(24.0), speech().values[0], atol=1e-6)
    assert len(binding.GetSkinningTargets()) == 1


def test_no_usd_file_and_no_animation(tmp_path: Path) -> None:
    (tmp_path / "take.usda").write_text("hello")
    with pytest.raises(FormatError, match="no USD file"):
        read_animation(tmp_path / "take.usda")
    (tmp_path / "still.usda").write_text('#usda 1.0\ndef Xform "a" {}\n')
    with pytest.raises(FormatError, match="moves blend shapes"):
        read_animation(tmp_path / "still.usda")


def test_head_and_eyes_are_joints_that_turn(tmp_path: Path) -> None:
    names = ("jawOpen", "leftEyeYaw", "leftEyePitch", "rightEyeYaw", "rightEyePitch")
    values = np.array([[0.0] * 5, [0.5, 0.1, 0.0, 0.1, 0.0]])
    write_animation(ChannelAnimation(names, 24.0, values), tmp_path / "take.usda")
    stage = pxr.Usd.Stage.Open(str(tmp_path / "take.usda"))
    skeleton = pxr.UsdSkel.Skeleton(stage.GetPrimAtPath("/Face/Skeleton"))
    joints = list(skeleton.GetJointsAttr().Get())
    assert joints == ["head", "head/leftEye", "head/rightEye"]
    assert len(skeleton.GetBindTransformsAttr().Get()) == len(skeleton.GetRestTransformsAttr().Get()) == 3
    speech = pxr.UsdSkel.Animation(stage.GetPrimAtPath("/Face/Skeleton/Speech"))
    head, left, right = speech.GetRotationsAttr().Get(1.0)
    assert head == pxr.Gf.Quatf(1.0) and left == right
    np.testing.assert_allclose(list(left.GetImaginary()), [0.0, np.sin(0.05), 0.0], atol=1e-6)
