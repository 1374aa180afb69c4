"""One line of a batch: does its take stand as it should, and if not, make it."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count
from pathlib import Path

from .. import __version__
from ..atomic import put_in_place
from ..curves.format import load
from ..curves.take import SPEECH
from ..errors import BilabialError, Cancelled
from ..locks import writing
from ..models.card import CARD, WEIGHTS, read_card
from ..models.store import cached_model, default_model, model_files
from ..refusals import sentence
from ..words.finding import NONE
from ..words.store import default_words_model, words_card
from .journal import Entry, Journal, Past, begin
from .make import Made, Request, make_alone, refuse_to_lose_edits
from .report import Outcome, Status
from .run import Finished, Task
from .seen import Seen
from .workers import stop_is_asked

_LONGEST_NAME = 240  # bytes, where a disk takes 255


def request_of(task: Task) -> Request:
    line = task.line
    worded = line.phones is None and (line.text is not None or task.words != NONE)
    return Request(
        line.sound, line.take, line.curves, line.phones, line.text, task.language, line.model or task.model,
        line.style or task.style, task.tolerance, overwrite=task.overwrite, words=task.words,
        words_model=task.words_model, face=line.face or task.face, emotion=line.emotion or task.emotion,
        seed=task.seed, lexicon=task.lexicon if worded else None,
    )  # fmt: skip


def skip_line(task: Task) -> Finished | None:
    """What becomes of a line that needs no work, told by hashes alone; None where it needs some.

    The take and its table are read and hashed each time: a skipped take is whole. The sound and the other
    files that it was made from are hashed where the system does not prove that they are as they were.
    """
    past = task.before
    if past is None:
        return None
    try:
        entry = past.of_file(_hash_of(task.line.take))
        if entry is None or not _curves_stand(task, entry):
            return None
        request = request_of(task)
        seen, fresh = _seen(request, entry.seen)
        if key_of(request, {file.role: file.sha256 for file in seen}) != entry.key:
            return None
    except (OSError, BilabialError):
        return None  # the work itself says what is wrong
    return Finished(_unchanged(task, entry), replace(entry, seen=seen) if fresh else None)


def make_line(task: Task) -> Finished:
    """A line that may need work, in a worker process."""
    started = time.monotonic()
    try:
        task.line.take.parent.mkdir(parents=True, exist_ok=True)
        with writing(task.line.take):
            finished = skip_line(task) or _make(task)
    except Cancelled:
        return Finished(Outcome(task.line, Status.STOPPED))
    except Exception as error:  # even a fault of ours in one line must not end the night's run
        return Finished(
            Outcome(task.line, Status.FAILED, sentence(error), seconds=time.monotonic() - started)
        )
    return replace(finished, outcome=replace(finished.outcome, seconds=time.monotonic() - started))


def _make(task: Task) -> Finished:
    line, request = task.line, request_of(task)
    seen, _ = _seen(request, ())
    key = key_of(request, {file.role: file.sha256 for file in seen})
    found, before = _look(task.line.take, task.before), task.before
    if found.edited:
        before = _past_now(task)
        found = _look(task.line.take, before)
    if found.edited and before is not None and not task.overwrite:
        same = before.of_key(key)
        if same is not None and _curves_stand(task, same):
            return Finished(_unchanged(task, same))
        raise BilabialError(
            f"{line.take} was changed since the batch wrote it: move it away, or pass --overwrite"
        )
    if found.unknown and not task.overwrite:
        refuse_to_lose_edits(line.take)
    if line.curves is not None:
        line.curves.parent.mkdir(parents=True, exist_ok=True)

    def entry(made: Made) -> Entry:
        keys, duration = made.take.track(SPEECH).key_count, made.take.sound.duration
        return Entry(task.name or str(line.take), key, made.written, made.curves, duration, keys, seen)

    def begun(made: Made) -> None:
        if task.journal is not None:
            begin(task.journal, entry(made))
        found.put_aside(line.take)

    made = make_alone(request, cancelled=stop_is_asked, begin=begun)
    done = entry(made)
    message = "; ".join([*([f"the take: {found.damage}"] if found.damage else []), *made.notes])
    outcome = Outcome(line, Status.DONE, message, done.duration, done.keys)
    return Finished(outcome, done)


def _past_now(task: Task) -> Past | None:
    """With what an attempt whose worker died has begun since this task was given out."""
    past = Journal(task.journal).past.get(task.name) if task.journal is not None else None
    if task.before is None or past is None:
        return past or task.before
    return task.before.beside(past)


def _unchanged(task: Task, entry: Entry) -> Outcome:
    return Outcome(task.line, Status.UNCHANGED, duration=entry.duration, keys=entry.keys)


def _hash_of(path: Path) -> str:
    """Of the whole file; empty where there is none."""
    try:
        with path.open("rb", buffering=0) as file:
            return hashlib.sha256(file.read()).hexdigest()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return ""


def _curves_stand(task: Task, entry: Entry) -> bool:
    return task.line.curves is None or _hash_of(task.line.curves) == entry.curves


@dataclass(frozen=True, slots=True)
class _Found:
    """What lies where the take belongs: nothing, the batch's own, or another one's work."""

    unknown: bool = False  # the journal knows of no take there
    edited: bool = False  # the batch wrote it and somebody changed it
    damage: str = ""  # it cannot be read any more; what the report says of it
    aside: str = ""  # the name under which the damaged file is kept

    def put_aside(self, take: Path) -> None:
        if self.aside:
            put_in_place(take, take.with_name(self.aside))


def _look(take: Path, past: Past | None) -> _Found:
    if not take.is_file():
        return _Found()
    if past is None:
        return _Found(unknown=True)
    if past.wrote(_hash_of(take)):
        return _Found()
    try:
        load(take)
    except BilabialError as error:
        reason = str(error).removeprefix(f"{take} ")
        if not take.stat().st_size:
            return _Found(damage="it was empty and was made again")
        aside = _free_name(take)
        return _Found(damage=f"it {reason}; it was made again, and the old file is {aside}", aside=aside)
    return _Found(edited=True)


def _free_name(take: Path) -> str:
    """Where a damaged take is kept; the one of another time stays."""
    told = take.name if len(os.fsencode(take.name)) <= _LONGEST_NAME else take.name[: _LONGEST_NAME // 4]
    names = (f"{told}.damaged{f'-{number}' if number > 1 else ''}" for number in count(1))
    return next(name for name in names if not (take.parent / name).exists())


def _seen(request: Request, before: tuple[Seen, ...]) -> tuple[tuple[Seen, ...], bool]:
    """The files that a take is made from, and whether one had to be hashed anew."""
    known = {file.role: file for file in before}
    result: list[Seen] = []
    fresh = False
    for role, path in (
        ("sound", request.sound), ("phones", request.phones), ("text", request.text),
        ("lexicon", request.lexicon),
    ):  # fmt: skip
        if path is None:
            continue
        old = known.get(role)
        if old is None or not old.is_still(os.stat(path)):  # noqa: PTH116 - ten thousand of them
            now = Seen.now(role, path)
            fresh = fresh or now != old
            old = now
        result.append(old)
    return tuple(result), fresh


def key_of(request: Request, hashes: Mapping[str, str]) -> str:
    """Hash of everything that the files hold: inputs by content, model by its weights, this version.

    Names are left out, so that a folder may be moved, or reached from elsewhere, between two runs.
    """
    facts = {
        "sound": hashes["sound"],
        "phones": hashes.get("phones"),
        "text": hashes.get("text"),
        "language": request.language,
        "model": None if request.phones is not None else _model_of(request.model),
        "words": _words_of(request),
        "style": request.style,
        "tolerance": request.tolerance,
        "keep_dense": request.keep_dense,
        "take": None,
        "curves": request.curves is not None,
        "overwrite": None,
        "version": __version__,
    }
    more = {
        "lexicon": hashes.get("lexicon"), "face": request.face, "emotion": request.emotion,
        "seed": request.seed,
    }  # fmt: skip
    facts |= {name: value for name, value in more.items() if value}  # older journals know none of them
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _words_of(request: Request) -> tuple[str, str | None] | None:
    """Who would find the words, by its card alone; None where nobody is asked."""
    if request.phones is not None or request.text is not None or request.words == NONE:
        return None
    name = request.words_model or default_words_model()
    return None if name is None else _writer_of(name)


@lru_cache(maxsize=16)
def _writer_of(name: str) -> tuple[str, str | None]:
    card = words_card(name)
    return card.name, card.hashes.get(WEIGHTS)


@lru_cache(maxsize=16)
def _model_of(name: str | None) -> tuple[str, str, str | None]:
    """By its card alone, which names its weights by their hash."""
    name = name or default_model()
    folder = model_files(name)[0].parent
    card = read_card(folder) if (folder / CARD).is_file() else cached_model(name).card  # which refuses it
    return card.name, card.version, card.hashes.get(WEIGHTS)
