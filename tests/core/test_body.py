"""The bones that turn a head, found by name in rigs of many makers."""

from __future__ import annotations

import pytest

from bilabial.retarget.body import Body, breath_shape, eye_bones, find_body


def chain(*names: str) -> dict[str, str | None]:
    """Bones that hang one below the other, the first at the root."""
    return dict(zip(names, (None, *names), strict=False))


RIGS = {
    "Mixamo": (
        chain("mixamorig:Hips", "mixamorig:Spine2", "mixamorig:Neck", "mixamorig:Head", "mixamorig:Head_End"),
        Body("mixamorig:Head", ("mixamorig:Neck",), "mixamorig:Spine2"),
    ),
    "VRoid": (
        chain("Root", "J_Bip_C_Hips", "J_Bip_C_UpperChest", "J_Bip_C_Neck", "J_Bip_C_Head", "J_Adj_L_Eye"),
        Body("J_Bip_C_Head", ("J_Bip_C_Neck",), "J_Bip_C_UpperChest"),
    ),
    "Character Creator": (
        chain("CC_Base_Spine02", "CC_Base_NeckTwist01", "CC_Base_NeckTwist02", "CC_Base_Head", "CC_Jaw"),
        Body("CC_Base_Head", ("CC_Base_NeckTwist01", "CC_Base_NeckTwist02"), "CC_Base_Spine02"),
    ),
    "Daz Genesis 8": (
        chain("hip", "chestLower", "chestUpper", "neckLower", "neckUpper", "head", "lowerJaw"),
        Body("head", ("neckLower", "neckUpper"), "chestUpper"),
    ),
    "Daz Genesis 9": (
        chain("hip", "spine3", "spine4", "neck1", "neck2", "head"),
        Body("head", ("neck1", "neck2"), "spine4"),
    ),
    "MetaHuman": (
        chain("spine_04", "spine_05", "neck_01", "neck_02", "head", "FACIAL_C_FacialRoot"),
        Body("head", ("neck_01", "neck_02"), "spine_05"),
    ),
    "MPFB": (
        chain("spine02", "spine01", "neck01", "neck02", "neck03", "head", "jaw"),
        Body("head", ("neck01", "neck02", "neck03"), "spine01"),
    ),
    "Rigify": (
        {
            "root": None, "torso": "root", "chest": "root", "neck": "chest", "MCH-ROT-head": "neck",
            "head": "MCH-ROT-head", "ORG-spine.006": "head", "DEF-spine.006": "root",
        },
        Body("head", ("neck",), "chest"),
    ),
    "Auto-Rig Pro": (
        {
            "c_spine_03.x": None, "c_neck.x": "c_spine_03.x", "c_head.x": "c_neck.x", "head.x": "c_head.x",
            "neck.x": "c_neck.x", "c_head_scale_fix.x": "head.x",
        },
        Body("c_head.x", ("c_neck.x",), "c_spine_03.x"),
    ),
    "3ds Max": (
        chain("Bip01 Spine2", "Bip01 Neck", "Bip01 Head", "Bip01 HeadNub"),
        Body("Bip01 Head", ("Bip01 Neck",), "Bip01 Spine2"),
    ),
    "Unity-chan": (
        chain("Character1_Spine2", "Character1_Neck", "Character1_Head"),
        Body("Character1_Head", ("Character1_Neck",), "Character1_Spine2"),
    ),
    "MMD": (chain("上半身2", "首", "頭"), Body("頭", ("首",), "上半身2")),
    "Sumerian's hosts": (
        {
            "char:def_c_spineD": None, "char:def_c_neckA": "char:def_c_spineD",
            "char:def_c_neckB": "char:def_c_neckA", "char:jx_c_look": "char:def_c_neckB",
            "char:def_l_eye": "char:jx_c_look", "char:def_r_eye": "char:jx_c_look",
        },
        Body("char:jx_c_look", ("char:def_c_neckA", "char:def_c_neckB"), "char:def_c_spineD"),
    ),
    "a head alone": (chain("Head", "Jaw"), Body("Head")),
}  # fmt: skip


@pytest.mark.parametrize("maker", RIGS)
def test_the_head_of_a_makers_rig_is_found(maker: str) -> None:
    bones, wanted = RIGS[maker]
    assert find_body(bones) == wanted


def test_the_turn_is_split_and_whole() -> None:
    shares = Body("head", ("neck1", "neck2")).shares()
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["head"] > shares["neck1"] > 0.0
    assert Body("head").shares() == {"head": 1.0}


def test_what_only_has_to_do_with_a_head_is_none() -> None:
    assert find_body(chain("headphones", "HeadTarget", "head_ik", "MCH-head", "forehead", "Head_End")) is None
    assert find_body({}) is None


def test_a_profile_may_name_its_own_bones() -> None:
    bones = chain("torso", "halsbein", "schaedel", "head")
    own = {"head": ["cranium", "schaedel"], "neck": ["halsbein"], "chest": ["torso"]}
    assert find_body(bones, own) == Body("schaedel", ("halsbein",), "torso")
    assert find_body(bones, {"head": ["nobody"]}) is None


def test_a_shape_that_breathes() -> None:
    assert breath_shape(["jawOpen", "Breathe_In"]) == "Breathe_In"
    assert breath_shape(["jawOpen", "breathtaking"]) == ""
    assert breath_shape(["jawOpen", "Lungs"], {"breath": ["Lungs"]}) == "Lungs"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("J_Adj_L_FaceEye", "J_Adj_R_FaceEye"),  # VRoid
        ("LeftEye", "RightEye"),  # Ready Player Me, Unity
        ("mixamorig:LeftEye", "mixamorig:RightEye"),
        ("CC_Base_L_Eye", "CC_Base_R_Eye"),
        ("lEye", "rEye"),  # Daz
        ("eye.L", "eye.R"),  # MakeHuman
        ("FACIAL_L_Eye", "FACIAL_R_Eye"),
        ("左目", "右目"),  # MMD
    ],
)
def test_the_bones_of_eyes_by_their_names(left: str, right: str) -> None:
    others = ("Head", "LeftEyelid", "eye_target.L", "L_EyeSocket", "EyeBrow_L", "lEyebrow")
    assert eye_bones(dict.fromkeys((*others, right, left))) == (left, right)
    assert eye_bones(dict.fromkeys((*others, left))) is None
