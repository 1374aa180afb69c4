"""Benchmarks: how fast each part is, how fast the plain way to do it is, and how far both are from the floor.

Every benchmark is a function that gives Measurements. A floor is the time that this machine would need for
the floating-point work at the speed of its best matrix product, or for the bytes at the speed of its
memory, whichever is longer; both speeds are measured in the same run, since the machine is shared and its
speed changes. All run on one core and are measured in seconds of that core, so that other work beside them
does not count.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .controls import CONTROLS
from .errors import BilabialError
from .phonemes.track import PhoneTrack
from .timing import FRAME_RATE, HOP, SAMPLE_RATE

if TYPE_CHECKING:
    from .models.store import Model
    from .pipeline import Performance

Floats32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Measurement:
    """One line of the table. ``floor`` and ``naive`` are in the unit of ``value``; None: not measured."""

    name: str
    value: float
    unit: str
    goal: str = ""
    naive: float | None = None
    naive_way: str = ""
    floor: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """What this machine does at most, in this process, right now."""

    flops: float  # of a single-precision matrix product, a second
    bytes: float  # read from memory, a second

    @classmethod
    def measured(cls) -> Machine:
        generator = np.random.default_rng(1)
        a = generator.random((1024, 1024), np.float32)
        b = generator.random((1024, 1024), np.float32)
        out = np.empty_like(a)
        product = best_of(lambda: np.matmul(a, b, out=out), 8)
        large = np.ones(32 << 20, np.float32)  # 128 MB: larger than any cache
        reading = best_of(large.sum, 5)
        return cls(2.0 * 1024**3 / product, large.nbytes / reading)

    def floor(self, flops: float, bytes_read: float) -> float:
        """Seconds."""
        return max(flops / self.flops, bytes_read / self.bytes)


def best_of(work: Callable[[], object], runs: int = 3) -> float:
    """Processor seconds of the fastest run: the others were disturbed."""
    best = float("inf")
    for _ in range(runs):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


MINUTES = 10
_DEMO = Path(__file__).parents[2] / "docs" / "demo"


def demo_line(sound: Path | None) -> Path:
    path = sound or _DEMO / "line.flac"
    if not path.is_file():
        raise BilabialError("the benchmark needs some speech: name a sound file with --sound")
    return path


def speech(seconds: float, sound: Path | None = None) -> Floats32:
    """Speech of this length: a real line repeated, each time louder or softer, as 16 kHz samples."""
    from .audio.reading import read

    line = read(demo_line(sound))
    count = round(seconds * SAMPLE_RATE)
    repeats = -(-count // len(line))
    gains = np.random.default_rng(2).uniform(0.4, 1.0, repeats).astype(np.float32)
    return np.concatenate([line * gain for gain in gains])[:count]


def spoken(seconds: float) -> PhoneTrack:
    """The demo line's phones, repeated as ``speech`` repeats its sound."""
    from .audio.reading import probe
    from .exchange.phones import read_phones

    line, length = read_phones(_DEMO / "line.lab"), probe(_DEMO / "line.flac").duration
    phones = []
    for number in range(int(seconds / length)):
        shift = number * length
        phones += [replace(phone, start=phone.start + shift, end=phone.end + shift) for phone in line]
    return PhoneTrack.of(phones)


def performed(seconds: float) -> Performance:
    """Dense curves of the demo line repeated, by the procedural path: what reduction and retargeting work
    on.
    """
    from .pipeline import GenerateOptions, perform

    return perform([speech(seconds)], "speech", seconds, GenerateOptions(phones=spoken(seconds)))


def flops_of_second(model: Model) -> float:
    """Floating-point work of a network for a second of sound: two operations a weight and step."""
    from .models.safetensors import read_tensors

    tensors = read_tensors(model.folder / "weights.safetensors")
    weights = sum(tensor.size for tensor in tensors.values() if tensor.ndim >= 2)
    # All but the paper's network halve the rate; what attention costs beside its weights is left out.
    steps = FRAME_RATE if model.card.architecture == "visemenet" else FRAME_RATE / 2
    return 2.0 * weights * steps


def weight_bytes(model: Model) -> float:
    from .models.safetensors import read_tensors

    return 4.0 * sum(tensor.size for tensor in read_tensors(model.folder / "weights.safetensors").values())


