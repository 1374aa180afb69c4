"""Live sessions: blocks of any size give what the whole gives, no later than promised."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilabial.audio.features import features
from bilabial.errors import ModelError
from bilabial.models.card import Card
from bilabial.models.contract import join_predictions
from bilabial.models.families.visemenet.network import VisemeNet, VisemeNetConfig
from bilabial.models.store import Model
from bilabial.models.streaming import LiveSession
from bilabial.timing import HOP, WINDOW, row_count
from make_untrained_model import babble, random_weights

CONFIG = VisemeNetConfig(units=16)
NETWORK = VisemeNet(CONFIG, random_weights(CONFIG))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 4000), max_size=10))
def test_blocks_of_any_size_give_the_whole(sizes: list[int]) -> None:
    sound = babble(3.0)[: sum(sizes)]
    session = LiveSession(NETWORK)
    edges = [0, *np.cumsum(sizes, dtype=int).tolist()]
    parts = [session.push(sound[start:stop]) for start, stop in pairwise(edges)]
    streamed = join_predictions([*parts, session.finish()])
    whole = NETWORK.predict(features(sound)) if len(sound) else None
    assert len(streamed.groups) == row_count(len(sound))
    if whole is not None:
        for name in ("groups", "landmarks", "activations", "values", "field"):
            assert np.abs(getattr(streamed, name) - getattr(whole, name)).max() < 1e-5


def test_the_lag_is_eleven_rows_and_half_a_window() -> None:
    """Row i is there with sample i * 160 + 1760 + 200, and not one sample earlier."""
    sound = babble(2.0)
    for row in (0, 1, 57):
        needed = row * HOP + 11 * HOP + WINDOW // 2
        assert len(LiveSession(NETWORK).push(sound[:needed]).groups) == row + 1
        assert len(LiveSession(NETWORK).push(sound[: needed - 1]).groups) == row


def test_a_finished_session_takes_no_more() -> None:
    session = LiveSession(NETWORK)
    assert len(session.finish().groups) == 0
    with pytest.raises(ModelError, match="finished"):
        session.push(np.zeros(160, np.float32))


def test_a_network_that_needs_the_whole_clip_is_refused() -> None:
    class Whole(VisemeNet):
        lag = None  # type: ignore[assignment]

    network = Whole(CONFIG, random_weights(CONFIG))
    with pytest.raises(ModelError, match="whole clip"):
        LiveSession(network)
    card = Card("whole", "0", "visemenet", {}, "", False, {})
    with pytest.raises(ModelError, match="'whole' needs the whole clip"):
        Model(card, network, Path()).session()
