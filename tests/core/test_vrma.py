"""VRM Animation files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bilabial.errors import FormatError
from bilabial.exchange.animation import ChannelAnimation, read_animation, write_animation
from bilabial.exchange.animation.container import Document


def vowels(names: tuple[str, ...] = ("aa", "ih", "ou", "ee", "oh", "jawOpen")) -> ChannelAnimation:
    return ChannelAnimation(names, 30.0, np.random.default_rng(3).random((40, len(names))))


def test_round_trip(tmp_path: Path) -> None:
    written = vowels()
    write_animation(written, tmp_path / "take.vrma")
    read = read_animation(tmp_path / "take.vrma")
    assert read.names == written.names
    assert read.fps == 30.0
    np.testing.assert_allclose(read.values, written.values, atol=1e-6)


def test_the_extension_says_what_it_must(tmp_path: Path) -> None:
    write_animation(vowels(), tmp_path / "take.vrma")
    document = Document(tmp_path / "take.vrma").root.value
    assert document["extensionsUsed"] == ["VRMC_vrm_animation"]
    extension = document["extensions"]["VRMC_vrm_animation"]
    assert extension["specVersion"] == "1.0"
    assert set(extension["expressions"]["preset"]) == {"aa", "ih", "ou", "ee", "oh"}
    assert set(extension["expressions"]["custom"]) == {"jawOpen"}
    assert len(extension["humanoid"]["humanBones"]) == 15
    nodes = [entry["node"] for group in extension["expressions"].values() for entry in group.values()]
    assert len(set(nodes)) == 6 and max(nodes) < len(document["nodes"])


def test_vrm_0_names_become_presets(tmp_path: Path) -> None:
    write_animation(vowels(("A", "I", "U", "E", "O")), tmp_path / "take.vrma")
    assert set(read_animation(tmp_path / "take.vrma").names) == {"aa", "ih", "ou", "ee", "oh"}
    with pytest.raises(FormatError, match="two channels are the expression 'aa'"):
        write_animation(vowels(("A", "aa")), tmp_path / "twice.vrma")


def test_values_are_held_to_what_vrm_allows(tmp_path: Path) -> None:
    loud = ChannelAnimation(("aa",), 30.0, np.array([[-0.5], [0.5], [1.5]]))
    write_animation(loud, tmp_path / "take.vrma")
    np.testing.assert_allclose(
        read_animation(tmp_path / "take.vrma").values[:, 0], [0.0, 0.5, 1.0], atol=1e-6
    )


def test_a_plain_gltf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "take.vrma").write_text(json.dumps({"asset": {"version": "2.0"}, "animations": [{}]}))
    with pytest.raises(FormatError, match="no VRM animation"):
        read_animation(tmp_path / "take.vrma")


def turn_of(document: Document, node: int) -> np.ndarray:
    animation = document.entry("animations", 0)
    for channel in animation.get("channels").list():
        if channel.get("target").get("node").integer() == node:
            sampler = animation.get("samplers").entry(channel.get("sampler").integer())
            return document.numbers(sampler.get("output").integer())
    raise AssertionError(f"nothing turns node {node}")


@pytest.mark.parametrize("told", ["eyes", "looks"])
def test_eyes_turn_the_look_node_and_are_no_expressions(tmp_path: Path, told: str) -> None:
    """VRM's animations keep no lookLeft and the like: the specification gives them a node that turns."""
    if told == "eyes":
        angle = np.radians([[10.0, 0.0], [0.0, 5.0]])
        names = ("leftEyeYaw", "leftEyePitch", "rightEyeYaw", "rightEyePitch")
        values = np.concatenate([angle, angle], axis=1)
    else:
        names, values = ("LookLeft", "lookUp"), np.array([[10.0, 0.0], [0.0, 5.0]]) / 25.0
    looking = ChannelAnimation(("aa", *names), 30.0, np.column_stack([[0.1, 0.2], values]))
    write_animation(looking, tmp_path / "look.vrma")
    document = Document(tmp_path / "look.vrma")
    extension = document.root.value["extensions"]["VRMC_vrm_animation"]
    assert extension["expressions"] == {"preset": {"aa": extension["expressions"]["preset"]["aa"]}}
    turns = turn_of(document, extension["lookAt"]["node"])
    # To the model's left about +y, upwards about -x: it looks along +z.
    np.testing.assert_allclose(
        turns[0], [0.0, np.sin(np.radians(5.0)), 0.0, np.cos(np.radians(5.0))], atol=1e-6
    )
    np.testing.assert_allclose(
        turns[1], [-np.sin(np.radians(2.5)), 0.0, 0.0, np.cos(np.radians(2.5))], atol=1e-6
    )
    assert read_animation(tmp_path / "look.vrma").names == ("aa",)
