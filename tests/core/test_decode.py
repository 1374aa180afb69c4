"""Decoding against a brute force over all paths, and the promises that callers rely on."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilabial.controls import GROUPS, SILENCE
from bilabial.errors import ModelError
from bilabial.phonemes.decode import DecodeOptions, DecoderTables, best_path, decode, shipped_tables

COUNT = len(GROUPS)
SILENT = GROUPS.index(SILENCE)


def tables(shortest: int = 1, seed: int = 0) -> DecoderTables:
    random = np.random.default_rng(seed)
    bigram = np.log(random.dirichlet(np.ones(COUNT), COUNT))
    return DecoderTables(
        bigram=bigram,
        first=np.log(random.dirichlet(np.ones(COUNT))),
        shortest=np.full(COUNT, shortest),
        mean=np.full(COUNT, shortest + 3.0),
        share=random.dirichlet(np.ones(COUNT) * 5),
        weights=np.array([0.7, 0.3, 0.8, 0.1]),
    )


def clear(sequence: list[tuple[str, int]], sure: float = 0.9) -> np.ndarray:
    """Probabilities of groups that last so many rows each."""
    path = np.concatenate([np.full(rows, GROUPS.index(group)) for group, rows in sequence])
    groups = np.full((len(path), COUNT), (1 - sure) / (COUNT - 1), dtype=np.float32)
    groups[np.arange(len(path)), path] = sure
    return groups


def path_score(path: tuple[int, ...], groups: np.ndarray, of: DecoderTables) -> float:
    """What the model says of one path; -inf where a phone is too short (only the last may be cut off)."""
    sound, share, language, cost = of.weights
    heard = sound * (np.log(np.maximum(groups, 1e-6)) - share * np.log(of.share))
    score = sum(heard[row, group] for row, group in enumerate(path)) + language * of.first[path[0]]
    runs = [(group, len(list(rows))) for group, rows in itertools.groupby(path)]
    for index, (group, length) in enumerate(runs):
        least = of.shortest[group]
        ahead = max(of.mean[group] - least, 0.0)
        if index < len(runs) - 1:
            if length < least:
                return -np.inf
            score += np.log(1 / (ahead + 1.02)) + language * of.bigram[group, runs[index + 1][0]] - cost
        score += max(0, length - least) * np.log((ahead + 0.02) / (ahead + 1.02))
    return float(score)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 3))
def test_no_path_scores_higher_than_the_one_found(seed: int, shortest: int) -> None:
    random = np.random.default_rng(seed)
    few = random.choice(COUNT, size=3, replace=False)  # all paths over three groups are few enough to try
    groups = np.full((6, COUNT), 1e-9, dtype=np.float32)
    groups[:, few] = random.dirichlet(np.ones(3), 6)
    of = tables(shortest, seed)
    found = best_path(groups, of)
    best = max(path_score(path, groups, of) for path in itertools.product(few, repeat=6))
    assert path_score(tuple(found), groups, of) >= best - 1e-9


def test_a_clear_sequence_comes_back_with_its_times() -> None:
    track = decode(clear([(SILENCE, 20), ("MBP", 8), ("Ah", 15), ("S", 12), (SILENCE, 30)]))
    assert [phone.group for phone in track] == ["MBP", "Ah", "S"]
    assert [phone.start for phone in track] == pytest.approx([0.195, 0.275, 0.425])
    assert track.end == pytest.approx(0.545)
    assert all(phone.confidence == pytest.approx(0.9, abs=1e-3) for phone in track)


def test_a_flicker_of_one_row_is_no_phone() -> None:
    groups = clear([("Ah", 12), ("MBP", 1), ("Ah", 12)], sure=0.6)
    assert [phone.group for phone in decode(groups)] == ["Ah"]


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 120), st.integers(0, 1000))
def test_phones_are_in_order_and_inside_the_clip(rows: int, seed: int) -> None:
    groups = np.random.default_rng(seed).dirichlet(np.full(COUNT, 0.1), rows).astype(np.float32)
    track = decode(groups)
    assert track.end <= rows / 100
    assert all(phone.group != SILENCE for phone in track)
    path = best_path(groups, tables(3))
    inner = np.diff(np.flatnonzero(np.diff(path)))
    assert (inner >= 3).all()


def test_silence_has_no_phones_and_no_rows_no_track() -> None:
    assert len(decode(clear([(SILENCE, 50)]))) == 0
    assert len(decode(np.zeros((0, COUNT), dtype=np.float32))) == 0


def test_shipped_tables_are_probabilities() -> None:
    of = shipped_tables()
    np.testing.assert_allclose(np.exp(of.bigram).sum(axis=1), 1, atol=1e-3)
    assert (of.shortest >= 1).all() and (of.mean > of.shortest - 1).all()
    assert (of.share > 0).all() and of.share.sum() < 1.5  # tuned, so no longer quite shares


def test_tables_of_the_wrong_shape_are_refused() -> None:
    good = tables()
    with pytest.raises(ModelError, match="decoder"):
        DecoderTables(good.bigram[:5], good.first, good.shortest, good.mean, good.share, good.weights)
    assert len(decode(clear([("Ah", 9)]), DecodeOptions(good))) == 1
