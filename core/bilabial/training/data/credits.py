"""Who is owed a model: the credits of the sets that a run trained on, for its card."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path

from ...models.card import DataCredit
from ..engine.config import RunConfig

log = logging.getLogger(__name__)

# By the name of the set's folder; numbers and "-worn" behind it are the same voices again.
KNOWN: Mapping[str, DataCredit] = {
    "librispeech": DataCredit(
        "LibriSpeech", "CC BY 4.0", "Panayotov, Chen, Povey, Khudanpur: LibriSpeech, ICASSP 2015", 2.0
    ),
    "speechocean762": DataCredit(
        "speechocean762",
        "free for commercial and non-commercial use",
        "Zhang et al.: speechocean762, Interspeech 2021",
        2.9,
    ),
    "kathleen": DataCredit("kathleen", "CC0", "Kathleen, US English voice for Rhasspy", 1.4),
    "arctic": DataCredit("CMU ARCTIC (bdl, slt)", "free, BSD-like", "Kominek, Black: CMU ARCTIC, 2003", 1.8),
    "kerstin": DataCredit("kerstin", "CC0", "Kerstin, German voice for Rhasspy", 1.8),
    "nathalie": DataCredit("nathalie", "CC0", "Nathalie, Dutch voice for Rhasspy", 0.7),
    "emodb": DataCredit(
        "EmoDB", "CC0", "Burkhardt et al.: A Database of German Emotional Speech, Interspeech 2005", 0.2
    ),
    "commonvoice": DataCredit(
        "Common Voice 6.1, 59 languages", "CC0", "Mozilla Common Voice: Ardila et al., LREC 2020", 3.4
    ),
    "commonvoice_en": DataCredit("Common Voice 13, English", "CC0", "Mozilla Common Voice", 0.8),
    "commonvoice_more": DataCredit("Common Voice, further languages", "CC0", "Mozilla Common Voice", 0.3),
    "speechcommands": DataCredit(
        "Speech Commands", "CC BY 4.0", "Warden: Speech Commands, 2018 (Google)", 0.8
    ),
    "vctk_mini": DataCredit(
        "VCTK, ten sentences", "CC BY 4.0", "Veaux, Yamagishi, MacDonald: CSTR VCTK", 0.03
    ),
    "faces": DataCredit("FACEGOOD-Audio2Face", "MIT", "The FACEGOOD authors: speech with face curves", 0.15),
    "grid": DataCredit(
        "GRID, first speaker (tracked)",
        "CC BY 4.0",
        "Cooke, Barker, Cunningham, Shao: An audio-visual corpus for speech perception, JASA 2006",
        0.66,
    ),
    "espeak": DataCredit("eSpeak NG", "GPL-3.0-or-later", "synthetic speech in many languages", None),
    "flite": DataCredit("Flite", "BSD-like", "Black, Lenzo: synthetic speech with exact labels", None),
}
DICTIONARY = DataCredit("CMUdict", "BSD-like", "The Carnegie Mellon Pronouncing Dictionary 0.7a", None)
_OURS = "nonspeech"  # written by this package


def credits_of(config: RunConfig) -> tuple[DataCredit, ...]:
    """A credit a set, each once. A set that is not known here is named as its owner's."""
    folders = [*config.sets, *filter(None, [config.task.get("faces")])]
    return (*owed(folders), DICTIONARY)


def owed(folders: Iterable[str]) -> tuple[DataCredit, ...]:
    """The same for sets by their paths: folders of speech, or files of faces."""
    names = dict.fromkeys(_name(Path(folder).name.removesuffix(".npz")) for folder in folders)
    found = []
    for name in names:
        if name != _OURS and name not in KNOWN:
            log.warning("%s: whose it is goes into the card by hand: mend its line under data", name)
        if name != _OURS:
            found.append(KNOWN.get(name, DataCredit(name, "its owner's", name, None)))
    return tuple(found)


def _name(folder: str) -> str:
    bare = folder.removesuffix("-worn")
    return bare if bare in KNOWN else bare.rstrip("0123456789")
