"""The take format: the saved comes back bit for bit, the old is upgraded, the newer and broken refused."""

import copy
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from performances import any_curves, complete_take, phone_tracks, smooth_curves, styles
from speechlike import speechlike

from bilabial.controls import CONTROLS
from bilabial.curves.curve import Curve
from bilabial.curves.format import dumps, load, loads, save
from bilabial.curves.reduce import reduce
from bilabial.curves.take import SoundReference, Take, Track
from bilabial.errors import BilabialError, FormatError
from bilabial.vocabulary import of_names

BASELINES = Path(__file__).parent.parent / "baselines"


def same(one: Take, two: Take) -> bool:
    return (
        (one.sound, one.phones, one.style, one.model, one.statistics)
        == (two.sound, two.phones, two.style, two.model, two.statistics)
        and list(one.tracks) == list(two.tracks)
        and all(same_track(one.tracks[name], two.tracks[name]) for name in one.tracks)
    )


def same_track(one: Track, two: Track) -> bool:
    return (
        (one.vocabulary, one.tolerance, one.pins) == (two.vocabulary, two.tolerance, two.pins)
        and list(one.curves) == list(two.curves)
        and all(one.curves[name].identical(two.curves[name]) for name in one.curves)
    )


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.dictionaries(st.text(max_size=4), any_curves() | smooth_curves(), max_size=3),
    phone_tracks(),
    styles,
    st.text(max_size=6),
)
def test_round_trip_is_bit_for_bit(curves: dict[str, Curve], phones: Any, style: Any, path: str) -> None:
    track = Track(of_names("made up", [*curves, "one more"]), curves)
    take = Take(SoundReference(path, 1.5), phones, {"speech": track}, style)
    text = dumps(take)
    again = loads(text)
    assert same(take, again)
    assert dumps(again) == text


def test_everything_comes_back(tmp_path: Path) -> None:
    take = complete_take()
    save(take, tmp_path / "take.json")
    again = load(tmp_path / "take.json")
    assert same(take, again)
    assert again.landmarks is not None
    assert take.landmarks is not None
    np.testing.assert_allclose(again.landmarks, take.landmarks, atol=2e-5)
    dense = take.dense["speech"]
    np.testing.assert_allclose(again.dense["speech"], dense, atol=1e-5)
    assert np.array_equal(again.dense["speech"] == 1.0, dense == 1.0)  # closures stay closed
    assert np.all(again.dense["speech"][dense == 0.0] == 0.0)


def test_smooth_curves_are_stored_short() -> None:
    dense, pins = speechlike(20, seed=1)
    curves = reduce(dense, CONTROLS, pins=pins)
    text = dumps(Take(SoundReference("a.wav", 20.0), tracks={"speech": Track.of_controls(curves)}))
    assert text.count('"slopes"') == len(CONTROLS)
    assert len(text) / sum(map(len, curves.values())) < 30  # bytes a key


def test_ten_minutes_save_and_load_quickly(tmp_path: Path) -> None:
    dense, pins = speechlike(60, seed=1)
    one = reduce(dense, CONTROLS, pins=pins)
    turns = [61.0 * turn for turn in range(10)]
    long = {name: Curve.joined(curve.shifted(turn) for turn in turns) for name, curve in one.items()}
    take = Take(SoundReference("a.wav", 600.0), tracks={"speech": Track.of_controls(long)})
    begin = time.process_time()
    save(take, tmp_path / "a.json")
    load(tmp_path / "a.json")
    assert time.process_time() - begin < 2.0  # about 0.1 s


@pytest.mark.parametrize("file", sorted(BASELINES.glob("take-*.json")), ids=lambda file: file.stem)
def test_every_earlier_version_can_be_read(file: Path) -> None:
    take = load(file)
    wanted = complete_take()
    assert (take.sound, take.phones, take.style, take.model) == (
        wanted.sound,
        wanted.phones,
        wanted.style,
        wanted.model,
    )
    times = np.linspace(-0.5, 4, 1000)
    for name, curve in wanted.track().curves.items():
        np.testing.assert_allclose(
            take.track().curves[name].evaluate(times), curve.evaluate(times), atol=1e-9
        )
    again = loads(dumps(take))
    assert same(take, again)
    assert '"bilabial/curve/1"' not in dumps(take)


def test_baselines_hold_old_and_present_curves() -> None:
    texts = [file.read_text(encoding="utf-8") for file in BASELINES.glob("take-*.json")]
    assert any('"bilabial/curve/1"' in text for text in texts)
    assert any('"bilabial/curve/2"' in text for text in texts)


