"""The take: what it holds, what is derived from it, and that it never changes under anyone's hands."""

import pickle

import pytest
from performances import complete_take

from bilabial.curves.curve import Curve
from bilabial.curves.format import dumps
from bilabial.curves.style import Style
from bilabial.curves.take import Track
from bilabial.errors import BilabialError
from bilabial.vocabulary import find


def test_neutral_style_shows_the_stored_curves() -> None:
    take = complete_take().with_style(Style())
    assert take.styled() == dict(take.track().curves)
    assert all(take.styled()[name] is curve for name, curve in take.track().curves.items())


def test_style_is_laid_over_and_never_stored() -> None:
    take = complete_take()
    loud = take.with_style(Style.preset("shout"))
    assert not loud.styled()["Jaw"].identical(take.track().curves["Jaw"])
    assert loud.track() is take.track()
    assert loud.with_style(Style()).styled()["Jaw"] is take.track().curves["Jaw"]


def test_style_leaves_other_kinds_of_track_alone() -> None:
    take = complete_take().with_style(Style.preset("mumble"))
    assert take.styled("head")["yaw"] is take.track("head").curves["yaw"]


def test_new_tracks_need_no_new_design() -> None:
    take = complete_take()
    more = take.with_track(
        "brows", Track(find("arkit-52"), {"browInnerUp": Curve.hermite([0.0], [0.4], [0.0])})
    )
    assert "brows" not in take.tracks
    assert list(more.tracks) == ["speech", "head", "brows"]
    assert more.track("brows").key_count == 1


def test_a_missing_track_and_a_strange_channel_are_told() -> None:
    with pytest.raises(BilabialError, match=r"no track 'eyes': it has speech, head"):
        complete_take().track("eyes")
    with pytest.raises(BilabialError, match="a track of head has a curve 'Ah', which is no channel of it"):
        Track(find("head"), {"Ah": Curve.empty()})


def test_nothing_in_a_take_can_be_written() -> None:
    take = complete_take()
    with pytest.raises(TypeError):
        take.tracks["x"] = take.track()  # type: ignore[index]
    with pytest.raises(TypeError):
        take.track().curves["Ah"] = Curve.empty()  # type: ignore[index]
    with pytest.raises(AttributeError):
        take.style = Style()  # type: ignore[misc]


def test_travels_between_processes() -> None:
    take = complete_take()
    assert dumps(pickle.loads(pickle.dumps(take))) == dumps(take)
