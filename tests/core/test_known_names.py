"""Names of other makers' rigs, held against what their makers publish: facts, no text of theirs.

MetaHuman: the curves that Unreal's MetaHuman plugin asks a face for (Epic Games' VerifyMetaHumanCharacter.cpp;
here those of brows, eyes, nose, mouth, jaw and tongue). Character Creator 4 Extended: the shapes as several public
tools for MotionBuilder, Unity and the web name them alike. Live Link: the order of Unreal's EARFaceBlendShape.
"""
# ruff: noqa: E501, SIM905

from __future__ import annotations

from bilabial.exchange.animation import live_link
from bilabial.retarget.profile_format import load_profile

_BOTH = "L R"
_CORNERS = "UL UR DL DR"
METAHUMAN = {
    f"CTRL_expressions_{name}{end}"
    for names, ends in (
        ("browDown browLateral browRaiseIn browRaiseOuter eyeBlink eyeCheekRaise eyeFaceScrunch eyeLidPress", _BOTH),
        ("eyeLookDown eyeLookLeft eyeLookRight eyeLookUp eyeRelax eyeSquintInner eyeUpperLidUp eyeWiden", _BOTH),
        ("jawChinCompress jawChinRaiseD jawChinRaiseU jawClench noseWrinkle noseWrinkleUpper", _BOTH),
        ("noseNasolabialDeepen noseNostrilCompress noseNostrilDepress noseNostrilDilate", _BOTH),
        ("mouthCheekBlow mouthCheekSuck mouthCornerDepress mouthCornerDown mouthCornerNarrow mouthCornerPull", _BOTH),
        ("mouthCornerUp mouthCornerWide mouthDimple mouthLipsBlow mouthLipsPress mouthLowerLipBite", _BOTH),
        ("mouthLowerLipDepress mouthLowerLipRollIn mouthLowerLipRollOut mouthLowerLipTowardsTeeth", _BOTH),
        ("mouthSharpCornerPull mouthStretch mouthStretchLipsClose mouthUpperLipBite mouthUpperLipRaise", _BOTH),
        ("mouthUpperLipRollIn mouthUpperLipRollOut mouthUpperLipTowardsTeeth", _BOTH),
        ("mouthCornerRounder mouthCornerSharpen mouthFunnel mouthLipsPull mouthLipsPurse mouthLipsPush", _CORNERS),
        ("mouthLipsThick mouthLipsThin mouthLipsTighten mouthLipsTogether mouthLipsTowards mouthPress", _CORNERS),
    )
    for name in names.split()
    for end in ends.split()
} | {
    f"CTRL_expressions_{name}"
    for name in "jawBack jawFwd jawLeft jawOpen jawOpenExtreme jawRight mouthDown mouthLeft mouthRight mouthUp "
    "tongueBendDown tongueBendUp tongueDown tongueIn tongueLeft tongueNarrow tongueOut tonguePress tongueRight "
    "tongueRoll tongueThick tongueThin tongueTipDown tongueTipLeft tongueTipRight tongueTipUp tongueUp "
    "tongueWide".split()
}  # fmt: skip
CC4 = {
    f"{name}_{end}"
    for names, ends in (
        ("Nose_Sneer Cheek_Raise Cheek_Suck Cheek_Puff Mouth_Smile Mouth_Smile_Sharp Mouth_Frown Mouth_Stretch", _BOTH),
        ("Mouth_Dimple Mouth_Press Mouth_Tighten Mouth_Blow Mouth_Pucker_Up Mouth_Pucker_Down", _BOTH),
        ("Mouth_Funnel_Up Mouth_Funnel_Down Mouth_Roll_In_Upper Mouth_Roll_In_Lower Mouth_Roll_Out_Upper", _BOTH),
        ("Mouth_Roll_Out_Lower Mouth_Push_Upper Mouth_Push_Lower Mouth_Pull_Upper Mouth_Pull_Lower Mouth", _BOTH),
        ("Mouth_Upper Mouth_Lower Mouth_Up_Upper Mouth_Down_Lower Jaw Tongue_Bulge", _BOTH),
        ("Brow_Raise_Inner Brow_Raise_Outer Brow_Drop Brow_Compress Eye_Blink Eye_Squint Eye_Wide", _BOTH),
        ("Eye_L_Look Eye_R_Look", "L R Up Down"),
    )
    for name in names.split()
    for end in ends.split()
} | set(
    "Mouth_Up Mouth_Down Mouth_Shrug_Upper Mouth_Shrug_Lower Mouth_Drop_Upper Mouth_Drop_Lower Mouth_Chin_Up "
    "Mouth_Close Mouth_Contract Jaw_Open Jaw_Forward Jaw_Backward Jaw_Up Jaw_Down".split()
)  # fmt: skip


def test_metahuman_channels_are_curves_of_the_makers_face() -> None:
    channels = set(load_profile("metahuman").channels)
    assert channels <= METAHUMAN, sorted(channels - METAHUMAN)


def test_character_creator_channels_are_shapes_of_the_makers_face() -> None:
    channels = {
        name for name in load_profile("reallusion-extended").channels if not name.startswith("Tongue")
    }
    assert channels <= CC4, sorted(
        channels - CC4
    )  # the tongue is a mesh of its own, of which no list was found


def test_live_link_names_rotations_as_unreal_does() -> None:
    assert live_link.COLUMNS[52:] == (
        "headYaw", "headPitch", "headRoll", "leftEyeYaw", "leftEyePitch", "leftEyeRoll",
        "rightEyeYaw", "rightEyePitch", "rightEyeRoll",
    )  # fmt: skip
    assert len(live_link.COLUMNS) == 61
