# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension's preferences. No postponed annotations: Blender reads property definitions from them."""

from pathlib import Path

import bpy
from bpy.props import EnumProperty, FloatProperty, StringProperty

from ..bilabial.errors import ModelError

EXTENSION = __package__.rpartition(".")[0]  # this room lies one folder inside it


class BilabialPreferences(bpy.types.AddonPreferences):
    bl_idname = EXTENSION

    model_folder: StringProperty(
        name="Model folder",
        description="A folder with further trained models, each in a folder of its own. Leave it empty to "
        "use those that "
        "come with the extension",
        subtype="DIR_PATH",
    )
    target: EnumProperty(
        name="Target of new lines",
        description="What receives the keys of a new line",
        items=(
            ("CONTROLS", "Controls", "The 31 speech controls, with drivers on the face"),
            ("BAKE", "Bake", "Shape keys, bones and properties directly"),
        ),
        default="CONTROLS",
    )
    tolerance: FloatProperty(
        name="Tolerance of new lines",
        description="How far the few keys may stray from the full performance. Smaller means more keys",
        default=0.02,
        min=0.002,
        max=0.2,
        precision=3,
    )

    def draw(self, _context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "model_folder")
        layout.prop(self, "target")
        layout.prop(self, "tolerance")


def of(context: bpy.types.Context) -> BilabialPreferences | None:
    """The preferences; None where the extension was registered without being installed, as in tests."""
    addon = context.preferences.addons.get(EXTENSION)
    return addon.preferences if addon is not None else None


def _own_folder(context: bpy.types.Context) -> Path | None:
    ours = of(context)
    if ours is None or not ours.model_folder:
        return None
    return Path(bpy.path.abspath(ours.model_folder))


def model_names(context: bpy.types.Context) -> list[str]:
    """Models that come with the extension and those of the user's folder."""
    from ..bilabial.models.store import available_models
    from ..bilabial.words.card import is_words_folder

    own = _own_folder(context)
    names = list(available_models())
    if own is not None and own.is_dir():
        folders = sorted(path.parent for path in own.glob("*/card.json"))
        names += [folder.name for folder in folders if not is_words_folder(folder)]
    return list(dict.fromkeys(names))


def words_model(context: bpy.types.Context) -> str | None:
    """A words model of the user's folder, the first by its name. None: the one that is installed, if any."""
    from ..bilabial.words.card import is_words_folder

    own = _own_folder(context)
    if own is None or not own.is_dir():
        return None
    folders = sorted(path.parent for path in own.glob("*/card.json"))
    return next((str(folder) for folder in folders if is_words_folder(folder)), None)


def model_folder(context: bpy.types.Context, name: str) -> str | None:
    """What the core calls the model of this name: a name of its own, or a folder. None: the best
    installed.
    """
    if not name:
        return None
    own = _own_folder(context)
    if own is not None and (own / name / "card.json").is_file():
        return str(own / name)
    names = model_names(context)
    if name not in names:
        known = ", ".join(names) or "none is installed"
        raise ModelError(f"no model is called {name!r}: choose one of those there are ({known})")
    return name


def model_summary(context: bpy.types.Context, name: str) -> str:
    """What the card of the model of this name says of it in a sentence or two; nothing where there is no
    such model.
    """
    from ..bilabial.models.card import read_card
    from ..bilabial.models.store import folder_of

    try:
        chosen = model_folder(context, name)
        return read_card(folder_of(chosen)).summary if chosen is not None else ""
    except ModelError:
        return ""


def register() -> None:
    bpy.utils.register_class(BilabialPreferences)


def unregister() -> None:
    bpy.utils.unregister_class(BilabialPreferences)
