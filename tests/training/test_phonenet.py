"""The network as trained and as run: torch and numpy agree, streams and whole clips agree, windows leave no
seam.
"""

from __future__ import annotations

import numpy as np
import pytest

from bilabial.errors import ModelError
from bilabial.models.families.phonenet import network as phonenet
from bilabial.models.families.phonenet.network import PhoneNetShape, build, compact, right_pads

torch = pytest.importorskip("torch")

from bilabial.training.families.phonenet.network import PhoneNet, PhoneNetConfig, folded  # noqa: E402


def random_features(rows: int, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    features = random.normal(-8, 3, size=(rows, 65)).astype(np.float32)
    features[:, 39:] = random.normal(2000, 100, size=(rows, 26))
    return features


def random_network(look_ahead: int | None, seed: int = 0) -> PhoneNet:
    """Small, with normalisation that has something to fold."""
    torch.manual_seed(seed)
    network = PhoneNet(PhoneNetConfig(channels=24, dilations=(1, 2, 4), mean_reach=40, look_ahead=look_ahead))
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            module.running_mean.normal_(0, 0.3)
            module.running_var.uniform_(0.3, 2)
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.normal_(0, 0.3)
    return network.eval()


def as_numpy(network: PhoneNet) -> phonenet.PhoneNet:
    return build(network.card_settings(), folded(network))


@pytest.mark.parametrize("rows", [1, 2, 37, 400])
@pytest.mark.parametrize("look_ahead", [None, 10])
def test_torch_and_numpy_agree(rows: int, look_ahead: int | None) -> None:
    network, features = random_network(look_ahead), random_features(rows)
    groups, sounds = as_numpy(network).both(features)
    lasting = (
        features
        if look_ahead is None
        else np.concatenate([features, np.repeat(features[-1:], look_ahead, 0)])
    )
    with torch.no_grad():
        theirs = [
            part[0, :rows].softmax(-1).numpy() for part in network(torch.from_numpy(compact(lasting))[None])
        ]
    assert groups.shape == (rows, 21)
    np.testing.assert_allclose(groups.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(groups, theirs[0], atol=1e-3)
    np.testing.assert_allclose(sounds, theirs[1], atol=1e-3)


def test_windows_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    network, features = as_numpy(random_network(None)), random_features(901)
    whole, _ = network.both(features)
    monkeypatch.setattr(phonenet, "_CHUNK", 64)
    cut, _ = network.both(features)
    np.testing.assert_allclose(cut, whole, atol=1e-5)


@pytest.mark.parametrize("blocks", [[1] * 300, [7, 0, 100, 1, 1, 2, 189], [300]])
def test_a_stream_gives_what_the_whole_clip_gives(blocks: list[int]) -> None:
    network, features = as_numpy(random_network(10)), random_features(300)
    assert network.lag == 10
    state, at, parts = network.initial_state(), 0, []
    for size in blocks:
        prediction, state = network.step(features[at : at + size], state)
        at += size
        parts.append(prediction.groups)
        assert sum(len(part) for part in parts) == max(0, at - 10)
    prediction, _ = network.step(np.repeat(features[-1:], 10, axis=0), state)
    streamed = np.concatenate([*parts, prediction.groups])
    np.testing.assert_allclose(streamed, network.both(features)[0], atol=1e-5)


def test_the_look_ahead_is_what_the_card_says() -> None:
    network, features = as_numpy(random_network(10)), random_features(200)
    changed = features.copy()
    changed[111:] += 3
    before, after = network.both(features)[0], network.both(changed)[0]
    assert np.array_equal(before[:101], after[:101])
    assert not np.array_equal(before[101:111], after[101:111])


def test_look_ahead_is_spent_whole_steps_at_a_time() -> None:
    for look_ahead in range(2, 30):
        pads = right_pads(PhoneNetShape(8, 5, (1, 2, 4), 40, look_ahead))
        assert 2 * sum(sum(pair) for pair in pads) + 2 <= look_ahead


def test_a_whole_clip_network_refuses_live_use() -> None:
    with pytest.raises(ModelError, match="whole clip"):
        as_numpy(random_network(None)).initial_state()


def test_a_card_with_missing_settings_is_refused() -> None:
    with pytest.raises(ModelError, match="export the model again"):
        build({"channels": 8}, {})


def test_features_that_are_not_finite_are_refused() -> None:
    features = random_features(20)
    features[3, 20] = np.nan
    with pytest.raises(ModelError, match="not finite"):
        as_numpy(random_network(None)).both(features)
