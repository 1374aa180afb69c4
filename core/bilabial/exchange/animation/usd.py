"""USD: a UsdSkel animation of blend shapes, with a small carrier mesh bound to it. Needs usd-core."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...atomic import atomic_path
from ...errors import FormatError
from ...limits import FASTEST, check_duration, check_size
from .channels import AnimationFormat, ChannelAnimation
from .rotations import eye_turns, head_turns, without_rotations

_ROOT = "/Face"
_HEAD = "head"
_ANIMATION = "/Face/Skeleton/Speech"
_PLAIN = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")


def _pxr() -> Any:
    try:
        from pxr import Gf, Sdf, Tf, Usd, UsdGeom, UsdSkel, Vt
    except ImportError as error:
        raise FormatError("USD files need usd-core: install it with `pip install bilabial[usd]`") from error
    from types import SimpleNamespace

    return SimpleNamespace(Gf=Gf, Sdf=Sdf, Tf=Tf, Usd=Usd, UsdGeom=UsdGeom, UsdSkel=UsdSkel, Vt=Vt)


def write(animation: ChannelAnimation, path: Path) -> None:
    """One SkelRoot "Face" with mesh, skeleton and animation; time codes are frames at its rate."""
    if not len(animation.values) or not animation.names:
        raise FormatError(f"cannot write {path}: the animation is empty")
    pxr = _pxr()
    with atomic_path(path) as temporary:
        stage = pxr.Usd.Stage.CreateNew(str(temporary))
        _fill(pxr, stage, animation)
        stage.GetRootLayer().Save()
        del stage


def _fill(pxr: Any, stage: Any, animation: ChannelAnimation) -> None:
    joints = _joints(animation)
    animation = without_rotations(animation)
    names = list(animation.names)
    stage.SetTimeCodesPerSecond(animation.fps)
    stage.SetFramesPerSecond(animation.fps)
    first = animation.start * animation.fps
    stage.SetStartTimeCode(first)
    stage.SetEndTimeCode(first + len(animation.values) - 1)
    pxr.UsdGeom.SetStageUpAxis(stage, pxr.UsdGeom.Tokens.y)
    pxr.UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    root = pxr.UsdSkel.Root.Define(stage, _ROOT)
    stage.SetDefaultPrim(root.GetPrim())
    skeleton = pxr.UsdSkel.Skeleton.Define(stage, f"{_ROOT}/Skeleton")
    unit = pxr.Vt.Matrix4dArray([pxr.Gf.Matrix4d(1.0)] * max(1, len(joints)))
    skeleton.CreateJointsAttr(list(joints) or [_HEAD])
    skeleton.CreateBindTransformsAttr(unit)
    skeleton.CreateRestTransformsAttr(unit)
    mesh = pxr.UsdGeom.Mesh.Define(stage, f"{_ROOT}/Mesh")
    corner = 0.01
    mesh.CreatePointsAttr([pxr.Gf.Vec3f(0, 0, 0), pxr.Gf.Vec3f(corner, 0, 0), pxr.Gf.Vec3f(0, corner, 0)])
    mesh.CreateFaceVertexCountsAttr([3])
    mesh.CreateFaceVertexIndicesAttr([0, 1, 2])
    binding = pxr.UsdSkel.BindingAPI.Apply(mesh.GetPrim())
    binding.CreateSkeletonRel().SetTargets([skeleton.GetPath()])
    binding.CreateBlendShapesAttr(names)
    shapes = []
    for i, name in enumerate(names):
        own = name if _PLAIN.match(name) else f"shape_{i}"
        shape = pxr.UsdSkel.BlendShape.Define(stage, f"{_ROOT}/Mesh/{own}")
        shape.CreateOffsetsAttr([pxr.Gf.Vec3f(0.0)])
        shape.CreatePointIndicesAttr([0])
        shapes.append(shape.GetPath())
    binding.CreateBlendShapeTargetsRel().SetTargets(shapes)
    speech = pxr.UsdSkel.Animation.Define(stage, _ANIMATION)
    speech.CreateBlendShapesAttr(names)
    weights = speech.CreateBlendShapeWeightsAttr()
    for i, row in enumerate(animation.values.astype(np.float32)):
        weights.Set(pxr.Vt.FloatArray.FromNumpy(row), pxr.Usd.TimeCode(first + i))
    if joints:
        _turn(pxr, speech, joints, first)
    on_skeleton = pxr.UsdSkel.BindingAPI.Apply(skeleton.GetPrim())
    on_skeleton.CreateAnimationSourceRel().SetTargets([speech.GetPath()])


def _joints(animation: ChannelAnimation) -> dict[str, NDArray[np.float64]]:
    """Joints that turn, the head's before its eyes': (frames, 4) quaternions x, y, z, w."""
    turns, eyes = head_turns(animation), eye_turns(animation)
    if turns is None and eyes is None:
        return {}
    still = np.tile([0.0, 0.0, 0.0, 1.0], (len(animation.values), 1))
    found = {_HEAD: still if turns is None else turns}
    if eyes is not None:
        found |= {f"{_HEAD}/leftEye": eyes[0], f"{_HEAD}/rightEye": eyes[1]}
    return found


def _turn(pxr: Any, speech: Any, joints: dict[str, NDArray[np.float64]], first: float) -> None:
    """The skeleton's joints, frame by frame."""
    speech.CreateJointsAttr(list(joints))
    speech.CreateTranslationsAttr(pxr.Vt.Vec3fArray([pxr.Gf.Vec3f(0.0)] * len(joints)))
    speech.CreateScalesAttr(pxr.Vt.Vec3hArray([pxr.Gf.Vec3h(1.0)] * len(joints)))
    rotations = speech.CreateRotationsAttr()
    for i, frame in enumerate(np.stack(list(joints.values()), axis=1).tolist()):
        turn = pxr.Vt.QuatfArray([pxr.Gf.Quatf(w, x, y, z) for x, y, z, w in frame])
        rotations.Set(turn, pxr.Usd.TimeCode(first + i))


