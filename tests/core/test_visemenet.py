"""The network in numpy: against a plain float64 writing of the paper, and against itself run three ways."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilabial.audio.features import features
from bilabial.errors import ModelError
from bilabial.models.contract import build_network, join_predictions
from bilabial.models.families.visemenet.network import VisemeNet, VisemeNetConfig
from bilabial.models.prediction import Prediction
from bilabial.models.windows import Windows, plan_windows
from make_untrained_model import babble, random_weights

FIELDS = ("groups", "landmarks", "activations", "values", "field")
SMALL: dict[str, Any] = {"units": 24, "layers": 3}


def small(**settings: Any) -> tuple[VisemeNet, VisemeNetConfig, dict[str, np.ndarray]]:
    config = VisemeNetConfig(**(SMALL | settings))
    weights = random_weights(config)
    return VisemeNet(config, weights), config, weights


def assert_close(one: Prediction, other: Prediction, tolerance: float) -> None:
    for name in FIELDS:
        a, b = getattr(one, name), getattr(other, name)
        assert (a is None) == (b is None)
        if a is not None:
            assert a.dtype == np.float32
            assert a.shape == b.shape
            assert np.abs(a - b).max(initial=0) < tolerance, name


# --- the paper, written plainly ---


def logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def plain_memory(
    w: dict[str, np.ndarray], name: str, rows: np.ndarray, config: VisemeNetConfig
) -> np.ndarray:
    """Row by row, gate by gate, in float64, torch's gate order."""
    for layer in range(config.layers):
        if config.cell == "window":
            rows = np.maximum(rows @ w[f"{name}.{2 * layer}.weight"].T + w[f"{name}.{2 * layer}.bias"], 0)
            continue
        a, b = w[f"{name}.weight_ih_l{layer}"], w[f"{name}.weight_hh_l{layer}"]
        p, q = w[f"{name}.bias_ih_l{layer}"], w[f"{name}.bias_hh_l{layer}"]
        h, c, out = np.zeros(config.units), np.zeros(config.units), []
        for x in rows:
            if config.cell == "lstm":
                i, f, g, o = np.split(a @ x + p + b @ h + q, 4)
                c = logistic(f) * c + logistic(i) * np.tanh(g)
                h = logistic(o) * np.tanh(c)
            else:
                (r, z, n), (s, y, m) = np.split(a @ x + p, 3), np.split(b @ h + q, 3)
                update = logistic(z + y)
                h = (1 - update) * np.tanh(n + logistic(r + s) * m) + update * h
            out.append(h)
        rows = np.array(out)
    return rows


def plain_head(w: dict[str, np.ndarray], name: str, rows: np.ndarray) -> np.ndarray:
    hidden = np.maximum(rows @ w[f"{name}.0.weight"].T + w[f"{name}.0.bias"], 0)
    return hidden @ w[f"{name}.2.weight"].T + w[f"{name}.2.bias"]


def plain_visemenet(weights: dict[str, np.ndarray], rows: np.ndarray, config: VisemeNetConfig) -> Prediction:
    w = {name: array.astype(np.float64) for name, array in weights.items()}
    normal = (rows.astype(np.float64) - w["features.mean"]) / w["features.deviation"]
    last = len(rows) - 1
    x = np.array(
        [
            np.concatenate(
                [normal[min(max(t + k, 0), last)] for k in range(-config.before, config.after + 1)]
            )
            for t in range(len(rows))
        ]
    )
    joint = config.shared_stages or not config.landmarks
    hidden = plain_memory(w, "shared" if joint else "groups_memory", x, config)
    z = plain_head(w, "groups", hidden)
    powers = np.exp(z)
    groups = powers / powers.sum(axis=1, keepdims=True)
    q = None
    if config.landmarks:
        hidden = hidden if joint else plain_memory(w, "landmarks_memory", x, config)
        q = plain_head(w, "landmarks", hidden)
    inputs = np.concatenate([z, x] if q is None else [z, q, x], axis=1)
    outputs = [
        plain_head(
            w,
            name,
            plain_memory(w, "branches" if config.shared_branches else f"{name}_memory", inputs, config),
        )
        for name in ("activations", "values", "field")
    ]
    outputs[0] = logistic(outputs[0])
    return Prediction(*(None if a is None else a.astype(np.float32) for a in (groups, q, *outputs)))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"cell": "gru"},
        {"cell": "window"},
        {"landmarks": False},
        {"shared_stages": False},
        {"shared_branches": True},
        {"before": 3, "after": 0, "layers": 1},
    ],
    ids=str,
)
def test_it_is_the_network_of_the_paper(settings: dict[str, Any]) -> None:
    network, config, weights = small(**settings)
    rows = features(babble(0.4))
    assert_close(network.predict(rows), plain_visemenet(weights, rows, config), 2e-5)


def test_outputs_have_their_meaning() -> None:
    network, _, _ = small()
    prediction = network.predict(features(babble(1.0)))
    np.testing.assert_allclose(prediction.groups.sum(axis=1), 1, atol=1e-5)
    assert prediction.groups.shape == (101, 21)
    assert prediction.landmarks is not None
    assert prediction.landmarks.shape == (101, 76)
    assert prediction.activations is not None
    assert prediction.activations.min() >= 0
    assert prediction.activations.max() <= 1
    assert network.lag == 11


