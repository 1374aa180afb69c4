"""One sound to its files: the take, and the dense table where wanted. ``generate`` and ``batch`` use this."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .. import __version__
from ..audio.reading import sound_hash
from ..controls import CONTROLS
from ..curves.curve import HAND, rows_at
from ..curves.format import load, save
from ..curves.style_text import parse_style
from ..curves.take import SPEECH, Take
from ..errors import BilabialError, Cancelled
from ..exchange.dense_csv import write_dense_csv
from ..exchange.phones import read_phones
from ..generate import GenerateOptions, generate
from ..models.card import WEIGHTS
from ..models.store import cached_model, default_model
from ..paths import seen_from
from ..phonemes.transcript import read_transcript
from ..refusals import sentence
from ..timing import FRAME_RATE
from .journal import Entry
from .report import Outcome, Status
from .run import Finished, Task
from .workers import stop_is_asked

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


def make(
    request: Request, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> Take:
    """Generate and write. Nothing is left half-written, whatever happens."""
    if request.phones is not None and request.text is not None:
        raise BilabialError(
            "phones and a text are both given: phones already say what is spoken, so give one"
        )
    refuse_to_overwrite_inputs(request)
    if not request.overwrite:
        refuse_to_lose_edits(request.take)
    for target in (request.take, request.curves):
        if target is not None and not target.parent.is_dir():
            raise BilabialError(f"cannot write {target}: make the folder {target.parent} first")
    options = GenerateOptions(
        model=request.model,
        phones=None if request.phones is None else read_phones(request.phones, request.language),
        text=None if request.text is None else read_transcript(request.text),
        language=request.language or "en",
        style=parse_style(request.style),
        tolerance=request.tolerance,
        keep_dense=request.keep_dense or request.curves is not None,
    )
    take = generate(request.sound, options, progress, cancelled)
    take = replace(take, sound=replace(take.sound, path=seen_from(request.take.parent, request.sound)))
    if request.curves is not None:
        write_dense_csv(dense_of(take), request.curves)
    if not request.keep_dense:
        take = replace(take, dense={}, landmarks=None)
    save(take, request.take)
    return take


def dense_of(take: Take, track: str = SPEECH, fps: float = FRAME_RATE) -> NDArray[np.float32]:
    """(rows, 31) as they are to be seen: as solved where the take still knows, else its styled curves."""
    if take.style.neutral and track in take.dense and fps == FRAME_RATE:
        return take.dense[track]
    curves = take.styled(track)
    lacking = [name for name in CONTROLS if name not in curves]
    if lacking:
        raise BilabialError(f"the track {track!r} has no curve {lacking[0]}: name a track of the 31 controls")
    times = np.arange(int(take.sound.duration * fps + 1e-6) + 1) / fps
    return rows_at(curves, CONTROLS, times).astype(np.float32)


def refuse_to_overwrite_inputs(request: Request) -> None:
    """A slip of the hand on the command line must not cost a recording."""
    taken = {
        file.absolute(): file for file in (request.sound, request.phones, request.text) if file is not None
    }
    for target in (request.take, request.curves):
        if target is not None and target.absolute() in taken:
            raise BilabialError(f"{target} is read and would be written too: name another file to write")
    if request.curves is not None and request.curves.absolute() == request.take.absolute():
        raise BilabialError(f"{request.curves} cannot hold both the take and its curves: name two files")


def refuse_to_lose_edits(path: Path) -> None:
    """Keys made by hand are never overwritten unasked."""
    if not path.is_file():
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


def key_of(request: Request) -> str:
    """Hash of everything that the files hold: inputs by content, model by its weights, this version.

    Names are left out, so that a folder may be moved, or reached from elsewhere, between two runs.
    """
    model = None
    if request.phones is None:
        loaded = cached_model(request.model or default_model())
        model = (loaded.card.name, loaded.card.version, loaded.card.hashes.get(WEIGHTS))
    facts = asdict(request) | {
        "sound": sound_hash(request.sound),
        "phones": None if request.phones is None else sound_hash(request.phones),
        "text": None if request.text is None else sound_hash(request.text),
        "model": model,
        "take": None,
        "curves": request.curves is not None,
        "overwrite": None,
        "version": __version__,
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def make_line(task: Task) -> Finished:
    """One line of a batch, in a worker process."""
    line = task.line
    started = time.monotonic()
    request = Request(
        line.sound, line.take, line.curves, line.phones, line.text, task.language, line.model or task.model,
        line.style or task.style, task.tolerance, overwrite=task.overwrite,
    )  # fmt: skip
    try:
        key = key_of(request)
        before = task.before
        untouched = before is not None and line.take.is_file() and sound_hash(line.take) == before.written
        as_asked = before is not None and before.key == key and line.take.is_file()
        if before is not None and as_asked and (untouched or not task.overwrite):
            curves_stand = line.curves is None or (
                line.curves.is_file() and sound_hash(line.curves) == before.curves
            )
            if curves_stand:
                return Finished(Outcome(line, Status.UNCHANGED, duration=before.duration, keys=before.keys))
        if before is not None and line.take.is_file() and not untouched and not task.overwrite:
            raise BilabialError(
                f"{line.take} was changed since the batch wrote it: move it away, or pass --overwrite"
            )
        line.take.parent.mkdir(parents=True, exist_ok=True)
        if line.curves is not None:
            line.curves.parent.mkdir(parents=True, exist_ok=True)
        take = make(request, cancelled=stop_is_asked)
    except Cancelled:
        return Finished(Outcome(line, Status.STOPPED))
    except Exception as error:  # even a fault of ours in one line must not end the night's run
        return Finished(Outcome(line, Status.FAILED, sentence(error), seconds=time.monotonic() - started))
    keys = take.track(SPEECH).key_count
    duration = take.sound.duration
    entry = Entry(
        str(line.take),
        key,
        sound_hash(line.take),
        sound_hash(line.curves) if line.curves else "",
        duration,
        keys,
    )
    seconds = time.monotonic() - started
    return Finished(Outcome(line, Status.DONE, duration=duration, keys=keys, seconds=seconds), entry)
