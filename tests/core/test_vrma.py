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
