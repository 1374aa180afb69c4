# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether keys can be written where a line wants them, asked before anything is."""

from __future__ import annotations

from collections.abc import Iterable

from ..bilabial.errors import RigError
from ..host import compat
from .fcurves import Target


def refuse_unwritable(targets: Iterable[Target]) -> None:
    """Raise RigError for the first target that cannot take keys, before anything is written."""
    for target in targets:
        owner = target.owner
        if owner.library is not None:
            raise RigError(
                f"{owner.name!r} is linked from {owner.library.filepath}: make a library override of the "
                "character, or key it in its own file"
            )
        animation = owner.animation_data
        if animation is None:
            continue
        if animation.use_tweak_mode:
            raise RigError(
                f"a strip of {owner.name!r} is being tweaked in the NLA editor, so keys would go into it: "
                "leave tweak mode first (Tab there)"
            )
        if animation.action is not None and animation.action.library is not None:
            raise RigError(
                f"the action {animation.action.name!r} of {owner.name!r} is linked and cannot be changed: "
                "give "
                "the character an action of its own"
            )
        if any(d.data_path == target.path and d.array_index == target.index for d in animation.drivers):
            raise RigError(
                f"the channel {_plain(target.path)} of {owner.name!r} is driven, so keys on it would do "
                "nothing: "
                "remove its driver, or choose the target Controls"
            )
        channels = compat.channels(owner)
        fcurve = channels.find(target.path, target.index) if channels is not None else None
        if fcurve is not None and (fcurve.lock or (fcurve.group is not None and fcurve.group.lock)):
            raise RigError(
                f"the channel {_plain(target.path)} of {owner.name!r} is locked: unlock it in the graph "
                "editor"
            )


def _plain(path: str) -> str:
    """key_blocks["jawOpen"].value -> "jawOpen"."""
    return path[path.index('["') + 1 : path.rindex('"]') + 1] if '["' in path else path
