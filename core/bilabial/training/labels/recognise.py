"""What an off-the-shelf phone recogniser hears: the paper's ASR-based variant takes it in place of z.

The recogniser is PocketSphinx (package ``pocketsphinx``) with its English phone language model; it is needed
for this command alone.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import BilabialError
from ...phonemes.groups import lookup
from ...phonemes.track import Phone, PhoneTrack
from ..data.batches import read_clip
from ..data.sets import Clip, Problems, write_phones_tsv

log = logging.getLogger(__name__)

_STEP = 0.01  # seconds of the recogniser's frame
_FILLERS = {"SIL", "+SPN+", "+NSN+", "(NULL)", "<sil>", "<s>", "</s>"}


def recognise_set(clips: Sequence[Clip], output: Path, problems: Problems) -> None:
    """Write SET.tsv with the phones heard in each clip, texts unseen."""
    output.parent.mkdir(parents=True, exist_ok=True)
    decoder = _decoder()
    heard: dict[str, PhoneTrack] = {}
    for clip in clips:
        try:
            heard[clip.name] = recognised(decoder, read_clip(clip))
        except (BilabialError, OSError, RuntimeError) as error:
            problems.add(clip.name, f"cannot be recognised ({error})")
    write_phones_tsv(heard, output)
    log.info("wrote %s: %d clips", output, len(heard))


def recognised(decoder: Any, samples: NDArray[np.float32]) -> PhoneTrack:
    """The phones that a decoder hears in 16 kHz samples."""
    pcm = np.clip(np.round(samples * 32767), -32768, 32767).astype("<i2").tobytes()
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()
    phones = []
    for segment in decoder.seg() or ():
        if segment.word in _FILLERS:
            continue  # gaps of a track count as silence
        sound = lookup(segment.word, "arpabet")
        start, end = segment.start_frame * _STEP, (segment.end_frame + 1) * _STEP
        phones.append(Phone(start, end, sound.ipa, sound.group))
    return PhoneTrack.of(phones)


def _decoder() -> Any:
    try:
        from pocketsphinx import Decoder, get_model_path
    except ImportError as error:
        raise BilabialError(
            "recognising phones needs the package pocketsphinx: pip install pocketsphinx"
        ) from error
    return Decoder(
        lm=None,
        allphone=get_model_path("en-us/en-us-phone.lm.bin"),
        lw=2.0,
        beam=1e-20,
        pbeam=1e-20,
        loglevel="FATAL",
    )
