"""Which profile fits which names: every profile, under any prefix and suffix, and never a silent guess."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilabial.errors import RigError
from bilabial.retarget import profile_format
from bilabial.retarget.names import canonical, match
from bilabial.retarget.profile import RigProfile
from bilabial.retarget.profile_format import available_profiles, load_profile
from bilabial.retarget.recognise import CERTAIN, LIKELY, PARTIAL, RigNames, recognise

ALL = available_profiles()
OTHER_KEYS = ("Basis", "Fat", "Muscular", "Elf_ears", "Age", "Corrective_knee")
affix = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,7}[_.\-:]", fullmatch=True)
suffix = st.from_regex(r"([_.\-][A-Za-z][A-Za-z0-9]{0,6})?", fullmatch=True)


def names_of(profile: RigProfile, prefix: str = "", after: str = "") -> RigNames:
    kinds: dict[str, list[str]] = {"shape_key": [], "bone": [], "property": []}
    for channel in profile.channels.values():
        name = channel.all_names[0]
        kinds[channel.kind].append(prefix + name + after if channel.kind == "shape_key" else name)
    return RigNames((*OTHER_KEYS, *kinds["shape_key"]), tuple(kinds["bone"]), tuple(kinds["property"]))


@pytest.mark.parametrize("name", ALL)
def test_every_profile_knows_its_own_names(name: str) -> None:
    found = recognise(names_of(load_profile(name)))
    assert found.best is not None and found.best.profile.name == name
    assert found.verdict == CERTAIN
    assert not found.best.missing
    assert found.best.profile.title in found.reason


@given(st.sampled_from([n for n in ALL if n not in ("controls-31", "jali-rig")]), affix, suffix)
@settings(max_examples=25, deadline=None)
def test_prefixes_and_suffixes_do_not_matter(name: str, prefix: str, after: str) -> None:
    profile = load_profile(name)
    found = recognise(names_of(profile, prefix, after), [load_profile(n) for n in ALL])
    assert found.best is not None, found.reason
    assert found.best.profile.name == name
    given_names = names_of(profile, prefix, after)
    for channel, rig_name in found.best.matched.items():
        kind = profile.channels[channel].kind
        assert rig_name in given_names.of_kind(kind)
        if kind == "shape_key":
            assert rig_name == prefix + profile.channels[channel].all_names[0] + after


@pytest.mark.parametrize(
    "spell",
    [
        lambda name: name[0].upper() + name[1:],
        lambda name: name.replace("Left", "_L").replace("Right", "_R"),
        lambda name: name.upper(),
        lambda name: name.lower(),
        lambda name: "head|" + name,
        lambda name: "Genesis8_1Female__" + name,
    ],
)
def test_arkit_in_any_spelling(spell) -> None:  # type: ignore[no-untyped-def]
    profile = load_profile("arkit-52")
    found = recognise(RigNames(tuple(spell(name) for name in profile.channels)))
    assert found.best is not None and found.best.profile.name in ("arkit-52", "demo-head")
    assert len(found.best.matched) == 52
    assert found.best.matched["jawOpen"] == spell("jawOpen")
    assert found.best.matched["mouthSmileLeft"] == spell("mouthSmileLeft")


def test_numbered_copies_of_reallusion() -> None:
    names = [
        f"A{i:02d}_{words}" for i, words in enumerate(("Jaw_Open", "Mouth_Smile_Left", "Mouth_Funnel"), 25)
    ]
    found = match({"jawOpen": ["jawOpen"], "mouthSmileLeft": ["mouthSmileLeft"]}, names).found
    assert found == {"jawOpen": "A25_Jaw_Open", "mouthSmileLeft": "A26_Mouth_Smile_Left"}


VISEMES = ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U")
VRCHAT = tuple("vrc.v_" + {"I": "ih", "O": "oh", "U": "ou"}.get(name, name.lower()) for name in VISEMES)
ROCKETBOX = tuple(f"AA_VI_{i:02d}_{name}" for i, name in enumerate(("Sil", *VISEMES[1:])))
VROID = tuple(f"Fcl_MTH_{name}" for name in ("A", "I", "U", "E", "O", "Close", "Up", "Down"))
GENESIS = tuple("Genesis9__" + name for name in load_profile("daz-genesis-9").channels)


@pytest.mark.parametrize(
    ("names", "profile"),
    [
        (VRCHAT, "oculus-15"),
        (ROCKETBOX, "oculus-15"),
        (VROID, "vroid"),
        (("あ", "い", "う", "え", "お", "まばたき"), "vrm-0"),
        (GENESIS, "daz-genesis-9"),
    ],
)
def test_rigs_as_others_name_them(names: tuple[str, ...], profile: str) -> None:
    found = recognise(RigNames(names))
    assert found.best is not None, found.reason
    assert found.best.profile.name == profile


def test_a_half_rig_is_not_guessed() -> None:
    half = tuple(list(load_profile("arkit-52").needed)[:7])
    found = recognise(RigNames(half))
    assert found.best is None
    assert found.verdict == PARTIAL
    assert "Only in part" in found.reason and "missing" in found.reason


def test_strangers_are_not_recognised() -> None:
    found = recognise(RigNames(("Basis", "Key 1", "Smile", "Blink", "Key 2"), ("spine", "head", "hand.L")))
    assert found.best is None and not found.candidates
    assert "by hand" in found.reason


def test_a_lacking_shape_is_named_and_the_rest_used() -> None:
    names = tuple(
        name for name in load_profile("arkit-52").channels if name not in ("mouthClose", "mouthPressLeft")
    )
    found = recognise(RigNames(names))
    assert found.best is not None and found.best.verdict == LIKELY
    assert "mouthPressLeft" in found.reason
    assert "mouthClose" not in found.best.fitted_profile().channels


def test_two_sets_on_one_rig_are_both_told() -> None:
    both = (*load_profile("arkit-52").channels, *load_profile("oculus-15").channels)
    found = recognise(RigNames(both))
    assert found.best is not None and found.best.profile.name == "arkit-52"
    assert "Oculus" in found.reason


def test_no_name_is_used_twice() -> None:
    for name in ALL:
        profile = load_profile(name)
        found = recognise(names_of(profile)).best
        assert found is not None
        shapes = [n for c, n in found.matched.items() if profile.channels[c].kind == "shape_key"]
        assert len(shapes) == len(set(shapes))


def test_spelling() -> None:
    assert canonical("rig:MouthSmile_L") == canonical("mouthSmileLeft") == "mouthsmileleft"
    assert canonical("あ") == "あ"
    assert canonical("___") == "___"


META = ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "ih", "oh", "ou")


@pytest.mark.parametrize("names", [META, tuple(n.lower() for n in META), tuple(f"Head.{n}" for n in META)])
def test_metas_bare_names_are_metas(names: tuple[str, ...]) -> None:
    found = recognise(RigNames(names))
    assert found.best is not None and found.best.profile.name == "oculus-15"
    assert not found.best.missing_needed


@pytest.mark.parametrize("without", ["mouth", "tongue", "Left", "mouthRoll"])
def test_a_partial_arkit_rig_is_not_told_of_the_demo_heads_tongue(without: str) -> None:
    names = tuple(
        name for name in load_profile("arkit-52").channels if without not in name or name == "jawOpen"
    )
    found = recognise(RigNames(names))
    assert "tongueTipUp" not in found.reason and "demo head" not in found.reason.split(" It could")[0]
    assert all(one.profile.name != "demo-head" for one in found.candidates[:1])


FUSE = (
    "Blink_Left",
    "Jaw_Down",
    "JawForeward",
    "LowerLipDown_Left",
    "LowerLipDown_Right",
    "LowerLipIn",
    "MouthOpen",
    "MouthNarrow_Left",
    "MouthNarrow_Right",
    "MouthWhistle_NarrowAdjust_Left",
    "MouthWhistle_NarrowAdjust_Right",
    "Smile_Left",
    "Smile_Right",
    "UpperLipIn",
    "UpperLipUp_Left",
    "UpperLipUp_Right",
    "TongueUp",
)
MPFB = (
    "mouth-open",
    "mouth-compression",
    "mouth-corner-puller",
    "mouth-depression",
    "mouth-depression-retraction",
    "mouth-elevation",
    "mouth-eversion",
    "mouth-protusion",
    "mouth-pursing",
    "mouth-retraction",
    "mouth-parling",
)
UNITS = (
    "AU10",
    "AU12",
    "AU14",
    "AU15",
    "AU16",
    "AU17",
    "AU18",
    "AU20",
    "AU22",
    "AU24",
    "AU25",
    "AU26",
    "AU28",
)
LONG_UNITS = (
    "AU10_UpperLipRaiser",
    "AU12_LipCornerPuller",
    "AU16_LowerLipDepressor",
    "AU17_ChinRaiser",
    "AU18_LipPucker",
    "AU20_LipStretcher",
    "AU22_LipFunneler",
    "AU24_LipPressor",
    "AU25_LipsPart",
    "AU26_JawDrop",
    "AU28_LipSuck",
)
PHONES = tuple(name.removeprefix("phoneme_") for name in load_profile("cmu-phonemes").channels)
META_HUMAN = tuple(
    f"head_lod0_mesh__{name}"
    for name in (
        "jaw_open",
        "mouth_funnel_UL",
        "mouth_funnel_UR",
        "mouth_funnel_DL",
        "mouth_funnel_DR",
        "mouth_purse_UL",
        "mouth_purse_UR",
        "mouth_purse_DL",
        "mouth_purse_DR",
        "mouth_lips_together_UL",
        "mouth_lips_together_UR",
        "mouth_lips_together_DL",
        "mouth_lips_together_DR",
        "mouth_stretch_L",
        "mouth_stretch_R",
        "mouth_cornerPull_L",
        "mouth_cornerPull_R",
        "mouth_upperLip_raise_L",
        "mouth_upperLip_raise_R",
        "mouth_lowerLip_depress_L",
        "mouth_lowerLip_depress_R",
        "mouth_lips_press_L",
        "mouth_lips_press_R",
    )
)


@pytest.mark.parametrize(
    ("names", "profile"),
    [
        (FUSE, "mixamo-fuse"),
        (MPFB, "mpfb-expressions"),
        (tuple(f"expr-{name}" for name in MPFB), "mpfb-expressions"),
        (UNITS, "facs-units"),
        (tuple(name.replace("AU", "AU_") for name in UNITS), "facs-units"),
        (LONG_UNITS, "facs-units"),
        (("saySmall", "sayMedium", "sayLarge"), "salsa"),
        (tuple(f"phoneme_{name}" for name in PHONES), "cmu-phonemes"),
        (PHONES, "cmu-phonemes"),
        (tuple(name.upper() for name in PHONES), "cmu-phonemes"),
        (META_HUMAN, "metahuman"),
    ],
)
def test_sets_that_people_own(names: tuple[str, ...], profile: str) -> None:
    found = recognise(RigNames((*OTHER_KEYS, *names)))
    assert found.best is not None, found.reason
    assert found.best.profile.name == profile, found.reason
    assert not found.best.missing_needed


def test_no_profile_that_ships_is_damaged() -> None:
    assert profile_format.damaged_profiles() == {}


def test_one_damaged_profile_is_named_and_the_rest_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("arkit-52", "vrm-1"):
        shutil.copy(profile_format.folder("rigs") / f"{name}.json", tmp_path)
    (tmp_path / "half.json").write_text(
        '{"schema": "bilabial/rig-profile/1", "name": "half"', encoding="utf-8"
    )
    monkeypatch.setattr(profile_format, "folder", lambda _: tmp_path)
    profile_format.load_profile.cache_clear()
    try:
        assert available_profiles() == ("arkit-52", "vrm-1")
        assert list(profile_format.damaged_profiles()) == ["half"]
        found = recognise(RigNames(shape_keys=("aa", "ih", "ou", "ee", "oh")))
        assert found.best is not None and found.best.profile.name == "vrm-1"
        assert "half" in found.reason and "install Bilabial anew" in found.reason
        with pytest.raises(RigError, match="not JSON"):
            load_profile("half")
    finally:
        profile_format.load_profile.cache_clear()