def bench_features(sound: Path | None, model: str | None) -> list[Measurement]:
    """The 65 features of one minute against python_speech_features, their oracle."""
    from .audio.features import features

    samples = speech(60.0, sound)
    ours = best_of(lambda: features(samples))
    naive, way = None, "python_speech_features is not installed"
    try:
        import python_speech_features as oracle
    except ImportError:
        pass
    else:
        pcm = samples * 32768.0

        def plain() -> None:
            oracle.mfcc(pcm)
            oracle.logfbank(pcm)
            oracle.ssc(pcm)

        naive, way = best_of(plain, 2), "`python_speech_features`: mfcc, logfbank and ssc"
    # A row: window, 512-point real FFT (2.5 n log2 n), power, two sums of 257 bins with 2 filters each, DCT.
    flops = 400 * 2 + 2.5 * 512 * 9 + 257 * 3 + 257 * 8 + 26 * 13 * 2
    rows = len(samples) / HOP
    floor = Machine.measured().floor(flops * rows, rows * (HOP * 4 + 65 * 4))
    windows = np.random.default_rng(3).random((128, 512))  # as many at once as the cache likes best
    transform = best_of(lambda: [np.fft.rfft(windows) for _ in range(round(rows / 128))])
    note = (
        f"{flops / 1e3:.0f} kFLOP a row; numpy's FFT alone takes {transform * 1e3:.1f} ms, so 20 times as "
        "fast as the plain way, which is numpy on whole arrays too, is out of numpy's reach"
    )
    goal = "20 times as fast as the plain way"
    return [
        Measurement(
            "features of 60 s", ours * 1e3, "ms", goal, naive and naive * 1e3, way, floor * 1e3, note
        ),
    ]


def bench_file(sound: Path | None, model: str | None) -> list[Measurement]:
    """A ten-minute sound to a sparse take on one core, in times real time, and where the time goes."""
    import tempfile

    import soundfile

    from .models.store import available_models, cached_model, default_model
    from .pipeline import GenerateOptions, generate

    seconds = 60.0 * MINUTES
    name = model or (default_model() if available_models() else None)
    # By the ear alone: writing the words down is a program of its own.
    options = GenerateOptions(model=name, words="none") if name else GenerateOptions(phones=spoken(seconds))
    stages: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.flac"
        soundfile.write(path, speech(seconds, sound), SAMPLE_RATE)
        if name:
            cached_model(name)  # loading it is not part of a long file's time
        started = before = time.process_time()
        clock = time.perf_counter()
        last = ""

        def told(fraction: float, stage: str) -> None:
            nonlocal before, last
            now = time.process_time()
            stages[last or stage] = stages.get(last or stage, 0.0) + now - before
            before, last = now, stage

        take = generate(path, options, told)
        total, by_clock = time.process_time() - started, time.perf_counter() - clock
    keys = take.track().key_count / seconds
    parts = ", ".join(f"{stage} {spent:.2f} s" for stage, spent in stages.items())
    floor = naive = None
    way = ""
    if name:
        network = cached_model(name)
        work = flops_of_second(network) * seconds
        floor = seconds / Machine.measured().floor(work, weight_bytes(network))
        if network.lag is not None:
            naive, way = (
                seconds / _row_by_row(network, 5.0, sound) / (seconds / 5.0),
                "the network a row at a time",
            )
        share = seconds / floor / stages["network"]
        parts += f"; the network ({work / 1e9:.0f} GFLOP) runs at {share:.0%} of the floor's speed, the rest"
        parts += " (FFT, pitch, Viterbi) is work on short rows that no matrix product does"
    what = f"model {name}" if name else "timed phones, no network"
    note = f"{parts}; {by_clock:.1f} s by the clock, beside other work; {keys:.1f} keys a second"
    return [
        Measurement(
            f"{MINUTES} minutes of sound to a sparse take ({what})", seconds / total, "times real time",
            "40 or more", naive, way, floor, note,
        )
    ]  # fmt: skip


def _row_by_row(model: Model, seconds: float, sound: Path | None) -> float:
    """Seconds that a whole clip takes when the network is given one row after the other."""
    from .audio.features import features

    rows = features(speech(seconds, sound))
    started = time.process_time()
    state = model.network.initial_state()
    for index in range(len(rows)):
        _, state = model.network.step(rows[index : index + 1], state)
    return time.process_time() - started


