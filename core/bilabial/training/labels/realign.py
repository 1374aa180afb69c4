"""New labels from the network that learned the old ones: every clip with a text, aligned by what it hears.

It reaches what had no labels (words outside the first aligner's dictionary, other languages by eSpeak), and
puts borders where twenty speakers agree rather than where one model guessed.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np

from ...errors import ModelError, PhoneError
from ...models.contract import TellsSounds
from ...models.store import load_model
from ...phonemes.align import align
from ...phonemes.pronounce import words_of
from ...phonemes.track import PhoneTrack
from ..data.batches import Corpus, as_heard
from ..data.sets import Problems, voice_of, write_phones_tsv

log = logging.getLogger(__name__)

_LEAST_SURE = 0.2  # mean probability of a clip's own phones below which its text is not what is said


def listener(checkpoint: Path) -> TellsSounds:
    """The network of a checkpoint, or of a model folder, of whichever family tells sounds apart."""
    from ..engine.checkpoints import load_checkpoint

    if checkpoint.is_dir():
        network = load_model(checkpoint).network
        if "sounds" not in network.says:
            raise ModelError(f"{checkpoint} tells no sounds apart: name another model to align with")
        return cast(TellsSounds, network)

    if load_checkpoint(checkpoint)["task"] == "whisper":
        from ..families.whisper.export import inference_ear

        return inference_ear(checkpoint)
    from ..families.phonenet.export import inference_network

    return inference_network(checkpoint)


def realign_set(
    name: str,
    corpus: Corpus,
    network: TellsSounds,
    languages: Sequence[str],
    folder: Path,
    problems: Problems,
) -> dict[str, PhoneTrack]:
    """Labels of a set's clips in these languages, written to folder/NAME.tsv."""
    tracks: dict[str, PhoneTrack] = {}
    sure: list[float] = []
    for clip in corpus.clips.values():
        if (
            clip.name.split("/")[0] != name
            or not clip.text
            or not ("all" in languages or clip.language in languages)
        ):
            continue
        rows = as_heard(np.asarray(corpus.compact_rows(clip.name), dtype=np.float32), network.hears)
        groups, sounds = network.both(rows)
        try:
            track = align(groups, sounds, words_of(clip.text, voice_of(clip)))
        except PhoneError as error:
            problems.add(clip.name, str(error))
            continue
        confidence = float(np.mean([phone.confidence for phone in track])) if len(track) else 0.0
        if confidence < _LEAST_SURE:
            problems.add(clip.name, f"its text seems not to be what is said (confidence {confidence:.2f})")
            continue
        sure.append(confidence)
        tracks[clip.name] = track
    folder.mkdir(parents=True, exist_ok=True)
    write_phones_tsv(tracks, folder / f"{name}.tsv")
    log.info(
        "%s: %d clips aligned, mean confidence %.3f", name, len(tracks), float(np.mean(sure)) if sure else 0.0
    )
    return tracks
