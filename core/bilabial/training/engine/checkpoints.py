"""What a stopped run left behind, read and held against what is asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

from ...errors import ModelError

CHECKPOINT_SCHEMA = "bilabial/checkpoint/1"


def load_checkpoint(path: Path) -> dict[str, Any]:
    """A checkpoint's contents; nothing in it is run."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises half a dozen kinds for a damaged file
        raise ModelError(
            f"{path} is no readable checkpoint ({type(error).__name__}): delete it to start anew"
        ) from error
    if not isinstance(state, dict) or state.get("schema") != CHECKPOINT_SCHEMA:
        raise ModelError(f"{path} is not a checkpoint of this version: start anew in another folder")
    return state


def refuse_misfit(state: dict[str, Any], task: str, settings: dict[str, Any], path: Path) -> None:
    """Raise where a checkpoint was made for another task or with another shape of network."""
    if state["task"] != task:
        raise ModelError(f"{path} trains {state['task']!r}, not {task!r}: give the folder of the right run")
    theirs, ours = json.loads(state["settings"]), json.loads(json.dumps(settings))
    for key in sorted(set(theirs) | set(ours)):
        if theirs.get(key) != ours.get(key):
            raise ModelError(
                f"{path} was trained with {key} = {theirs.get(key)!r}, the configuration says "
                f"{ours.get(key)!r}: set it back, or start anew in another folder"
            )