@pytest.mark.parametrize("kind", ["take", "curve", "style", "phones", "sound", "track", "model"])
def test_a_newer_version_asks_for_an_update(kind: str) -> None:
    text = dumps(complete_take())
    newer = text.replace(f'"bilabial/{kind}/1"', f'"bilabial/{kind}/99"').replace(
        f'"bilabial/{kind}/2"', f'"bilabial/{kind}/99"'
    )
    with pytest.raises(
        FormatError, match=rf"line\.json was written by a newer Bilabial \(bilabial/{kind}/99.*update"
    ):
        loads(newer, "line.json")


def broken(change: Callable[[dict[str, Any]], Any]) -> str:
    data = json.loads(dumps(complete_take()))
    change(data)
    return json.dumps(data)


def put(path: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    def change(data: dict[str, Any]) -> None:
        *steps, last = path.split(".")
        for step in steps:
            data = data[int(step)] if isinstance(data, list) else data[step]
        data[int(last) if isinstance(data, list) else last] = value  # type: ignore[index]

    return change


def drop(path: str) -> Callable[[dict[str, Any]], Any]:
    def change(data: dict[str, Any]) -> None:
        *steps, last = path.split(".")
        for step in steps:
            data = data[step]
        del data[last]

    return change


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (drop("sound"), "sound is missing"),
        (drop("sound.path"), r"sound\.path is missing"),
        (put("sound.duration", "long"), r"sound\.duration is not a number"),
        (put("sound.duration", True), r"sound\.duration is not a number"),
        (put("sound.channels", 1.5), r"sound\.channels is not a whole number"),
        (put("tracks", []), "tracks is not an object"),
        (put("tracks.speech.curves.Jaw.times", [3, 2, 1]), r"tracks\.speech\.curves\.Jaw"),
        (put("tracks.speech.curves.Jaw.values.0", "x"), r"curves\.Jaw\.values is not a list of numbers"),
        (put("tracks.speech.curves.Jaw.values.0", 10**400), "a number of 401 digits"),
        (put("tracks.speech.curves.Ah.origin.0", 9), r"curves\.Ah"),
        (put("tracks.speech.curves.Ah.origin.0", 0.5), r"curves\.Ah\.origin"),
        (put("phones.rows.0.3", "XX"), r"phones\.rows\[0\].*'XX'"),
        (put("phones.rows.1.0", 0.1), r"phones.*starts before"),
        (put("phones.rows.1", [1]), r"phones\.rows\[1\] has 1 entries"),
        (put("phones.columns", ["a"]), r"phones\.columns must be"),
        (put("style.jaw_gain", -1), r"style.*jaw gain"),
        (put("style.gains", {"Nose": 1}), r"style.*'Nose'"),
        (put("landmarks.data", "????"), r"landmarks\.data is not base64"),
        (put("landmarks.shape.0", 3), r"landmarks\.data holds"),
        (put("landmarks.shape.0", -3), r"landmarks\.data holds"),
        (put("statistics.high_db", [1]), r"statistics\.high_db has 1"),
        (put("schema", "bilabial/rig-profile/1"), "bilabial/take belongs"),
        (put("schema", "bilabial/take/x"), "bilabial/take belongs"),
        (put("schema", "bilabial/take/0"), "never was"),
        (put("tracks.speech.curves.Jaw.schema", 4), r"Jaw\.schema is not a text"),
    ],
)
def test_damage_names_the_field(change: Callable[[dict[str, Any]], Any], place: str) -> None:
    with pytest.raises(FormatError, match=place) as caught:
        loads(broken(change), "line.json")
    assert str(caught.value).startswith("line.json is damaged")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "null", "NaN", '{"schema": NaN}', "[" * 100_000, '"x"'])
def test_what_is_no_take_at_all(text: str) -> None:
    with pytest.raises(FormatError, match=r"line\.json"):
        loads(text, "line.json")


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_any_damage_is_a_format_error_or_harmless(data: st.DataObject) -> None:
    """Somewhere in the file some value is replaced: never any other exception than ours."""
    tree = copy.deepcopy(TREE)
    node: Any = tree
    while True:
        steps = list(node) if isinstance(node, dict) else range(min(len(node), 5))
        step = data.draw(st.sampled_from(steps))
        if not isinstance(node[step], dict | list) or not node[step] or data.draw(st.booleans()):
            break
        node = node[step]
    node[step] = data.draw(
        st.sampled_from(
            [None, "", "x", -1, 0, 1.5, 1e308, 10**400, True, [], {}, [[1]], {"schema": "bilabial/take/1"}]
        )
    )
    try:
        take = loads(json.dumps(tree))
        take.styled()
    except FormatError as error:
        assert "damaged" in str(error)
    except BilabialError as error:
        assert "no track" in str(error)


TREE = json.loads(dumps(complete_take()))


def test_missing_and_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"none\.json"):
        load(tmp_path / "none.json")
    with pytest.raises(FormatError, match="cannot read"):
        load(tmp_path)
    (tmp_path / "b.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(FormatError, match="UTF-8"):
        load(tmp_path / "b.json")
