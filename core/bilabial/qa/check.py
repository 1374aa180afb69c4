"""All checks of one take: the one door for the command line, the Studio and Blender."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..curves.take import SPEECH, Take
from ..errors import Cancelled, ModelError
from ..models.store import Model, cached_model, default_model
from ..pipeline import IsCancelled, Progress
from ..retarget.profile import RigProfile
from ..retarget.profile_format import load_profile, read_profile
from .checks import closure, contact, flicker, keys, rest, sound, speed, sync, text
from .finding import Report, Verdict
from .listening import hear_file
from .subject import Heard, Subject

CHECKS = (closure, contact, rest, flicker, speed, sync, text, keys, sound)


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What a check may use. Without an ear what the sound says is not compared with the phones."""

    rig: str | None = None  # profile (name or file) on which the lips must meet as well
    model: str | None = None  # name or folder of the ear; None: the best one installed
    ear: bool = True
    track: str = SPEECH


def check_take(
    take: Take,
    name: str,
    sound_file: Path | None,
    options: CheckOptions | None = None,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> Report:
    """Every verdict on a take; ``sound_file`` None leaves out what needs the sound. Writes nothing."""
    options = options or CheckOptions()

    def told(seconds: float) -> None:
        if cancelled is not None and cancelled():
            raise Cancelled("stopped: nothing was written")
        if progress is not None:
            progress(min(seconds / max(take.sound.duration, 1e-3), 1.0) * 0.7, "listening")

    heard = None if sound_file is None else hear_file(sound_file, ear(options), told)
    return judge(take, name, heard, options)


def judge(take: Take, name: str, heard: Heard | None, options: CheckOptions | None = None) -> Report:
    """The verdicts where the sound was listened to before."""
    options = options or CheckOptions()
    subject = Subject(take, heard, rig=rig_of(options), track=options.track)
    verdicts: list[Verdict] = [module.check(subject) for module in CHECKS]
    return Report(name, take.sound.duration, tuple(verdicts))


def ear(options: CheckOptions) -> Model | None:
    """The model that listens; None where none is wanted or installed."""
    if not options.ear:
        return None
    if options.model is not None:
        return cached_model(options.model)
    try:
        return cached_model(default_model())
    except ModelError:
        return None


def rig_of(options: CheckOptions) -> RigProfile | None:
    if options.rig is None:
        return None
    path = Path(options.rig)
    return read_profile(path) if path.suffix == ".json" or path.is_file() else load_profile(options.rig)
