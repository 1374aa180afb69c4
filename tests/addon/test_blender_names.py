"""Characters made with every profile's own names, dressed up as people do: found, fitted, not mistaken."""

from __future__ import annotations

import bpy
import fabricate
import pytest
from addon.bilabial.errors import RigError
from addon.bilabial.retarget.profile import RigProfile
from addon.bilabial.retarget.profile_format import available_profiles, load_profile
from addon.bilabial.retarget.proof import DRESSINGS
from addon.rig import rig_probe

# Attributes of nodes ("CNT_COARTIC.LNTD"): a suffix of the nodes stands in the middle of every name.
ASKS = {("jali-rig", "suffix"), ("jali-rig", "both")}


def dressed(profile: RigProfile, prefix: str, suffix: str, every: int = 1) -> bpy.types.Object:
    """A character whose shape keys, bones and properties are called as the profile says."""

    def own(name: str) -> str:
        return f"{prefix}{name}{suffix}"

    # Several channels may be of one bone: a half of the rig is a half of what it is made of.
    holders = list(dict.fromkeys(channel.bone or channel.name for channel in profile.channels.values()))[
        ::every
    ]
    channels = [c for c in profile.channels.values() if (c.bone or c.name) in holders]
    bones = {c.bone: None for c in channels if c.bone}
    shapes = {c.all_names[0]: None for c in channels if c.kind == "shape_key"}
    root = fabricate.mesh("Character", [own(name) for name in shapes])
    if bones or not shapes:
        rig = fabricate.armature("Rig", [own(name) for name in bones] or ["root"])
        root.parent = rig
        root = rig
    for channel in channels:
        if channel.kind == "property":
            holder = root.pose.bones[own(channel.bone)] if channel.bone else root
            name = channel.prop or channel.name
            holder[name if channel.bone else own(name)] = 0.0
    return root


@pytest.mark.bpy
@pytest.mark.parametrize("name", available_profiles())
def test_a_rig_is_known_however_it_is_dressed(scene: bpy.types.Scene, name: str) -> None:
    profile = load_profile(name)
    for dressing, (prefix, suffix) in DRESSINGS.items():
        root = dressed(profile, prefix, suffix)
        character = rig_probe.probe(root)
        if (name, dressing) in ASKS:
            with pytest.raises(RigError, match="Only in part"):
                rig_probe.identify(character)
            continue
        found, _ = rig_probe.identify(character)
        assert found.profile.name == name, dressing
        assert not found.missing, dressing
        fit = rig_probe.fit(character, found)
        left = set(profile.channels) - set(fit.profile.channels)
        # Eyes go as far as another bone says, and these bare armatures have none.
        assert all(profile.channels[n].measure and n not in profile.driven for n in left), (dressing, left)
        assert all(len(fit.targets[channel]) == 1 for channel in fit.profile.channels), dressing


@pytest.mark.bpy
@pytest.mark.parametrize(
    "name", sorted({*available_profiles()} - {"amazon-polly"})
)  # half of it: VRM's vowels
def test_half_a_rig_is_asked_about(scene: bpy.types.Scene, name: str) -> None:
    root = dressed(load_profile(name), "", "", every=2)
    with pytest.raises(RigError, match=r"Only in part|No profile knows"):
        rig_probe.identify(rig_probe.probe(root))
