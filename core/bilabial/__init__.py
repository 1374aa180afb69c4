"""Bilabial: a soundtrack in, sparse and editable lip-sync curves out.

    import bilabial

    take = bilabial.generate("line.wav")
    bilabial.save(take, "line.take.json")

The package is pure Python over numpy. It never imports bpy; only ``bilabial.training`` imports torch.
Inside a Blender extension it lives under another name, so every import between its modules is relative.
The names below load with their first use: ``import bilabial`` itself loads nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .curves.format import load, save
    from .curves.style import Style
    from .curves.take import Take
    from .errors import BilabialError
    from .models.store import Model, load_model
    from .pipeline import GenerateOptions, generate, generate_from_samples

__version__ = "0.1.0"

__all__ = [
    "BilabialError",
    "GenerateOptions",
    "Model",
    "Style",
    "Take",
    "generate",
    "generate_from_samples",
    "load",
    "load_model",
    "save",
]

_HOMES = {
    "BilabialError": "errors",
    "GenerateOptions": "pipeline",
    "Model": "models.store",
    "Style": "curves.style",
    "Take": "curves.take",
    "generate": "pipeline",
    "generate_from_samples": "pipeline",
    "load": "curves.format",
    "load_model": "models.store",
    "save": "curves.format",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
