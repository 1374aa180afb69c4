"""Solving a span again: local to the key, without a jump, and right."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from speechlike import speechlike

from bilabial.audio.prosody import LocalProsody, Prosody
from bilabial.audio.prosody import prosody as analysed
from bilabial.controls import CONTROLS, GROUPS
from bilabial.curves.curve import HAND, Curve, Key
from bilabial.curves.format import dumps, track_out
from bilabial.curves.reduce import reduce
from bilabial.curves.resolve import changed_spans, resolve_span
from bilabial.curves.take import SoundReference, Take, Track
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.solve.jali.solve import REACH_S, JaliOptions, field_statistics, solve
from bilabial.solve.rules import apply_rules
from bilabial.timing import SAMPLE_RATE

SPOKEN = [group for group in GROUPS if group != "SIL"]
SECONDS = 12.0
MOMENTS = np.arange(0, SECONDS, 0.005)


def prosody_of(seconds: float, seed: int) -> Prosody:
    random = np.random.default_rng(seed)
    rows = int(seconds * 100) + 1
    slow = np.interp(np.arange(rows), np.arange(0, rows + 20, 20), random.normal(0, 5, rows // 20 + 2))
    pitch = np.where(np.sin(np.arange(rows) / 9) > -0.5, 120 + 4 * slow, np.nan)
    level = (-25 + slow).astype(np.float32)
    return Prosody(level, pitch.astype(np.float32), (level - 20).astype(np.float32))


def spoken_phones(seconds: float, seed: int) -> PhoneTrack:
    random = np.random.default_rng(seed)
    phones, now = [], 0.4
    while now < seconds - 0.6:
        if random.random() < 0.08:
            now += random.uniform(0.1, 0.5)
        length = round(float(random.uniform(0.04, 0.16)), 2)
        group = SPOKEN[int(random.integers(len(SPOKEN)))]
        phones.append(Phone(round(now, 2), round(now + length, 2), group.lower(), group))
        now = round(now + length, 2)
    return PhoneTrack.of(phones)


def made(phones: PhoneTrack, prosody: Prosody) -> Take:
    statistics = field_statistics(phones, prosody)
    dense, pins = apply_rules(solve(phones, prosody, JaliOptions(statistics)), phones)
    track = Track.of_controls(reduce(dense, CONTROLS, pins=pins), 0.02, pins)
    return Take(SoundReference("a.wav", SECONDS), phones, {"speech": track}, statistics=statistics)


PROSODY = prosody_of(SECONDS, 1)
TAKE = made(spoken_phones(SECONDS, 2), PROSODY)


Edit = tuple[str, int, str]
edits = st.tuples(
    st.sampled_from(["relabel", "move", "split", "remove", "add"]),
    st.integers(3, len(TAKE.phones) - 4),
    st.sampled_from(SPOKEN),
)


def applied(edit: Edit, of: PhoneTrack = TAKE.phones) -> PhoneTrack:
    """One phone relabelled, moved, split, removed or added."""
    deed, index, group = edit
    phones = list(of)
    index = min(index, len(phones) - 1)
    phone = phones[index]
    middle = round((phone.start + phone.end) / 2, 3)
    if deed == "relabel":
        phones[index] = replace(phone, label=group.lower(), group=group)
    elif deed == "move":
        phones[index] = replace(phone, start=middle)
    elif deed == "split":
        phones[index : index + 1] = [replace(phone, end=middle), Phone(middle, phone.end, "x", group)]
    elif deed == "remove":
        del phones[index]
    else:
        phones[index : index + 1] = [
            Phone(phone.start, phone.start + 0.02, "x", group),
            replace(phone, start=phone.start + 0.02),
        ]
    return PhoneTrack.of(phones)


def same_outside(one: Curve, two: Curve, start: float, end: float) -> bool:
    """The same keys before start and after end. Of the keys that face the gap, that handle may differ."""
    for cut, facing in ((one.times < start, -1), (one.times > end, 0)):
        other = two.times < start if facing else two.times > end
        ours, theirs = one.select(cut), two.select(other)
        if len(ours) != len(theirs):
            return False
        if len(ours):
            side = "right" if facing else "left"
            handles = getattr(ours, side).copy()
            handles[facing] = getattr(theirs, side)[facing]
            if not replace(ours, **{side: handles}).identical(theirs):
                return False
    return True


@settings(max_examples=25, deadline=None)
@given(edits)
def test_everything_outside_stays_bit_for_bit(edit: Edit) -> None:
    phones = applied(edit)
    spans = changed_spans(TAKE.phones, phones)
    if not spans:
        return
    (span,) = spans
    take = resolve_span(TAKE, phones, PROSODY)
    old, new = (whole_rows(track) for track in (TAKE.phones, phones))
    for column, (name, curve) in enumerate(TAKE.track().curves.items()):
        start, end = between_holds(old[:, column], new[:, column])
        renewed = take.track().curves[name]
        assert same_outside(renewed, curve, start, end), name
        rows = np.flatnonzero(old[:, column] == new[:, column]) / 100
        assert np.abs(renewed.evaluate(rows) - curve.evaluate(rows)).max(initial=0.0) <= 0.04 + 1e-6
    start, end = span[0] - REACH_S, span[1] + REACH_S
    untouched = [pin for pin in TAKE.track().pins if pin[2] < start or pin[1] > end]
    assert [pin for pin in take.track().pins if pin[2] < start or pin[1] > end] == untouched


def whole_rows(phones: PhoneTrack) -> np.ndarray:
    return apply_rules(solve(phones, PROSODY, JaliOptions(TAKE.statistics)), phones)[0]


def between_holds(old: np.ndarray, new: np.ndarray) -> tuple[float, float]:
    """Seconds from the hold before what differs to the hold after it."""
    differing = np.flatnonzero(old != new)
    if not len(differing):
        return np.inf, np.inf
    calm = np.convolve((np.diff(new) == 0.0) & (np.diff(old) == 0.0), np.ones(5), "valid") == 5
    held = np.flatnonzero(calm & (old[:-5] == new[:-5]))
    before, after = held[held + 5 < differing[0]], held[held > differing[-1]]
    start = before[-1] / 100 if len(before) else -np.inf
    return start, (after[0] + 5) / 100 if len(after) else np.inf


@settings(max_examples=25, deadline=None)
@given(edits)
def test_the_span_is_what_a_whole_solution_gives(edit: Edit) -> None:
    phones = applied(edit)
    take = resolve_span(TAKE, phones, PROSODY)
    assert TAKE.statistics is not None
    dense, pins = apply_rules(solve(phones, PROSODY, JaliOptions(TAKE.statistics)), phones)
    rows = np.arange(len(dense)) / 100
    for column, name in enumerate(CONTROLS):
        error = np.abs(take.track().curves[name].evaluate(rows) - dense[:, column])
        assert error.max() <= 0.05, (name, rows[error.argmax()])
    for control, start, end in pins:
        name = CONTROLS[control]
        inside = take.track().curves[name].evaluate(np.linspace(start, end, 20))
        np.testing.assert_allclose(inside, 1.0, atol=1e-9)
    assert sorted(take.track().pins) == sorted((CONTROLS[c], start, end) for c, start, end in pins)


@settings(max_examples=25, deadline=None)
@given(edits)
def test_no_jump_and_inside_the_limits(edit: Edit) -> None:
    phones = applied(edit)
    take = resolve_span(TAKE, phones, PROSODY)
    fine = np.arange(0, SECONDS, 0.001)
    for name, curve in take.track().curves.items():
        values = curve.evaluate(fine)
        assert values.min() >= -1e-9
        assert values.max() <= 1 + 1e-9
        steepest = max(np.abs(np.diff(TAKE.track().curves[name].evaluate(fine))).max(), 0.06)
        assert np.abs(np.diff(values)).max() <= 1.5 * steepest, name


def test_the_same_phones_change_nothing() -> None:
    same = PhoneTrack.of(replace(phone, confidence=0.5) for phone in TAKE.phones)
    take = resolve_span(TAKE, same, PROSODY)
    assert take.phones is same
    assert take.track() is TAKE.track()


def some_edits(seed: int) -> list[Edit]:
    """One to four edits anywhere. Seeds, since what fails here is short already."""
    random = np.random.default_rng(seed)
    deeds = ["relabel", "move", "split", "remove", "add"]
    return [
        (
            deeds[random.integers(5)],
            int(random.integers(len(TAKE.phones))),
            SPOKEN[random.integers(len(SPOKEN))],
        )
        for _ in range(random.integers(1, 5))
    ]


def steps(sequence: list[Edit]) -> list[PhoneTrack]:
    """The phones after each edit, from those of the take on."""
    tracks = [TAKE.phones]
    for edit in sequence:
        tracks.append(applied(edit, tracks[-1]))
    return tracks


@pytest.mark.parametrize("seed", range(8))
def test_edits_taken_back_leave_every_byte_and_edits_give_what_the_whole_would(seed: int) -> None:
    tracks = steps(some_edits(seed))
    take = TAKE
    for phones in tracks[1:]:
        take = resolve_span(take, phones, PROSODY)
    assert TAKE.statistics is not None
    dense, pins = apply_rules(solve(take.phones, PROSODY, JaliOptions(TAKE.statistics)), take.phones)
    whole = Track.of_controls(reduce(dense, CONTROLS, pins=pins), 0.02, pins)
    assert track_out(take.track()) == track_out(whole)
    for phones in reversed(tracks[:-1]):
        take = resolve_span(take, phones, PROSODY)
    assert dumps(take) == dumps(TAKE)


@pytest.mark.parametrize("seed", range(20))
def test_edits_taken_back_leave_every_byte_beside_keys_made_by_hand(seed: int) -> None:
    sequence, name = some_edits(seed), ("Jaw", "Ah", "LNTD", "MBP", "S")[seed % 5]
    time = 1.0005 + (seed * 47 % 100) / 10
    curve = TAKE.track().curves[name]
    key = Key(time, 0.77, (time - 0.02, 0.7), (time + 0.02, 0.8), origin=HAND)
    mine = TAKE.with_curves({**TAKE.track().curves, name: curve.with_key(key)})
    take, tracks = mine, steps(sequence)
    for phones in [*tracks[1:], *reversed(tracks[:-1])]:
        take = resolve_span(take, phones, PROSODY)
        (at,) = np.flatnonzero(take.track().curves[name].origin == HAND)
        assert take.track().curves[name].key(int(at)) == key
    assert dumps(take) == dumps(mine)


def test_a_long_way_there_and_back_grows_nothing() -> None:
    """Fifty edits there and back made 361 keys of 321, and an error of .022 out of .02."""
    tracks = steps(
        [("relabel", 3 + 2 * n % (len(TAKE.phones) - 6), SPOKEN[n % len(SPOKEN)]) for n in range(25)]
    )
    take = TAKE
    for phones in [*tracks[1:], *reversed(tracks[:-1])]:
        take = resolve_span(take, phones, PROSODY)
    assert dumps(take) == dumps(TAKE)


def test_edits_far_apart_at_once_are_as_one_after_the_other() -> None:
    far = [
        ("relabel", 6, "MBP"),
        ("relabel", len(TAKE.phones) // 2, "Oh"),
        ("relabel", len(TAKE.phones) - 7, "S"),
    ]
    tracks = steps(far)
    one_by_one = TAKE
    for phones in tracks[1:]:
        one_by_one = resolve_span(one_by_one, phones, PROSODY)
    assert len(changed_spans(TAKE.phones, tracks[-1])) >= 2
    assert dumps(resolve_span(TAKE, tracks[-1], PROSODY)) == dumps(one_by_one)


def test_a_jaw_that_held_one_value_moves_and_holds_again() -> None:
    """Its one key stands for the whole clip; with a vowel there are others, and none of it."""
    phones = PhoneTrack.of([Phone(1.0, 1.1, "t", "LNTD"), Phone(6.0, 6.1, "t", "LNTD")])
    quiet = made(phones, PROSODY)
    assert len(quiet.track().curves["Jaw"]) == 1
    spoken = PhoneTrack.of([*phones, Phone(6.1, 6.4, "a", "Ah")])
    there = resolve_span(quiet, spoken, PROSODY)
    assert len(there.track().curves["Jaw"]) > 1
    assert dumps(resolve_span(there, phones, PROSODY)) == dumps(quiet)


def test_a_take_that_a_network_made_keeps_its_own_curves_elsewhere() -> None:
    dense, pins = speechlike(SECONDS, seed=4)
    own = replace(TAKE, tracks={"speech": Track.of_controls(reduce(dense, CONTROLS, pins=pins), 0.02, pins)})
    phones = list(TAKE.phones)
    phones[40] = replace(phones[40], label="m", group="MBP")
    take = resolve_span(own, PhoneTrack.of(phones), PROSODY)
    middle = (phones[40].start + phones[40].end) / 2
    assert take.track().curves["MBP"].evaluate(middle) == 1.0
    fine = np.arange(0, SECONDS, 0.001)
    for name, curve in own.track().curves.items():
        start, end = phones[40].start - REACH_S - 1.5, phones[40].end + REACH_S + 1.5
        assert same_outside(take.track().curves[name], curve, start, end), name
        steps = np.abs(np.diff(take.track().curves[name].evaluate(fine)))
        assert steps.max() <= max(1.5 * np.abs(np.diff(curve.evaluate(fine))).max(), 0.05), name


def test_keys_made_by_hand_stay() -> None:
    middle = TAKE.phones.phones[40].start + 0.0123
    key = Key(middle, 0.91, (middle - 0.02, 0.91), (middle + 0.02, 0.91), origin=HAND)
    curves = {**TAKE.track().curves, "Oh": TAKE.track().curves["Oh"].with_key(key)}
    phones = list(TAKE.phones)
    phones[40] = replace(phones[40], label="o", group="Oh")
    take = resolve_span(TAKE.with_curves(curves), PhoneTrack.of(phones), PROSODY)
    assert take.track().curves["Oh"].evaluate(middle) == 0.91


def test_dense_curves_follow() -> None:
    dense, _ = apply_rules(solve(TAKE.phones, PROSODY, JaliOptions(TAKE.statistics)), TAKE.phones)
    phones = list(TAKE.phones)
    phones[40] = replace(phones[40], label="m", group="MBP")
    take = resolve_span(replace(TAKE, dense={"speech": dense}), PhoneTrack.of(phones), PROSODY)
    row = round((phones[40].start + phones[40].end) * 50)
    assert take.dense["speech"][row, CONTROLS.index("MBP")] == 1.0
    assert take.dense["speech"].dtype == np.float32
    np.testing.assert_array_equal(take.dense["speech"][:50], dense[:50])


def test_an_arc_that_is_gone_leaves_no_key() -> None:
    phones = [Phone(1.0, 1.1, "a", "Ah"), Phone(1.1, 1.2, "r", "R"), Phone(1.2, 1.4, "a", "Ah")]
    take = made(PhoneTrack.of(phones), PROSODY)
    assert len(take.track().curves["R"]) >= 3
    phones[1] = Phone(1.1, 1.2, "m", "MBP")
    assert len(resolve_span(take, PhoneTrack.of(phones), PROSODY).track().curves["R"]) == 0


def test_the_very_first_row_is_renewed() -> None:
    phones = [Phone(0.0, 0.2, "a", "Ah"), Phone(0.2, 0.3, "r", "R")]
    take = made(PhoneTrack.of(phones), PROSODY)
    phones[0] = Phone(0.0, 0.2, "o", "Oh")
    curves = resolve_span(take, PhoneTrack.of(phones), PROSODY).track().curves
    whole = made(PhoneTrack.of(phones), PROSODY).track().curves
    for name in ("Ah", "Oh"):
        np.testing.assert_allclose(curves[name].evaluate(MOMENTS), whole[name].evaluate(MOMENTS), atol=0.04)


@pytest.mark.parametrize("index", [0, -1])
def test_the_first_and_the_last_phone(index: int) -> None:
    phones = list(TAKE.phones)
    phones[index] = replace(phones[index], label="m", group="MBP")
    take = resolve_span(TAKE, PhoneTrack.of(phones), PROSODY)
    middle = (phones[index].start + phones[index].end) / 2
    closed = max(take.track().curves[name].evaluate(middle) for name in ("MBP", "MBPa"))
    assert closed == 1.0


def test_prosody_of_the_stretch_alone_gives_the_same_keys() -> None:
    time = np.arange(int(SECONDS * SAMPLE_RATE)) / SAMPLE_RATE
    noise = np.random.default_rng(7).normal(0.0, 0.1, len(time))
    sound = (np.sin(2 * np.pi * 3 * time) ** 2 * (np.sin(2 * np.pi * 140 * time) + noise) / 3).astype(
        np.float32
    )
    whole = analysed(sound)
    phones = list(TAKE.phones)
    take = made(TAKE.phones, whole)
    for index in (2, len(phones) // 2, len(phones) - 2):
        other = "Ah" if phones[index].group != "Ah" else "U"
        edited = PhoneTrack.of(
            [*phones[:index], replace(phones[index], group=other, label=other), *phones[index + 1 :]]
        )
        wanted = resolve_span(take, edited, whole).track().curves
        found = resolve_span(take, edited, LocalProsody(len(sound), lambda a, b: sound[a:b])).track().curves
        for name in CONTROLS:
            assert np.abs(found[name].evaluate(MOMENTS) - wanted[name].evaluate(MOMENTS)).max() < 1e-4, name
