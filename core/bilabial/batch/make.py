"""One sound to its files: the take, and the dense table where wanted. ``generate`` and ``batch`` use this."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..atomic import atomic_path
from ..controls import CONTROLS
from ..curves.curve import HAND, rows_at
from ..curves.format import dumps, load
from ..curves.style_text import parse_style
from ..curves.take import SPEECH, Take
from ..errors import BilabialError
from ..exchange.dense_csv import write_dense_csv_to
from ..exchange.phones import read_phones
from ..expression.emotion.by_hand import read_tags
from ..expression.face import face_options
from ..guard import Use, refuse_collisions
from ..limits import check_size
from ..locks import writing
from ..models.store import model_files
from ..paths import seen_from
from ..phonemes.lexicon import read_lexicon
from ..phonemes.transcript import read_transcript
from ..pipeline import GenerateOptions, generate
from ..timing import FRAME_RATE
from ..words.finding import AUTO
from ..words.store import words_files

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks for, before any file is opened."""

    sound: Path
    take: Path
    curves: Path | None = None
    phones: Path | None = None
    text: Path | None = None
    language: str | None = None
    model: str | None = None
    style: str = ""
    tolerance: float = 0.02
    keep_dense: bool = False
    overwrite: bool = False
    words: str = AUTO  # where there is no text: AUTO or NONE
    words_model: str | None = None
    face: str | None = None  # layers, as --face has them; None: the usual ones
    emotion: str = ""
    seed: int = 0
    lexicon: Path | None = None  # the project's own pronunciations


@dataclass(frozen=True, slots=True)
class Made:
    """A take that is ready to be renamed into its place, and the hashes of what will stand there."""

    take: Take
    written: str
    curves: str  # empty where none is asked for
    notes: tuple[str, ...] = ()  # what a person should know though it is made


def make(
    request: Request, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> Made:
    """Generate and write. Nothing is left half-written, whatever happens, and nothing read is written."""
    refuse_collisions(reads_of(request), writes_of(request))
    with writing(request.take):
        if not request.overwrite:
            refuse_to_lose_edits(request.take)
        return make_alone(request, progress, cancelled)


def make_alone(
    request: Request,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    begin: Callable[[Made], None] = lambda made: None,
) -> Made:
    """The work itself, for callers that have checked the files and hold the take's lock.

    ``begin`` is told of everything while nothing has been renamed yet.
    """
    if request.phones is not None and request.text is not None:
        raise BilabialError(
            "phones and a text are both given: phones already say what is spoken, so give one"
        )
    for target in (request.take, request.curves):
        if target is not None and not target.parent.is_dir():
            raise BilabialError(f"cannot write {target}: make the folder {target.parent} first")
    options, notes = options_of(request)
    take = generate(request.sound, options, progress, cancelled, notes.append)
    take = replace(take, sound=replace(take.sound, path=seen_from(request.take.parent, request.sound)))
    dense = None if request.curves is None else dense_of(take)
    if not request.keep_dense:
        take = replace(take, dense={}, landmarks=None)
    return _written(request, take, dense, begin, tuple(notes))


def options_of(request: Request) -> tuple[GenerateOptions, list[str]]:
    """What a request asks of the pipeline, with the files that it names read; and what to tell the person."""
    text = None if request.text is None else read_transcript(request.text)
    lexicon = None if request.lexicon is None else read_lexicon(request.lexicon)
    tags, unknown = ((), ()) if text is None else read_tags(text, request.language or "en", lexicon)
    options = GenerateOptions(
        model=request.model,
        phones=None if request.phones is None else read_phones(request.phones, request.language),
        text=text,
        words=request.words,
        words_model=request.words_model,
        language=request.language,
        lexicon=lexicon,
        style=parse_style(request.style),
        tolerance=request.tolerance,
        keep_dense=request.keep_dense or request.curves is not None,
        face=face_options(request.face, request.emotion, tags, request.seed),
    )
    return options, [f"{request.text}: [{tag}] names no emotion and moves nothing" for tag in unknown]


def _written(
    request: Request,
    take: Take,
    dense: NDArray[np.float32] | None,
    begin: Callable[[Made], None],
    notes: tuple[str, ...],
) -> Made:
    """Both files lie complete beside their places before the first is renamed; the take comes last."""
    text = dumps(take).encode()
    with atomic_path(request.take) as new_take:
        new_take.write_bytes(text)
        with ExitStack() as curves:
            hashed = ""
            if request.curves is not None and dense is not None:
                new_curves = curves.enter_context(atomic_path(request.curves))
                hashed = write_dense_csv_to(dense, new_curves)
            made = Made(take, hashlib.sha256(text).hexdigest(), hashed, notes)
            begin(made)
    return made


def dense_of(take: Take, track: str = SPEECH, fps: float = FRAME_RATE) -> NDArray[np.float32]:
    """(rows, 31) as they are to be seen: as solved where the take still knows, else its styled curves."""
    if take.style.neutral and track in take.dense and fps == FRAME_RATE:
        return take.dense[track]
    curves = take.styled(track)
    lacking = [name for name in CONTROLS if name not in curves]
    if lacking:
        raise BilabialError(f"the track {track!r} has no curve {lacking[0]}: name a track of the 31 controls")
    rows = int(take.sound.duration * fps + 1e-6) + 1
    check_size(rows, len(CONTROLS), take.sound.path)
    times = np.arange(rows) / fps
    return rows_at(curves, CONTROLS, times).astype(np.float32)


def reads_of(request: Request, where: str = "") -> list[Use]:
    """Every file that a request reads. ``where`` follows what messages call them, as in " of line 3"."""
    named = (
        ("sound", request.sound), ("phones", request.phones), ("text", request.text),
        ("lexicon", request.lexicon),
    )  # fmt: skip
    found = [Use(path, f"the {role}{where}") for role, path in named if path is not None]
    found += [Use(path, "a file of the model") for path in model_files(request.model)]
    return found + [Use(path, "a file of the words model") for path in words_files(request.words_model)]


def writes_of(request: Request, where: str = "") -> list[Use]:
    """Every file that a request writes."""
    named = (("take", request.take), ("table of curves", request.curves))
    return [Use(path, f"the {role}{where}") for role, path in named if path is not None]


def refuse_to_lose_edits(path: Path) -> None:
    """Keys made by hand are never overwritten unasked."""
    if not path.is_file() or not path.stat().st_size:
        return
    try:
        edited = load(path)
    except BilabialError as error:
        raise BilabialError(
            f"{path} is there and is no take that can be read: name another file, or pass --overwrite"
        ) from error
    keys = sum(
        int((curve.origin == HAND).sum()) for t in edited.tracks.values() for curve in t.curves.values()
    )
    if keys:
        raise BilabialError(
            f"{path} holds {keys} keys made by hand: name another file, or pass --overwrite to lose them"
        )
