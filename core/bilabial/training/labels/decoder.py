"""The decoder's tables: language from texts and labels, weights by search on held-out speakers."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ...controls import GROUPS, SILENCE
from ...models.prediction import Floats32
from ...models.safetensors import write_tensors
from ...phonemes.decode import DecodeOptions, DecoderTables, best_path, decode
from ...phonemes.inventory import targets
from ...phonemes.track import PhoneTrack
from ..measure.measures import EventScore, FrameScore, score_events
from .language import bigram_counts, durations, mixed, sequence_of, text_sequences

log = logging.getLogger(__name__)

_START = np.array([0.5, 0.4, 0.7, 0.0])


def make_tables(english: Path, tracks: Mapping[str, Sequence[PhoneTrack]]) -> DecoderTables:
    """Tables with untuned weights. ``tracks`` by language; English words come from the text as well."""
    from_text = bigram_counts(text_sequences(english))
    others = [bigram_counts(map(sequence_of, some)) for language, some in tracks.items() if language != "en"]
    spoken = bigram_counts(map(sequence_of, tracks["en"]))
    sources = [from_text, spoken, *others]
    # Half English, half everything else: a table for a voice whose language nobody told.
    shares = [0.25, 0.25, *[0.5 / len(others)] * len(others)] if others else [0.5, 0.5]
    every = [track for some in tracks.values() for track in some]
    shortest, mean, share = durations(every)
    first = np.full(len(GROUPS), np.log(0.3 / (len(GROUPS) - 1)))
    first[GROUPS.index(SILENCE)] = np.log(0.7)
    return DecoderTables(mixed(sources, shares), first, shortest, mean, share, _START.copy())


def tune(tables: DecoderTables, heard: Sequence[tuple[Floats32, PhoneTrack]]) -> DecoderTables:
    """The weights, and the factor on the shortest durations, that score best on held-out speakers."""

    def score(candidate: DecoderTables) -> float:
        frames, found = FrameScore(), dict[str, EventScore]()
        for groups, truth in heard:
            frames.add(best_path(groups, candidate), targets(truth, len(groups))[0])
            score_events(truth, decode(groups, DecodeOptions(candidate)), found)
        return (
            frames.accuracy + 0.5 * found["m b p"].f1 + 0.25 * found["f v"].f1 + 0.25 * found["sh ch zh"].f1
        )

    best, best_score = tables, score(tables)
    for turn in range(2):
        before = best_score
        for index, values in enumerate(
            (
                (0.4, 0.65, 0.8, 1.0, 1.25),
                (0.0, 0.2, 0.4, 0.6, 0.8),
                (0.2, 0.4, 0.6, 0.8, 1.0),
                (-1.0, -0.5, 0.0, 0.5),
            )
        ):
            for value in values:
                weights = best.weights.copy()
                weights[index] = value
                candidate = replace(best, weights=weights)
                reached = score(candidate)
                if reached > best_score + 1e-5:
                    best, best_score = candidate, reached
        # A closure that is missed is seen sooner than one too many: how rare the network should think these
        # are.
        for group, factor in itertools.product(
            ("MBP", "FV", "ShChZh", "Th", "WA_PEDAL", "U"), (0.2, 0.5, 0.75, 1.4)
        ):
            share = best.share.copy()
            share[GROUPS.index(group)] *= factor
            candidate = replace(best, share=share)
            reached = score(candidate)
            if reached > best_score + 1e-5:
                best, best_score = candidate, reached
        for least, most in itertools.product((1, 2, 3), (3, 4, 5)):
            candidate = replace(best, shortest=np.clip(tables.shortest, least, most))
            reached = score(candidate)
            if reached > best_score + 1e-5:
                best, best_score = candidate, reached
        log.info("turn %d: %.4f with weights %s, shortest %s", turn, best_score, best.weights, best.shortest)
        if best_score <= before + 1e-4:
            break
    return best


def save_tables(tables: DecoderTables, path: Path) -> None:
    """In the layout that phonemes/decode.py reads."""
    write_tensors(
        path,
        {
            "bigram": tables.bigram.astype(np.float32),
            "first": tables.first.astype(np.float32),
            "shortest": tables.shortest.astype(np.int32),
            "mean": tables.mean.astype(np.float32),
            "share": tables.share.astype(np.float32),
            "weights": tables.weights.astype(np.float32),
        },
    )
