"""A model folder as one object: its card, its network, whole clips and live sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from .. import resources
from ..audio.hearings import HEARINGS
from ..errors import FormatError, ModelError
from ..timing import FRAME_RATE
from .asked import Asked
from .card import CARD, GOLDEN, WEIGHTS, Card, check_hash, file_hash, read_card
from .contract import TRACK, Network, Progress, TellsSounds, build_network
from .prediction import Floats32, Prediction
from .safetensors import read_tensors, write_tensors
from .streaming import LiveSession

# Of those that ship, the best on voices they never heard (docs/evaluation.md): for files, and live.
DEFAULT_MODEL = "bilabial-2"
DEFAULT_LIVE_MODEL = "bilabial-1-live"
_FIELDS = ("groups", "landmarks", "activations", "values", "field")


class Model:
    """A loaded model. Nothing that it does changes it, so one serves many clips at once."""

    def __init__(self, card: Card, network: Network, folder: Path) -> None:
        self.card = card
        self.network = network
        self.folder = folder

    @property
    def lag(self) -> int | None:
        """Rows of look-ahead in a live session; None where the network needs the whole clip."""
        return self.network.lag

    def predict(self, features: Floats32, progress: Progress | None = None) -> Prediction:
        """(rows, 65) raw features of a whole clip to as many rows of prediction."""
        return self.network.predict(np.ascontiguousarray(features, dtype=np.float32), progress)

    def sounds(self, features: Floats32, progress: Progress | None = None) -> tuple[Floats32, Floats32]:
        """Probabilities of groups (rows, 21) and of sounds (rows, 53), from a model that says "sounds"."""
        if "sounds" not in self.card.says:
            raise ModelError(
                f"model {self.card.name!r} tells no sounds apart: choose another one to align with"
            )
        network = cast(TellsSounds, self.network)
        return network.both(np.ascontiguousarray(features, dtype=np.float32), progress)

    def groups(self, features: Floats32, progress: Progress | None = None) -> Floats32:
        """Probabilities of groups (rows, 21), from a model that hears phones."""
        if not self.card.says_groups:
            raise ModelError(f"model {self.card.name!r} moves a face and hears no phones: choose another one")
        return self.predict(features, progress).groups

    def session(self) -> LiveSession:
        """A new live session over sound that arrives in blocks."""
        if self.network.lag is None:
            raise ModelError(
                f"model {self.card.name!r} needs the whole clip: choose another one for live use"
            )
        return LiveSession(self.network)

    def check_golden(self) -> float:
        """The largest difference from the golden output, after refusing one above the card's tolerance."""
        check_hash(self.folder, self.card, GOLDEN)
        golden = _read(self.folder / GOLDEN)
        if "features" not in golden:
            raise ModelError(f"{self.folder / GOLDEN} lacks its input features: export the model again")
        prediction = self.predict(golden.pop("features").astype(np.float32))
        worst = 0.0
        for name, wanted in golden.items():
            got = _part(prediction, name)
            if got is None or got.shape != wanted.shape:
                raise ModelError(
                    f"model {self.card.name!r} gives no {name} like the golden ones: export it again"
                )
            worst = max(worst, float(np.abs(got - wanted.astype(np.float32)).max(initial=0.0)))
        # NaN would pass a plain comparison, so the test asks for what must hold.
        if not worst <= self.card.golden_tolerance:
            raise ModelError(
                f"model {self.card.name!r} differs from its golden output by {worst:.2g} (allowed "
                f"{self.card.golden_tolerance:.2g}): fetch the model again, or report this machine"
            )
        return worst


def available_models() -> list[str]:
    """Names of the models that came with this installation, in alphabetical order; those of words and of
    portraits are listed elsewhere.
    """
    cards = resources.folder("trained_models").glob(f"*/{CARD}")
    return sorted(path.parent.name for path in cards if _is_an_ear(path))


def _is_an_ear(card: Path) -> bool:
    """Whether a card is one of these: told by its schema's name, which comes first."""
    with card.open("rb") as stream:
        begins = stream.read(200)
    return b"bilabial/words-card/" not in begins and b"bilabial/portrait-card/" not in begins


def default_model() -> str:
    """The model that is used where none is named."""
    names = available_models()
    if not names:
        raise ModelError("no trained model is installed: give phone times, or the folder of a model")
    if DEFAULT_MODEL in names:
        return DEFAULT_MODEL
    hear = (name for name in names if read_card(folder_of(name)).says_groups)
    return next(hear, names[0])  # one that hears phones, where there is any


def default_live_model() -> str:
    """The best installed model that runs live."""
    names = available_models()
    if DEFAULT_LIVE_MODEL in names:
        return DEFAULT_LIVE_MODEL
    for name in names:
        if load_model(name).lag is not None:
            return name
    raise ModelError("no installed model can run live: give the folder of one with --model")