def test_the_full_network_has_twelve_million_weights() -> None:
    weights = random_weights(VisemeNetConfig())
    assert 12.2e6 < sum(array.size for array in weights.values()) < 12.4e6


def test_windows_side_by_side_give_what_running_straight_through_gives() -> None:
    """What the warm-up leaves, with the full network's size and gates that stay open for a while."""
    config = VisemeNetConfig()
    weights = random_weights(config)
    rows = features(babble(6.0))
    straight = VisemeNet(config, weights, Windows(kept=len(rows), before=0)).predict(rows)
    side_by_side = VisemeNet(config, weights, Windows(kept=25, before=200)).predict(rows)
    assert len(range(0, len(rows) - 200, 25)) >= 16, "too few windows for spectra"
    assert_close(straight, side_by_side, 1e-3)
    assert np.abs(straight.groups - side_by_side.groups).max() > 0, "nothing was cut, so nothing was tested"


def test_a_warm_up_that_is_too_short_shows() -> None:
    network, config, weights = small()
    rows = features(babble(6.0))
    cut = VisemeNet(config, weights, Windows(kept=50, before=2)).predict(rows)
    assert np.abs(network.predict(rows).groups - cut.groups).max() > 1e-3


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 200), st.integers(10, 90), st.integers(1, 7), st.integers(10, 70))
def test_however_it_is_cut_each_row_is_there_once(count: int, kept: int, batch: int, chunk: int) -> None:
    """Fully connected layers have no memory, so that any cut must give the very same rows."""
    network, config, weights = small(cell="window", layers=1, units=4)
    rows = np.random.default_rng(count).standard_normal((count, 65)).astype(np.float32)
    cut = VisemeNet(config, weights, Windows(kept, before=17, batch=batch, chunk=chunk))
    assert_close(network.predict(rows), cut.predict(rows), 1e-4)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 40), max_size=8))
def test_steps_of_any_size_give_the_whole(sizes: list[int]) -> None:
    network, _, _ = STEPPED
    rows = features(babble(4.0))[: sum(sizes)]
    state, parts, start = network.initial_state(), [], 0
    for size in sizes:
        prediction, state = network.step(rows[start : start + size], state)
        start += size
        parts.append(prediction)
        assert sum(len(part.groups) for part in parts) == max(0, start - network.lag)
    if start:
        prediction, state = network.step(np.repeat(rows[-1:], network.lag, axis=0), state)
        parts.append(prediction)
        assert_close(join_predictions(parts), network.predict(rows), 1e-5)


STEPPED = small()


def test_a_step_leaves_its_state_as_it_was() -> None:
    network, _, _ = small()
    rows = features(babble(1.0))
    _, state = network.step(rows[:50], network.initial_state())
    first, _ = network.step(rows[50:], state)
    second, _ = network.step(rows[50:], state)
    assert_close(first, second, 1e-12)


def test_no_rows_no_prediction() -> None:
    network, _, _ = small()
    nothing = network.predict(np.zeros((0, 65), np.float32))
    assert [getattr(nothing, name).shape for name in FIELDS] == [(0, 21), (0, 76), (0, 29), (0, 29), (0, 2)]


def test_progress_rises_to_one() -> None:
    config = VisemeNetConfig(**SMALL)
    seen: list[float] = []
    VisemeNet(config, random_weights(config), Windows(100, 10, batch=2)).predict(
        np.zeros((900, 65), np.float32), seen.append
    )
    assert seen == sorted(seen)
    assert len(seen) > 3
    assert seen[-1] == 1


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"units": "many"}, "units"),
        ({"depth": 3}, "depth"),
        ({"cell": "transformer"}, "transformer"),
        ({"units": 0}, "at least"),
        ({"groups": False}, "comparisons"),
        ({"outside_phones": True}, "comparisons"),
    ],
)
def test_settings_that_it_does_not_know(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        build_network("visemenet", settings, {})


def test_an_unknown_architecture() -> None:
    with pytest.raises(ModelError, match="oracle"):
        build_network("oracle", {}, {})


@pytest.mark.parametrize("name", ["shared.weight_hh_l1", "values.2.bias", "features.mean"])
def test_missing_or_misshapen_weights_are_named(name: str) -> None:
    _, config, weights = small()
    array = weights.pop(name)
    with pytest.raises(ModelError, match=name):
        VisemeNet(config, weights)
    with pytest.raises(ModelError, match=name):
        VisemeNet(config, weights | {name: array[:-1]})
    with pytest.raises(ModelError, match=name):
        VisemeNet(config, weights | {name: array.astype(np.int32)})


def test_a_network_that_never_forgets_is_never_cut() -> None:
    assert plan_windows(1_000_000, 0).count(1_000_000) == 1


@given(st.integers(1, 2_000_000))
def test_plans_cover_the_clip(rows: int) -> None:
    plan = plan_windows(rows)
    assert plan.count(rows) * plan.kept + plan.before >= rows
    assert plan.batch * plan.chunk <= 4096
