# SPDX-License-Identifier: GPL-3.0-or-later
"""Does the sound say the words? Asked before a line is generated, beside the interface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import bpy

from ..bilabial.errors import BilabialError, Cancelled
from ..host import preferences
from ..line import audio, peaks

if TYPE_CHECKING:
    from ..bilabial.words.fit import TextFit
    from ..line.line import Line


@dataclass(frozen=True)
class Question:
    """One line's words and sound, without a single reference into Blender."""

    uid: int
    hearing: audio.Hearing
    text: str
    language: str
    model: str | None


def question(context: bpy.types.Context, line: Line) -> Question:
    if not line.text.strip():
        raise BilabialError("there are no words to check: type what is said first")
    return Question(
        line.uid,
        audio.hear(context.scene, line),
        line.text.strip(),
        line.language.strip() or "en",
        preferences.model_folder(context, line.model),
    )


def answer(asked: Question, progress: Callable[[float, str], None], cancelled: Callable[[], bool]) -> TextFit:
    """How well the words fit. Runs in any thread; costs about a fortieth of the sound's length."""
    from ..bilabial.audio.listening import listen
    from ..bilabial.models.store import cached_model, default_model
    from ..bilabial.phonemes.lexicon import lexicon_beside, read_lexicon
    from ..bilabial.phonemes.transcript import explain_heard, hear
    from ..bilabial.words.fit import fit_of_explained

    samples = audio.decode(asked.hearing)
    peaks.remember(asked.hearing, samples)
    model = cached_model(asked.model or default_model())
    heard = listen([samples], asked.hearing.name, model.network.hears, lambda seconds: None)
    if cancelled():
        raise Cancelled("stopped: nothing was written")
    progress(0.3, "Listening")
    assert heard.features is not None
    beside = lexicon_beside(asked.hearing.file.parent)
    lexicon = None if beside is None else read_lexicon(beside)
    groups, sounds = hear(heard.features, model)
    explained = explain_heard(groups, sounds, asked.text, asked.language, lexicon=lexicon)
    return fit_of_explained(explained, heard.duration)