@lru_cache(maxsize=3)
def cached_model(name: str) -> Model:
    """A model loaded once a process: a batch asks for it with every line."""
    return load_model(name)


def load_model(name_or_folder: str | Path) -> Model:
    """A shipped model by its name, or any model by its folder. Raises ModelError for every mismatch."""
    folder = folder_of(name_or_folder)
    card = read_card(folder)
    check_hash(folder, card, WEIGHTS)
    return Model(card, _built(card, _read(folder / WEIGHTS), folder), folder)


def _built(card: Card, weights: dict[str, NDArray[Any]], folder: Path) -> Network:
    """Settings come from outside as weights do: whether the two fit shows when a row goes through them."""
    asked = Asked(weights)
    try:
        network = build_network(card.architecture, card.config, asked)
        network.predict(np.zeros((1, HEARINGS[network.hears].columns), np.float32))
    except (ArithmeticError, AttributeError, LookupError, MemoryError, TypeError, ValueError) as error:
        raise ModelError(
            f"the settings in {folder / CARD} do not fit its weights ({error}): fetch the model again"
        ) from error
    asked.refuse_idle(folder / CARD)
    if (network.hears, network.says) != (card.hears["kind"], card.says):
        raise ModelError(
            f"the card of model {card.name!r} promises {', '.join(card.says)} from {card.hears['kind']}, its "
            f"network gives {', '.join(network.says)} from {network.hears}: export the model again"
        )
    return network


def save_model(
    folder: Path, card: Card, weights: Mapping[str, NDArray[Any]], golden_features: Floats32 | None = None
) -> Card:
    """Write a model folder: fp16 weights, the golden output that they give, the card with both hashes.

    The golden output comes from the weights as they are read back, so it certifies what is shipped. Float
    arrays whose names start with ``features.`` (means and scales) stay fp32: centroids in Hz overflow fp16's
    precision. Steps of int8 arrays (``.scale``) stay so as well: half precision would move whole outputs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stored = {
        name: array.astype(np.float16)
        if array.dtype.kind == "f" and not name.startswith("features.") and not name.endswith(".scale")
        else array
        for name, array in weights.items()
    }
    for name, array in stored.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ModelError(f"the array {name!r} is not finite in half precision: look at the training run")
    write_tensors(folder / WEIGHTS, stored)
    hashes = {WEIGHTS: file_hash(folder / WEIGHTS)}
    network = build_network(card.architecture, card.config, read_tensors(folder / WEIGHTS))
    if golden_features is not None:
        prediction = network.predict(golden_features)
        arrays: dict[str, NDArray[Any]] = {"features": golden_features}
        for name in (*_FIELDS, *(TRACK + vocabulary for vocabulary in prediction.tracks)):
            told = _part(prediction, name)
            if told is not None and told.size:
                arrays[name] = told
        write_tensors(folder / GOLDEN, arrays)
        hashes[GOLDEN] = file_hash(folder / GOLDEN)
    finished = replace(
        card,
        hashes=hashes,
        hears=HEARINGS[network.hears].as_dict(),
        says=network.says,
        look_ahead_s=None if network.lag is None else network.lag / FRAME_RATE,
    )
    finished.save(folder)
    return finished


def folder_of(name_or_folder: str | Path) -> Path:
    """Where a shipped model of this name, or a model that is a folder, lies. Raises ModelError."""
    folder = Path(name_or_folder)
    if (folder / CARD).is_file():
        return folder
    name = str(name_or_folder)
    if name in (known := available_models()):
        return resources.folder("trained_models") / name
    if folder.is_dir():
        return folder  # read_card says what is missing
    choice = f"use {' or '.join(known)}, or" if known else "give"
    raise ModelError(f"there is no model {name!r}: {choice} the path of a model's folder")


def _part(prediction: Prediction, name: str) -> Floats32 | None:
    """What a golden file calls so: a field, or a track by its vocabulary."""
    if name.startswith(TRACK):
        return prediction.tracks.get(name.removeprefix(TRACK))
    found: Floats32 | None = getattr(prediction, name, None) if name in _FIELDS else None
    return found


def _read(path: Path) -> dict[str, NDArray[Any]]:
    try:
        return read_tensors(path)
    except FormatError as error:
        raise ModelError(str(error)) from error


@lru_cache(maxsize=16)
def model_files(model: str | None) -> tuple[Path, ...]:
    """Where the files of a model lie, by name or folder; of None those of every installed one."""
    if model is not None and Path(model).is_dir():
        folders = [Path(model)]
    else:
        folders = [
            resources.folder("trained_models") / name for name in ([model] if model else available_models())
        ]
    return tuple(home / file for home in folders for file in (CARD, WEIGHTS, GOLDEN))