def read(path: Path) -> ChannelAnimation:
    """The first SkelAnimation with blend shapes on a stage."""
    pxr = _pxr()
    try:
        stage = pxr.Usd.Stage.Open(str(path))
    except pxr.Tf.ErrorException as error:
        raise FormatError(f"{path} is no USD file that can be opened") from error
    for prim in stage.Traverse():
        if prim.IsA(pxr.UsdSkel.Animation):
            speech = pxr.UsdSkel.Animation(prim)
            names = tuple(str(name) for name in speech.GetBlendShapesAttr().Get() or ())
            weights = speech.GetBlendShapeWeightsAttr()
            samples = weights.GetTimeSamples()
            if names and samples:
                return _sampled(stage, names, weights, samples, path)
    raise FormatError(f"{path}: no SkelAnimation in it moves blend shapes")


def _sampled(
    stage: Any, names: tuple[str, ...], weights: Any, samples: list[float], path: Path
) -> ChannelAnimation:
    fps = float(stage.GetTimeCodesPerSecond())
    if not 1e-3 <= fps <= FASTEST:
        raise FormatError(f"{path}: it counts {fps:g} time codes a second: at most {FASTEST:g}")
    codes = np.array(samples, np.float64)
    for code in (codes[0], codes[-1]):
        check_duration(abs(code) / fps, str(path))
    check_size(codes[-1] - codes[0] + 1, len(names), str(path))
    check_size(len(codes), len(names), str(path))
    rows = []
    for sample in samples:
        row = weights.Get(sample)
        if row is None or len(row) != len(names):
            count = 0 if row is None else len(row)
            raise FormatError(
                f"{path}: at the time code {sample:g} there are {count} weights, not {len(names)}"
            )
        rows.append(np.asarray(row, np.float64))
    keys = np.array(rows)
    grid = codes[0] + np.arange(round(codes[-1] - codes[0]) + 1)
    values = np.stack([np.interp(grid, codes, column) for column in keys.T], axis=1)
    return ChannelAnimation(names, fps, values, float(codes[0]) / fps)


FORMAT = AnimationFormat((".usd", ".usda", ".usdc"), read, write)
