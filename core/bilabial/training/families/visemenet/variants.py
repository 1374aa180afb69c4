"""The paper's network and every variant of its Tables 1 and 2, by configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ....errors import BilabialError
from ....models.families.visemenet.network import VisemeNetConfig


@dataclass(frozen=True, slots=True)
class Variant:
    """A network and the way it is trained."""

    summary: str
    network: VisemeNetConfig = field(default_factory=VisemeNetConfig)
    pretrained: bool = (
        True  # groups and landmarks first, everything jointly then; False: jointly from the start
    )


VARIANTS: Mapping[str, Variant] = {
    "full": Variant("the full method"),
    "landmark-based": Variant("no phoneme-group stage", VisemeNetConfig(groups=False)),
    "phoneme-based": Variant("no landmark stage", VisemeNetConfig(landmarks=False)),
    "audio-based": Variant("neither stage", VisemeNetConfig(groups=False, landmarks=False), pretrained=False),
    "no-transfer": Variant("no transfer learning", pretrained=False),
    "no-shared-lp": Variant("no shared weights (LP)", VisemeNetConfig(shared_stages=False)),
    "shared-v": Variant("shared weights (V)", VisemeNetConfig(shared_branches=True)),
    "asr": Variant("groups from a recogniser", VisemeNetConfig(groups=False, outside_phones=True)),
    "gru": Variant("GRU in place of LSTM", VisemeNetConfig(cell="gru")),
    # As many weights as the full method: 842 units in each of the twelve layers.
    "sliding-window": Variant("fully connected, no memory", VisemeNetConfig(cell="window", units=842)),
}


UNITS = VisemeNetConfig().units  # of every memory in the paper


def variant(name: str, units: int = UNITS) -> Variant:
    """One of VARIANTS by its name; with other ``units`` all of them are narrower or wider alike."""
    if name not in VARIANTS:
        raise BilabialError(f"there is no variant {name!r} of VisemeNet: use one of {', '.join(VARIANTS)}")
    found = VARIANTS[name]
    scaled = round(found.network.units * units / UNITS)
    return replace(found, network=replace(found.network, units=scaled))