def bench_live(sound: Path | None, model: str | None) -> list[Measurement]:
    """A live frame: 10 ms of sound in, a row of controls out."""
    from .models.store import available_models, load_model
    from .solve.live import LiveFace

    names = [model] if model else available_models()
    found = []
    for name in names:
        loaded = load_model(name)
        if loaded.lag is None:
            continue
        samples = speech(20.0, sound)
        face = LiveFace(loaded)
        spent = []
        for start in range(0, len(samples), HOP):
            started = time.process_time()
            face.push(samples[start : start + HOP])
            spent.append(time.process_time() - started)
        spent = spent[200:]  # the first two seconds warm the caches
        window = speech(2.0, sound)
        from .audio.features import features

        naive = best_of(lambda: loaded.predict(features(window)), 2)  # noqa: B023
        floor = Machine.measured().floor(flops_of_second(loaded) / FRAME_RATE, weight_bytes(loaded))
        worst = float(np.percentile(spent, 99)) * 1e3
        found.append(
            Measurement(
                f"a live frame ({name}), median", float(np.median(spent)) * 1e3, "ms", "2.5 or less",
                naive * 1e3, "the whole network over the last 2 s, for every frame", floor * 1e3,
                f"99 of 100 within {worst:.2f} ms; {weight_bytes(loaded) / 1e6:.0f} MB of weights a frame",
            )
        )  # fmt: skip
    return found


def bench_reduce(sound: Path | None, model: str | None) -> list[Measurement]:
    """Dense curves of ten minutes to keys."""
    from .curves.reduce import TOLERANCE, reduce

    seconds = 60.0 * MINUTES
    played = performed(seconds)
    ours = best_of(lambda: reduce(played.dense, CONTROLS, TOLERANCE, played.pins), 2)
    keys = sum(map(len, reduce(played.dense, CONTROLS, TOLERANCE, played.pins).values())) / seconds
    part = played.dense[: 20 * FRAME_RATE]
    started = time.process_time()
    linear = sum(_fewest_lines(column.tolist(), TOLERANCE) for column in part.T) / 20.0
    naive = (time.process_time() - started) * seconds / 20.0
    floor = Machine.measured().bytes
    return [
        Measurement(
            f"{MINUTES} minutes of 31 curves to keys", ours * 1e3, "ms", "1000 or less", naive * 1e3,
            f"straight lines, the longest within the bound, in plain Python: {linear:.0f} keys a second",
            played.dense.nbytes / floor * 1e3,
            f"{keys:.1f} keys a second at {TOLERANCE:g}; the floor is reading the curves once",
        )
    ]  # fmt: skip


def _fewest_lines(values: list[float], tolerance: float) -> int:
    """Keys of the plain way: from each key the longest straight line that stays within the bound."""
    keys, start, end = 1, 0, len(values) - 1
    if not any(values):
        return 0
    while start < end:
        low, high, reach = -float("inf"), float("inf"), start + 1
        for index in range(start + 1, end + 1):
            low = max(low, (values[index] - tolerance - values[start]) / (index - start))
            high = min(high, (values[index] + tolerance - values[start]) / (index - start))
            if low > high:
                break
            if low <= (values[index] - values[start]) / (index - start) <= high:
                reach = index
        keys, start = keys + 1, reach
    return keys


def bench_rig(sound: Path | None, model: str | None) -> list[Measurement]:
    """Ten minutes of controls onto the 52 shapes of ARKit."""
    from .retarget.evaluate import Evaluator
    from .retarget.profile_format import load_profile

    dense = performed(60.0 * MINUTES).dense
    evaluator = Evaluator(load_profile("arkit-52"))
    ours = best_of(lambda: evaluator(dense))
    few = dense[:500]
    naive = (
        best_of(lambda: [evaluator(few[row : row + 1]) for row in range(len(few))], 1) * len(dense) / len(few)
    )
    floor = (dense.nbytes + len(dense) * len(evaluator.names) * 8) / Machine.measured().bytes
    return [
        Measurement(
            f"{MINUTES} minutes of 31 controls onto 52 shapes", ours * 1e3, "ms", "2000 or less", naive * 1e3,
            "the same a row at a time", floor * 1e3, "the floor is reading and writing the curves once",
        )
    ]  # fmt: skip


BENCHMARKS: dict[str, Callable[[Path | None, str | None], list[Measurement]]] = {
    "features": bench_features,
    "file": bench_file,
    "live": bench_live,
    "reduce": bench_reduce,
    "rig": bench_rig,
}
