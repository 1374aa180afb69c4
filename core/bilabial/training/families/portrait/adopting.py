"""What one portrait network takes over from another: an ablation's weights, or those of one half its size.

What the other one lacks (judges; memory, where it had none; the ways of a still that it did not carry; the
outermost layers of one that saw smaller pictures) begins anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

State = dict[str, Tensor]

_FREE = ("frame_judge", "sequence_judge", "temporal", "carried")
_SIZES = ("width", "height", "channels")
_ENCODERS = ("generator.identity", "frame_judge.encoder", "sequence_judge.frames")
_DECODER = "generator.levels"


def adopted(own: State, mine: Mapping[str, Any], weights: State, theirs: Mapping[str, Any]) -> State | None:
    """The state to begin with; None where the two have nothing to do with each other. ``mine`` and ``theirs``
    are their settings.
    """
    grows = _is_twice(mine, theirs)
    free = _FREE + (_SIZES if grows else ())
    if any(theirs.get(key) != value for key, value in mine.items() if key not in free):
        return None
    if grows:
        weights = _of_twice_the_size(weights)
    found = own | {name: value for name, value in weights.items() if name in own}
    if mine.get("carried") and not theirs.get("carried") and not grows:
        last = f"{_DECODER}.{_depth(own) - 1}.0"
        for name, axis in ((f"{last}.weight", 1), (f"{last}.bias", 0)):
            ways = own[name].split((own[name].shape[axis] - 2, 2), axis)[1]
            found[name] = torch.cat((found[name], ways.to(found[name].device)), axis)
    return found


def _is_twice(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """Whether the other one saw pictures half as large, with the layers that lie one further in here."""
    if any(key not in theirs for key in _SIZES):
        return False
    return bool(
        mine["width"] == 2 * theirs["width"]
        and mine["height"] == 2 * theirs["height"]
        and 2 * mine["channels"] == theirs["channels"]
    )


def _depth(state: State) -> int:
    """Layers of the decoder."""
    return 1 + max(int(name.split(".")[2]) for name in state if name.startswith(f"{_DECODER}."))


def _of_twice_the_size(weights: State) -> State:
    """Names as the larger network has them: an encoder's layers lie one further in, and the first of them saw
    colours; a decoder's stay, and the last of them drew.
    """
    last = _depth(weights) - 1
    found: State = {}
    for name, value in weights.items():
        encoder = next((one for one in _ENCODERS if name.startswith(f"{one}.levels.")), None)
        if encoder is not None:
            number, _, rest = name.removeprefix(f"{encoder}.levels.").partition(".")
            if number != "0":
                found[f"{encoder}.levels.{int(number) + 1}.{rest}"] = value
        elif not name.startswith(f"{_DECODER}.{last}."):
            found[name] = value
    return found
