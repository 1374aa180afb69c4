"""Takes as commands meet them: the core's files are the one place for reading and writing them."""

from __future__ import annotations

from ..curves.files import find_sound, load_take, save_take, takes_in
from ..guard import Use

__all__ = ["find_sound", "load_take", "model_reads", "save_take", "takes_in"]


def model_reads(model: str | None) -> list[Use]:
    """The files of a model that is named, or of every one that may be chosen."""
    from ..models.store import model_files

    return [Use(file, "a file of the model") for file in model_files(model)]
