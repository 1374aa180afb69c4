"""The older baseline: a hidden Markov model over cepstra, whose states each know a line from cepstra to
weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....models.families.audio2face.shape import BEFORE, FRAMES
from ..face_crops import Prepared

Floats = NDArray[np.float64]

STATES = 48
_FRAMES_A_STATE = 40  # at least: short sets have fewer states
_CEPSTRA = 13  # of each frame, with their changes: what such models were built on
_ROUNDS = 8
_RIDGE = 1.0
_FRAMES = 20_000  # that it is fitted on at most


@dataclass(frozen=True, slots=True, eq=False)
class HiddenMarkov:
    """``model`` tells the states of rows, ``lines`` (states, rows + 1, channels) what each makes of them."""

    model: object
    mean: Floats
    deviation: Floats
    lines: Floats

    def __call__(self, one: Prepared) -> Floats:
        rows = (_rows(one) - self.mean) / self.deviation
        shares = _states(self.model, rows, [len(rows)])
        told = np.einsum("ts,ti,sic->tc", shares, _with_one(rows), self.lines)
        return np.clip(_smoothed(told), 0.0, 1.0)


def fit(prepared: Sequence[Prepared], seed: int = 1) -> HiddenMarkov:
    from hmmlearn.hmm import GaussianHMM

    rows = [_rows(one) for one in prepared]
    chosen = _so_many(rows)
    mean, deviation = np.concatenate(rows).mean(axis=0), np.concatenate(rows).std(axis=0) + 1e-6
    scaled = [(part - mean) / deviation for part in rows]
    states = max(2, min(STATES, sum(len(rows[i]) for i in chosen) // _FRAMES_A_STATE))
    # A prior of a little more than one: a step that was never seen is unlikely, not impossible.
    model = GaussianHMM(
        states,
        "diag",
        transmat_prior=1.01,
        startprob_prior=1.01,
        n_iter=_ROUNDS,
        random_state=seed,
        min_covar=1e-2,
    )
    model.fit(np.concatenate([scaled[i] for i in chosen]), [len(scaled[i]) for i in chosen])
    shares = _states(model, np.concatenate(scaled), [len(part) for part in scaled])
    inputs = _with_one(np.concatenate(scaled))
    targets = np.concatenate([one.targets for one in prepared]).astype(np.float64)
    lines = np.stack([_line(inputs, targets, share) for share in shares.T])
    return HiddenMarkov(model, mean, deviation, lines)


def _rows(one: Prepared) -> Floats:
    """(frames, 26) of a clip: cepstra and how they change."""
    cepstra = np.asarray(one.inputs[:, :_CEPSTRA], np.float64)
    change = (np.roll(cepstra, -2, axis=0) - np.roll(cepstra, 2, axis=0)) / 4.0
    last = len(cepstra) - (FRAMES - BEFORE - 1)
    return np.concatenate([cepstra, change], axis=1)[BEFORE:last]


def _so_many(rows: Sequence[Floats]) -> list[int]:
    """Clips, evenly chosen, with no more than so many frames."""
    total = sum(map(len, rows))
    step = max(1, -(-total // _FRAMES))
    return list(range(0, len(rows), step))


def _states(model: object, rows: Floats, lengths: list[int]) -> Floats:
    shares: Floats = model.predict_proba(rows, lengths)  # type: ignore[attr-defined]
    return shares


def _with_one(rows: Floats) -> Floats:
    return np.concatenate([rows, np.ones((len(rows), 1))], axis=1)


def _line(inputs: Floats, targets: Floats, share: Floats) -> Floats:
    weighed = inputs * share[:, None]
    ridge = _RIDGE * np.eye(inputs.shape[1])
    ridge[-1, -1] = 1e-3
    return np.asarray(np.linalg.solve(weighed.T @ inputs + ridge, weighed.T @ targets), np.float64)


def _smoothed(told: Floats) -> Floats:
    """States change at once, faces do not: a window of five frames, a sixth of a second."""
    window = np.hanning(7)[1:-1]
    window /= window.sum()
    padded = np.concatenate([told[:1], told[:1], told, told[-1:], told[-1:]])
    return np.asarray([np.convolve(column, window, "valid") for column in padded.T], np.float64).T
