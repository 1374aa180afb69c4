"""A take in every format that Bilabial writes, by the suffix of the file."""

from __future__ import annotations

from pathlib import Path

from ..batch.make import dense_of
from ..controls import CONTROLS
from ..curves.curve import rows_at
from ..curves.take import SPEECH, Take
from ..errors import FormatError
from ..exchange import animation, phones
from ..exchange.animation import ChannelAnimation, write_animation
from ..phrases import Phrase
from ..retarget.evaluate import Evaluator
from ..retarget.profile import RigProfile
from ..retarget.profile_format import load_profile, read_profile

TABLE = ".csv"
# What each choice of the export window is called, by suffix; those of a rig need one.
FORMATS = {
    "Controls, 100 rows a second (.csv)": (".csv", False),
    "Praat TextGrid (.TextGrid)": (".TextGrid", False),
    "Phone labels (.lab)": (".lab", False),
    "Rhubarb cues (.tsv)": (".tsv", False),
    "Moho switch (.dat)": (".dat", False),
    "Papagayo (.pgo)": (".pgo", False),
    "Live Link Face (.csv)": (".csv", True),
    "Audio2Face (.json)": (".json", True),
    "glTF (.glb)": (".glb", True),
    "VRM animation (.vrma)": (".vrma", True),
    "USD (.usda)": (".usda", True),
}


def export(take: Take, path: Path, rig: str | None = None, fps: float = 60.0) -> None:
    """``rig`` None: the take's own controls or phones."""
    suffix = path.suffix.lower()
    if rig is None and suffix == TABLE:
        from ..exchange.dense_csv import write_dense_csv

        write_dense_csv(dense_of(take), path)
    elif rig is None and suffix in phones.WRITABLE:
        sound = Path(take.sound.path).name
        phones.write_phones(take.phones, path, duration=take.sound.duration, fps=fps, sound=sound)
    elif suffix in animation.WRITABLE:
        evaluator = Evaluator(profile_of(rig or "arkit-52"))
        write_animation(ChannelAnimation(evaluator.names, fps, evaluator(dense_of(take, SPEECH, fps))), path)
    else:
        known = sorted({*phones.WRITABLE, *animation.WRITABLE})
        raise FormatError(
            Phrase("{0} cannot be written from a take: use one of {1}", path.name, ", ".join(known))
        )


def profile_of(name: str) -> RigProfile:
    path = Path(name)
    return read_profile(path) if path.suffix == ".json" or path.is_file() else load_profile(name)


def controls_at(take: Take, seconds: float) -> dict[str, float]:
    """The 31 controls at a moment, as they are seen."""
    row = rows_at(take.styled(), CONTROLS, [seconds])[0]
    return dict(zip(CONTROLS, row.tolist(), strict=True))
