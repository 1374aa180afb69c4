"""Words that a sound says by itself, for lip-sync: written down, then held against what the ear hears.

They are used only where they explain what the ear heard clearly better than its own free hearing and the
writer was sure: a model that knows English alone writes English for any language, and words for music.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

from ..errors import PhoneError
from ..models.families.whisper.blocks import Floats32
from ..phonemes.joint import FOUND, Explained
from ..phonemes.lexicon import Lexicon
from ..phonemes.transcript import explain_heard
from .store import WordsModel, cached_words_model, default_words_model
from .trust import with_writers_trust
from .writing import WritingOptions, Written, write_down

AUTO, NONE = "auto", "none"
CHOICES: Final = (AUTO, NONE)
# Gain a row of speech (nats) and so often the writer's confidence (0..1) together: lies between English of
# tuning speakers and one speaker of each of sixty other languages (docs/words.md).
_OF_CONFIDENCE: Final = 2.0
_BELIEVED: Final = 1.2


def writer_for(choice: str, name: str | None, language: str | None) -> WordsModel | None:
    """The model that is to find words; None where none is wanted, installed, or fit for the language.

    Raises ModelError for a named one that cannot be loaded.
    """
    if choice == NONE:
        return None
    name = name or default_words_model()
    if name is None:
        return None
    model = cached_words_model(os.fspath(name))
    fits = language is None or model.card.code_of(language) is not None
    return model if fits else None


def find_words(
    mel: Floats32,
    groups: Floats32,
    sounds: Floats32 | None,
    model: WordsModel,
    language: str | None,
    progress: Callable[[float], None],
    lexicon: Lexicon | None = None,
) -> Explained | None:
    """(rows, 80) of log mel and what the ear heard, to phones and words; None where no words are believed.

    Without a language the words are written in the one that the model hears.
    """
    written = write_down(mel, model, WritingOptions(language), lambda share: progress(0.95 * share))
    if not written.sentences:
        return None
    try:
        explained = explain_heard(groups, sounds, written.plain, written.language, FOUND, lexicon)
    except PhoneError:  # nothing that can be said, or more of it than fits
        return None
    progress(1.0)
    if not explained.fits or not _believable(explained, written):
        return None
    return with_writers_trust(explained, written, model.vocabulary)


def _believable(explained: Explained, written: Written) -> bool:
    """Whether these words are said here, and are not what another language sounds like to the writer."""
    return explained.gain_a_row + _OF_CONFIDENCE * written.confidence >= _BELIEVED
