"""What VisemeNet's arithmetic costs and what this machine could do: the table of docs/visemenet.md.

    OMP_NUM_THREADS=1 python tests/measure/visemenet.py

The full network with random weights: its speed does not depend on what it learned. Times are processor time
of one core, which other work on a shared machine disturbs less than the clock's.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bilabial.audio.features import features
from bilabial.models.families.visemenet.network import VisemeNet, VisemeNetConfig
from bilabial.models.projection import SlidingProduct, SpectralProduct
from bilabial.models.safetensors import read_tensors
from bilabial.models.store import Model, load_model
from bilabial.models.windows import Windows, plan_windows

sys.path.insert(0, str(Path(__file__).parents[1]))
from make_untrained_model import babble, make_untrained_model

ROWS_A_SECOND = 100
CONFIG = VisemeNetConfig()
WINDOW = CONFIG.before + 1 + CONFIG.after


def seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def machine_speeds() -> tuple[float, float]:
    """FLOP/s of a large matrix product, bytes/s of reading weights that no cache holds."""
    a = np.ones((1024, 1024), np.float32)
    blocks = [np.ones((256, 1024), np.float32) for _ in range(128)]  # 128 MB
    x = np.ones(256, np.float32)
    product = min(seconds(lambda: a @ a) for _ in range(8))
    reading = min(seconds(lambda: [x @ block for block in blocks]) for _ in range(5))
    return 2.0 * 1024**3 / product, sum(block.nbytes for block in blocks) / reading


def plain_rows(weights: dict[str, np.ndarray], rows: np.ndarray) -> float:
    """Median seconds a row of the first program that one would write: torch's layout, a gate at a time."""
    w = {name: array.astype(np.float32) for name, array in weights.items()}

    def logistic(x: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-x))

    def memory(name: str, x: np.ndarray) -> np.ndarray:
        for layer in range(CONFIG.layers):
            h, c = state.get((name, layer), (np.zeros(CONFIG.units, np.float32),) * 2)
            gates = w[f"{name}.weight_ih_l{layer}"] @ x + w[f"{name}.bias_ih_l{layer}"]
            gates += w[f"{name}.weight_hh_l{layer}"] @ h + w[f"{name}.bias_hh_l{layer}"]
            i, f, g, o = np.split(gates, 4)
            c = logistic(f) * c + logistic(i) * np.tanh(g)
            x = logistic(o) * np.tanh(c)
            state[(name, layer)] = x, c
        return x

    def head(name: str, x: np.ndarray) -> np.ndarray:
        hidden = np.maximum(w[f"{name}.0.weight"] @ x + w[f"{name}.0.bias"], 0)
        return w[f"{name}.2.weight"] @ hidden + w[f"{name}.2.bias"]

    state: dict[tuple[str, int], tuple[np.ndarray, np.ndarray]] = {}
    normal = (rows - w["features.mean"]) / w["features.deviation"]
    spent = []
    for row in range(len(rows) - WINDOW + 1):
        started = time.process_time()
        x = normal[row : row + WINDOW].ravel()
        shared = memory("shared", x)
        inputs = np.concatenate([head("groups", shared), head("landmarks", shared), x])
        for name in ("activations", "values", "field"):
            head(name, memory(f"{name}_memory", inputs))
        spent.append(time.process_time() - started)
    return float(np.median(spent[20:]))


def live_rows(model: Model, seconds_of_sound: float) -> np.ndarray:
    """Seconds that each 10 ms of sound take, features included."""
    session, sound = model.session(), babble(seconds_of_sound, 7)
    return np.array(
        [seconds(lambda at=at: session.push(sound[at : at + 160])) for at in range(0, len(sound), 160)]
    )


def direct_rows(network: VisemeNet, rows: np.ndarray) -> tuple[float, float]:
    """Median seconds of a row with and without sliding products, in turn, features not included."""
    _, state = network.step(rows[: WINDOW - 1], network.initial_state())
    memories, slid, direct = state.memories, [], []
    for at in range(WINDOW - 1, len(rows)):
        started = time.process_time()
        _, state = network.step(rows[at : at + 1], state)
        slid.append(time.process_time() - started)
        frames = np.ascontiguousarray(network._normalise(rows[at - WINDOW + 1 : at + 1]))[None]
        started = time.process_time()
        _, memories = network._forward(network._stack(frames), 1, memories)
        direct.append(time.process_time() - started)
    return float(np.median(slid[50:])), float(np.median(direct[50:]))


