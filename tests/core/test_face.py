"""The face beside speech: layers, emotion, and lips that always win."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bilabial.audio.prosody import Prosody
from bilabial.controls import CONTROLS
from bilabial.curves.format import dumps, loads
from bilabial.errors import BilabialError
from bilabial.exchange.animation.channels import ChannelAnimation
from bilabial.exchange.animation.rotations import HEAD, head_turns, without_rotations
from bilabial.expression.compose import FaceComposer, face_shapes, posed
from bilabial.expression.emotion.by_hand import (
    EmotionSpan,
    curves_by_hand,
    parse_emotions,
    read_tags,
    spans_of_tags,
)
from bilabial.expression.emotion.expressions import expression_shapes, still
from bilabial.expression.emotion.voice import heard_emotion
from bilabial.expression.export import animation_of, left_out
from bilabial.expression.face import FaceOptions, dense_layers, face_options, face_tracks, parse_layers
from bilabial.expression.gaze import looks_of
from bilabial.expression.names import BROWS, EMOTION, EMOTIONS, LAYERS, LIDS, SHAPES
from bilabial.expression.utterance import read_utterance
from bilabial.phonemes import groups
from bilabial.phonemes.track import PhoneTrack
from bilabial.pipeline import GenerateOptions, generate, generate_from_samples
from bilabial.render.demo_head import load_head
from bilabial.retarget.bake import bake, baked_gap
from bilabial.retarget.profile_format import available_profiles, format_profile, load_profile
from bilabial.solve.jali.field import FieldStatistics
from bilabial.solve.pieces import solve_and_rule
from bilabial.solve.rules import RuleOptions

LINE = Path(__file__).parents[2] / "docs" / "demo" / "line.flac"
TEXT = LINE.with_suffix(".txt")


def say(*words: str, start: float = 0.4) -> PhoneTrack:
    rows, numbers, at = [(0.0, start, "SIL")], [None], start
    for index, word in enumerate(words):
        for label in word.split():
            length = 0.13 if label[-1] in "012" else 0.07
            rows.append((at, at + length, label))
            numbers.append(index)
            at += length
    return groups.track([*rows, (at, at + 0.6, "SIL")], "arpabet", words=[*numbers, None])


def voice(rows: int, pitch: float = 110.0) -> Prosody:
    """A steady voice with a slow melody."""
    t = np.arange(rows) / 100
    hz = pitch * 2 ** (0.2 * np.sin(2 * np.pi * t / 1.7))
    level = -24 + 5 * np.sin(2 * np.pi * t / 0.9)
    return Prosody(level.astype(np.float32), hz.astype(np.float32), (level - 20).astype(np.float32))


BUMPS = say("M AY1", "B EY1 B IY0", "P AH1 P IY0", "B AH1 M P S", "F AY1 V", "M AE1 P S")
ROWS = 420


@pytest.fixture(scope="module")
def spoken() -> tuple[np.ndarray, list[tuple[int, float, float]]]:
    dense, pins = solve_and_rule(BUMPS, voice(ROWS), FieldStatistics(), RuleOptions())
    return dense, pins


# Lips always win


def shut_rows(pins: list[tuple[int, float, float]]) -> np.ndarray:
    closers = {CONTROLS.index(name) for name in ("MBP", "MBPa")}
    rows = [np.arange(round(s * 100), round(e * 100) + 1) for c, s, e in pins if c in closers]
    return np.concatenate(rows)


@pytest.mark.parametrize("name", available_profiles())
def test_m_b_p_stay_shut_under_every_emotion_at_every_amount_on_every_profile(name, spoken) -> None:
    dense, pins = spoken
    rows = shut_rows(pins)
    profile = load_profile(name)
    composer = FaceComposer(profile)
    gap = np.array([profile.gap.get(channel, 0.0) for channel in profile.channels])
    neutral = np.array([channel.neutral for channel in profile.channels.values()])
    alone = (composer.speech(dense) - neutral) @ gap
    for emotion in EMOTIONS:
        for amount in (0.25, 0.5, 1.0):
            layers = {"emotion": curves_by_hand((EmotionSpan(emotion, amount),), ROWS)}
            opened = (composer(dense, layers).values - neutral) @ gap
            assert (opened[rows] <= np.maximum(alone[rows], 0.0) + 1e-6).all()
            if gap.any():
                assert opened[rows].max() <= 1e-6


def test_the_demo_head_is_shut_to_the_micrometre_under_all_emotions_together(spoken) -> None:
    dense, pins = spoken
    rows = shut_rows(pins)[::6]
    head = load_head()
    composer = FaceComposer(load_profile("demo-head"))
    every = curves_by_hand(tuple(EmotionSpan(name) for name in EMOTIONS), ROWS)
    for emotion in (every, *(curves_by_hand((EmotionSpan(name),), ROWS) for name in EMOTIONS)):
        values = composer(dense, {"emotion": emotion}).values
        for row in rows:
            weights = dict(zip(composer.profile.channels, values[row], strict=True))
            assert head.lip_gap(head.pose(weights)).max() < 2e-6


def test_an_emotion_shows_on_the_mouth_between_closures_and_on_the_brows_through_them(spoken) -> None:
    dense, pins = spoken
    composer = FaceComposer(load_profile("arkit-52"))
    names = list(composer.profile.channels)
    plain = composer(dense, {}).values
    joy = composer(dense, {"emotion": curves_by_hand((EmotionSpan("joy"),), ROWS)}).values
    smile = (joy - plain)[:, names.index("mouthSmileLeft")]
    squint = joy[:, names.index("cheekSquintLeft")]
    assert smile.max() > 0.4
    assert (squint > 0.5).all()
    jaw = names.index("jawOpen")
    fear = composer(dense, {"emotion": curves_by_hand((EmotionSpan("fear"),), ROWS)}).values
    assert ((fear - plain)[shut_rows(pins), jaw] == 0.0).all()


def test_layers_that_a_rig_cannot_show_are_named() -> None:
    layers = list(LAYERS)
    assert FaceComposer(load_profile("oculus-15")).left_out(layers) == ("emotion", "brows", "blinks")
    assert FaceComposer(load_profile("vrm-1")).left_out(layers) == ("brows",)
    assert FaceComposer(load_profile("arkit-52")).left_out(layers) == ()


@pytest.mark.parametrize("name", available_profiles())
def test_a_layer_is_left_out_on_the_profiles_on_which_it_moves_nothing_and_on_no_other(name) -> None:
    composer = FaceComposer(load_profile(name))
    still = np.zeros((100, len(CONTROLS)))
    rest = composer(still, {}).values
    each = {"brows": len(BROWS), "blinks": len(LIDS), "emotion": len(EMOTION)}
    for layer, count in each.items():
        held = [{layer: np.tile(np.eye(count)[i], (len(still), 1))} for i in range(count)]
        moves = max(np.abs(composer(still, one).values - rest).max() for one in held) > 1e-3
        assert composer.left_out((layer,)) == (() if moves else (layer,)), layer


def test_vroids_brows_keep_their_mood_through_a_closure_and_its_mouth_gives_way(spoken) -> None:
    dense, pins = spoken
    rows = shut_rows(pins)
    profile = load_profile("vroid")
    anger = {"emotion": curves_by_hand((EmotionSpan("anger"),), ROWS)}
    values = dict(zip(profile.channels, FaceComposer(profile)(dense, anger).values.T, strict=True))
    assert (values["Fcl_BRW_Angry"][rows] > 0.9).all() and (values["Fcl_EYE_Angry"][rows] > 0.7).all()
    assert (values["Fcl_MTH_Angry"][rows] < 1e-6).all() and values["Fcl_MTH_Angry"].max() > 0.5
    # The mood is the rig's own, once: ARKit's brows of an anger are not laid over it.
    joy = {"emotion": curves_by_hand((EmotionSpan("surprise", 0.5),), ROWS)}
    values = dict(zip(profile.channels, FaceComposer(profile)(dense, joy).values.T, strict=True))
    assert values["Fcl_BRW_Surprised"].max() == pytest.approx(0.5)


@pytest.mark.parametrize("name", ["arkit-52", "facewarehouse-46", "metahuman", "rigify-face"])
def test_baked_lips_stay_shut_between_their_keys_too(name, spoken) -> None:
    dense, pins = spoken
    profile = load_profile(name)
    if profile.measures:
        profile = profile.fitted(dict.fromkeys(profile.measures, 1.0))
    layers = {"emotion": curves_by_hand(tuple(EmotionSpan(e) for e in EMOTIONS), ROWS)}
    added = FaceComposer(profile).added(dense, layers)
    curves = bake(profile, dense, added=added)
    plain = bake(profile, dense)
    closers = {CONTROLS.index(c) for c in ("MBP", "MBPa")}
    times = np.concatenate(
        [np.arange(s, e + 1e-9, 0.003) for c, s, e in pins if c in closers and e - s > 0.01]
    )
    rest = float(np.maximum(baked_gap(profile, plain, times), 0.0).max())
    assert baked_gap(profile, curves, times).max() <= rest + 2e-3
    if name == "arkit-52":
        assert curves["mouthSmileLeft"].values.max() > plain["mouthSmileLeft"].values.max() + 0.2


def test_vrm_shows_emotions_with_its_own_faces_and_not_at_m_b_p(spoken) -> None:
    dense, pins = spoken
    composer = FaceComposer(load_profile("vrm-1"))
    happy = list(composer.profile.channels).index("happy")
    values = composer(dense, {"emotion": curves_by_hand((EmotionSpan("joy", 0.8),), ROWS)}).values
    assert values[:, happy].max() == pytest.approx(0.8)
    assert values[shut_rows(pins), happy].max() < 1e-6
    assert format_profile(composer.profile).count('"happy"') == 2


# Expressions


def test_every_emotion_has_its_own_face_and_none_is_even() -> None:
    faces = {name: still(name, 1.0) for name in EMOTIONS}
    assert faces["joy"]["mouthSmileLeft"] > 0.5
    assert faces["anger"]["browDownLeft"] == 1.0
    assert faces["sadness"]["mouthFrownRight"] > faces["sadness"]["mouthFrownLeft"]
    rows = np.array([[faces[name].get(shape, 0.0) for shape in SHAPES] for name in EMOTIONS])
    norm = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    alike = norm @ norm.T - np.eye(len(EMOTIONS))
    assert alike.max() < 0.8


def test_units_come_one_after_the_other_and_go_more_slowly() -> None:
    amounts = np.zeros((300, len(EMOTIONS)))
    amounts[50:150, EMOTIONS.index("joy")] = 1.0
    shapes = expression_shapes(amounts)
    smile = shapes[:, SHAPES.index("mouthSmileLeft")]
    rise = np.argmax(smile > 0.5 * smile.max()) - 50
    fall = np.argmax(smile[150:] < 0.5 * smile.max())
    assert 0 < rise < fall < 60


# Emotion by hand


def test_tags_stand_at_their_words_and_strangers_are_reported() -> None:
    tags, unknown = read_tags("[angry] Go away! [laughs] [sad=.5] Please, puppy.")
    assert tags == ((0, "anger", 1.0), (2, "sadness", 0.5))
    assert unknown == ("laughs",)
    spans = spans_of_tags(tags, say("G OW1", "AH0 W EY1", "P L IY1 Z", "P AH1 P IY0"))
    assert [span.emotion for span in spans] == ["anger", "sadness"]
    assert spans[0].end == spans[1].start == pytest.approx(0.4 + 0.2 + 0.33)
    subtitles = (
        "1\n00:00:00,000 --> 00:00:01,000\nGo away\n\n2\n00:00:01,000 --> 00:00:02,000\n[sad] Please\n"
    )
    assert read_tags(subtitles)[0] == ((2, "sadness", 1.0),)


@pytest.mark.parametrize("text", ["joy=much", "glee", "joy=1.4"])
def test_emotions_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(BilabialError):
        parse_emotions(text)


@pytest.mark.parametrize("text", ["eyebrows", "brows=3", "brows=high"])
def test_layers_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(BilabialError):
        parse_layers(text)


def test_curves_by_hand_ease_from_one_span_to_the_next() -> None:
    spans = (EmotionSpan("anger", 1.0, 0.0, 2.0), EmotionSpan("joy", 0.5, 2.0))
    rows = curves_by_hand(spans, 400)
    anger, joy = rows[:, EMOTION.index("anger")], rows[:, EMOTION.index("joy")]
    assert (anger[0], joy[0], anger[-1], joy[-1]) == (1.0, 0.0, 0.0, 0.5)
    assert np.abs(np.diff(rows, axis=0)).max() < 0.06
    assert rows[0, 0] < 0 < rows[-1, 0]


# Emotion heard


def test_silence_and_music_are_neutral() -> None:
    features = np.random.default_rng(0).normal(size=(500, 65)).astype(np.float32)
    assert not heard_emotion(features, voice(500), PhoneTrack()).any()
    track = face_tracks(face_options("emotion"), PhoneTrack(), voice(500), features)["emotion"]
    assert track.key_count == 0


def test_a_voice_is_heard_ten_times_a_second_and_adds_up() -> None:
    options = GenerateOptions(face=face_options("emotion"))
    take = generate(LINE, options)
    curves = take.track("emotion").curves
    times = np.linspace(0.6, 8.0, 40)
    amounts = np.array([curves[name].evaluate(times) for name in EMOTIONS])
    assert (amounts.sum(axis=0) < 1.2).all()
    assert amounts.max() > 0.2


# Layers


def test_a_seed_gives_the_same_face_each_time_and_another_one_another() -> None:
    one, again, other = (dense_layers(face_options(seed=seed), BUMPS, voice(ROWS)) for seed in (1, 1, 2))
    assert set(one) == set(LAYERS) - {"emotion"}
    for name, rows in one.items():
        assert np.array_equal(rows, again[name])
    assert any(not np.array_equal(rows, other[name]) for name, rows in one.items())


def test_a_layer_off_leaves_the_others_alone() -> None:
    whole = dense_layers(face_options(), BUMPS, voice(ROWS))
    without = dense_layers(face_options("blinks,gaze,head,breath"), BUMPS, voice(ROWS))
    assert "brows" not in without
    for name, rows in without.items():
        assert np.array_equal(rows, whole[name])
    half = dense_layers(face_options("brows=0.5"), BUMPS, voice(ROWS))
    assert half["brows"] == pytest.approx(0.5 * whole["brows"])


def test_a_clause_ends_in_a_short_pause_but_not_in_a_stops_closure() -> None:
    clause = [label for _ in range(4) for label in ("M", "AA1", "N", "IY0")]

    def phrases(pause: float, after: str) -> int:
        rows, at = [], 0.5
        for labels in (clause, [after, *clause[1:]]):
            for label in labels:
                rows.append((at, at + 0.08, label))
                at += 0.08
            at += pause
        track = groups.track(rows, "arpabet")
        return len(read_utterance(track, voice(round(100 * at) + 50)).phrases)

    assert phrases(0.16, "M") == 2
    assert phrases(0.16, "P") == 1
    assert phrases(0.3, "P") == 2
    assert phrases(0.08, "M") == 1


def test_an_emotion_carries_the_head_and_turns_accents_into_frowns() -> None:
    phones = long_line(0.5)
    rows = int(phones.end * 100) + 100
    plain, sad, angry = (
        dense_layers(face_options("head,brows,emotion", feeling), phones, voice(rows))
        for feeling in ("neutral", "sad", "angry")
    )
    hangs = sad["head"][:, 1] - plain["head"][:, 1]
    assert np.median(hangs) < -3.0
    assert sad["head"][:, 1].std() < 0.75 * plain["head"][:, 1].std()
    assert angry["head"][:, 1].std() > 1.1 * plain["head"][:, 1].std()
    assert plain["brows"][:, 0].max() > 0.2 > angry["brows"][:, 0].max()
    assert angry["brows"][:, 3:].max() > 0.15
    assert (np.abs(sad["head"]) < [12.0, 9.0, 7.0]).all()


def test_the_head_takes_another_place_within_a_long_sentence() -> None:
    rows, at = [], 0.5
    while at < 9.0:  # without a pause
        for label in ("B", "AA1", "T", "IY0"):
            rows.append((at, at + 0.09, label))
            at += 0.09
    phones = groups.track(rows, "arpabet")
    roll = dense_layers(face_options("head"), phones, voice(1000))["head"][:, 2]
    late = roll[200:850]
    assert late.max() - late.min() > 0.9


def long_line(minutes: float) -> PhoneTrack:
    rows, at = [], 0.5
    random = np.random.default_rng(5)
    while at < 60 * minutes:
        for _ in range(int(random.integers(4, 14))):
            for label in ("B", "AA1", "T", "IY0"):
                rows.append((at, at + 0.09, label))
                at += 0.09
        at += float(random.uniform(0.3, 1.2))
    return groups.track(rows, "arpabet")


def test_blinks_come_as_often_and_as_fast_as_peoples_do() -> None:
    phones = long_line(4.0)
    rows = int(phones.end * 100) + 100
    lids = dense_layers(face_options("blinks"), phones, voice(rows))["blinks"][:, 0]
    shut = np.flatnonzero((lids[1:] > 0.5) & (lids[:-1] <= 0.5))
    rate = len(shut) / (rows / 6000)
    assert 12 <= rate <= 20
    begin = np.flatnonzero((lids[1:] > 0.02) & (lids[:-1] <= 0.02))
    closing = np.median([np.argmax(lids[b : b + 40] > 0.9 * lids[b : b + 40].max()) for b in begin])
    assert 5 <= closing <= 12


def test_the_head_keeps_its_limits_and_nods_with_accents() -> None:
    phones = long_line(1.0)
    rows = int(phones.end * 100) + 100
    line = read_utterance(phones, voice(rows))
    head = dense_layers(face_options("head,gaze"), phones, voice(rows))["head"]
    assert (np.abs(head) < [12.0, 9.0, 7.0]).all()
    assert 0.5 < head[:, 1].std() < 3.0
    assert np.abs(np.diff(head, axis=0)).max() * 100 < 60.0  # degrees a second
    assert len(line.accents) > 50


def test_eyes_jump_and_hold() -> None:
    phones = long_line(1.0)
    rows = int(phones.end * 100) + 100
    gaze = dense_layers(face_options("gaze"), phones, voice(rows))["gaze"]
    still_rows = (np.abs(np.diff(gaze, axis=0)).max(axis=1) < 0.05).mean()
    assert still_rows > 0.85
    assert len(looks_of(read_utterance(phones, voice(rows)), 0)) > 20


def test_eyes_rest_on_what_they_are_given_whichever_way_the_head_turns() -> None:
    phones = long_line(1.0)
    rows = int(phones.end * 100) + 100
    there = ((0.0, 10.0, -5.0), (phones.end, 10.0, -5.0))
    away = dense_layers(FaceOptions({"gaze": 1.0}, targets=there), phones, voice(rows))["gaze"]
    assert np.median(away, axis=0) == pytest.approx([10.0, -5.0], abs=1.5)
    both = dense_layers(FaceOptions({"gaze": 0.0001, "head": 2.0}, targets=there), phones, voice(rows))
    seen = both["gaze"] + both["head"][:, :2]  # in the world, as long as eyes reach
    assert np.abs(seen[100:-100] - (10.0, -5.0)).max() < 0.1
    far = dense_layers(FaceOptions({"gaze": 1.0}, targets=((0.0, 80.0, 0.0),)), phones, voice(rows))["gaze"]
    assert far.max() <= 24.0


def test_one_breathes_in_before_speaking() -> None:
    chest = dense_layers(face_options("breath"), say("P AA1", start=1.2), voice(400))["breath"][:, 0]
    assert chest[115] > chest[60] + 0.05
    assert chest[160] < chest[118]


def test_a_line_in_which_nobody_speaks_has_a_quiet_face() -> None:
    layers = dense_layers(face_options(), PhoneTrack(), voice(900))
    assert not layers["brows"].any()
    assert layers["blinks"].max() == 1.0
    assert np.isfinite(np.concatenate(list(layers.values()), axis=1)).all()


# Takes, files


def test_speech_is_the_same_with_and_without_a_face_and_a_take_keeps_it() -> None:
    samples = np.random.default_rng(2).normal(0, 0.05, 66000).astype(np.float32)
    plain = generate_from_samples(samples, "noise", GenerateOptions(phones=BUMPS))
    options = GenerateOptions(phones=BUMPS, face=face_options(None, "joy=.6"))
    whole = generate_from_samples(samples, "noise", options)
    assert list(plain.tracks) == ["speech"]
    assert list(whole.tracks) == ["speech", *LAYERS]
    assert dumps(replace(whole, tracks={"speech": whole.track("speech")})) == dumps(plain)
    again = loads(dumps(whole))
    assert dumps(again) == dumps(whole)
    assert again.track("head").vocabulary.name == "head"


def test_files_carry_head_and_eyes() -> None:
    options = GenerateOptions(text=TEXT.read_text(encoding="utf-8"), face=face_options(None, "joy=.6"))
    take = generate(LINE, options)
    moving = animation_of(take, load_profile("arkit-52"), 30.0)
    pose = posed(take, load_profile("arkit-52"), moving.times)
    assert moving.column("headPitch") == pytest.approx(np.radians(pose.head[:, 1]))
    assert np.abs(moving.column("leftEyeYaw")).max() > 0.005
    assert moving.column("eyeBlinkLeft").max() > 0.9
    assert left_out(take, load_profile("oculus-15")) == ("emotion", "brows", "blinks")
    assert set(without_rotations(moving).names) == set(load_profile("arkit-52").channels)


@pytest.mark.parametrize(
    ("yaw", "pitch", "roll", "axis", "toward"),
    [
        (0.3, 0, 0, (0, 0, 1), (1, 0, 0)),  # the face, looking along z, turns to its left: x
        (0, 0.3, 0, (0, 0, 1), (0, 1, 0)),  # up
        (0, 0, 0.3, (0, 1, 0), (1, 0, 0)),  # the crown goes to the left shoulder
    ],
)
def test_quaternions_turn_as_the_angles_say(yaw, pitch, roll, axis, toward) -> None:
    moving = ChannelAnimation(HEAD, 30.0, np.array([[yaw, pitch, roll]]))
    turns = head_turns(moving)
    assert turns is not None
    x, y, z, w = turns[0]
    vector, part = np.array(axis, float), np.array([x, y, z])
    turned = vector + 2 * np.cross(part, np.cross(part, vector) + w * vector)
    assert turned @ np.array(toward) == pytest.approx(np.sin(0.3), abs=1e-9)
    assert np.linalg.norm(turns[0]) == pytest.approx(1.0)


def test_the_demo_head_turns_to_its_left_and_up_on_a_neck_that_bends() -> None:
    head = load_head()
    turned = head.turned(head.vertices, yaw=10.0, pitch=8.0, breath=1.0)
    tip = int(np.argmin(head.vertices[:, 1] + 10 * (np.abs(head.vertices[:, 0]) > 0.01)))
    assert turned[tip, 0] > head.vertices[tip, 0] + 0.005
    assert turned[tip, 2] > head.vertices[tip, 2] + 0.005
    hem = head.part("jumper")
    assert np.abs(turned[hem] - head.vertices[hem])[:, :2].max() < 0.012
    assert head.turned(head.vertices) is head.vertices


def test_lids_that_droop_do_not_pass_shut() -> None:
    layers = {
        "blinks": np.full((10, 2), 1.0),
        "emotion": curves_by_hand((EmotionSpan("boredom"),), 10),
    }
    shapes = face_shapes(layers, 10)
    assert shapes[:, SHAPES.index("eyeBlinkLeft")].max() == 1.0