def live_bytes(network: VisemeNet, weights: dict[str, np.ndarray]) -> tuple[float, float]:
    """Bytes of float32 weights that a row reads, all of them and with the sliding products' share."""
    whole = 4.0 * sum(array.size for array in weights.values() if array.ndim == 2)
    slid = [memory.frame_weight.nbytes for memory in network._memories]
    parts = SlidingProduct(np.zeros((WINDOW, 1), np.float32), WINDOW)._parts
    share = sum((part.last - part.first) / part.rows for part in parts) / WINDOW
    return whole, whole - sum(slid) * (1 - share)


def main() -> None:
    say = sys.stdout.write
    with tempfile.TemporaryDirectory() as folder:
        make_untrained_model(Path(folder) / "untrained")
        model = load_model(Path(folder) / "untrained")
        weights = read_tensors(Path(folder) / "untrained" / "weights.safetensors")
    network = model.network
    assert isinstance(network, VisemeNet)
    flops, memory = machine_speeds()
    say(f"one core here: {flops / 1e9:.0f} GFLOP/s, {memory / 1e9:.1f} GB/s from memory\n\n")

    whole, read = live_bytes(network, weights)
    work = 2.0 * sum(array.size for array in weights.values() if array.ndim == 2)
    spent = live_rows(model, 12.0)[100:] * 1e3
    plain = plain_rows(weights, features(babble(2.5))) * 1e3
    slid, direct = direct_rows(network, features(babble(8.0, 9)))
    say("| a live row (10 ms of sound) | |\n|---|---|\n")
    say(f"| arithmetic | {work / 1e6:.1f} MFLOP |\n")
    say(f"| weights | {whole / 1e6:.1f} MB, of which a row reads {read / 1e6:.1f} MB |\n")
    say(f"| floor by arithmetic, by all weights, by those read | {work / flops * 1e3:.2f} ms, ")
    say(f"{whole / memory * 1e3:.2f} ms, {read / memory * 1e3:.2f} ms |\n")
    say(f"| measured, features included | median {np.median(spent):.2f} ms, ")
    say(f"99 of 100 within {np.percentile(spent, 99):.2f} ms |\n")
    say(f"| in turn, features not included: with sliding products, without | {slid * 1e3:.2f} ms, ")
    say(f"{direct * 1e3:.2f} ms |\n")
    say(f"| plain way, features not included | median {plain:.2f} ms |\n\n")

    minutes = 10
    rows = np.tile(features(babble(30.0)), (2 * minutes, 1))
    clip = len(rows) / ROWS_A_SECOND
    plan = plan_windows(len(rows))
    took = seconds(lambda: network.predict(rows))
    straight = VisemeNet(CONFIG, weights, Windows(len(rows), 0))
    taken_straight = seconds(lambda: straight.predict(rows[: len(rows) // 10])) * 10
    spread = (plan.length * plan.count(len(rows))) / len(rows)
    spectral = SpectralProduct(np.zeros((WINDOW * 65, 8), np.float32), WINDOW, plan.chunk)
    bins = len(spectral._weight)
    saved = 2.0 * sum(memory.frame_weight.size for memory in network._memories)
    cheaper = saved * (2 * bins * 2 * 130 / plan.chunk + 4 * bins) / (2 * 65 * WINDOW)
    done = (work - saved + cheaper) * spread * len(rows)
    difference = max(
        float(np.abs(getattr(one, name) - getattr(other, name)).max())
        for one, other in [(network.predict(rows[:9000]), straight.predict(rows[:9000]))]
        for name in ("groups", "landmarks", "activations", "values", "field")
    )
    say(f"| a file of {minutes} minutes | |\n|---|---|\n")
    say(f"| arithmetic | {work * len(rows) / 1e9:.0f} GFLOP as written, {done / 1e9:.0f} as run |\n")
    say(f"| windows | {plan.count(len(rows))} of {plan.length} rows, {plan.before} of them warm-up |\n")
    say(f"| floor of what is run | {clip / (done / flops):.0f} times real time |\n")
    say(f"| measured | {clip / took:.0f} times real time |\n")
    say(f"| one window, plain products | {clip / taken_straight:.0f} times real time |\n")
    say(f"| plain way | {10 / plain:.1f} times real time |\n")
    say(f"| largest difference from one window | {difference:.1g} |\n")


if __name__ == "__main__":
    main()
