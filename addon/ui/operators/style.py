# SPDX-License-Identifier: GPL-3.0-or-later
"""Style presets, clearing, restoring, looking at conflicts and reports."""

from contextlib import suppress

import bpy
from bpy.props import BoolProperty, EnumProperty

from ...bilabial.errors import BilabialError
from ...line import lines
from ._common import attempt, has_take

PRESETS = (
    ("neutral", "Neutral", "As generated"),
    ("mumble", "Mumble", "Jaw and lips hardly move"),
    ("shout", "Shout", "Jaw and lips wide"),
    ("whisper", "Whisper", "Little jaw, careful lips, a touch early"),
    ("ventriloquist", "Ventriloquist", "Only what closes the mouth"),
)


class BILABIAL_OT_style_preset(bpy.types.Operator):
    """Set the style of this line. The network does not run again, and keys edited by hand are kept"""

    bl_idname = "bilabial.style_preset"
    bl_label = "Style"
    bl_options = {"REGISTER", "UNDO"}

    name: EnumProperty(name="Style", items=PRESETS)

    @classmethod
    def description(cls, _context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        about = next(text for key, _, text in PRESETS if key == properties.name)
        return f"{about}. The network does not run again, and keys edited by hand are kept"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_take(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...bilabial.curves.style import Style
        from ...line import sliders, takes
        from ...speak import delivery

        scene = context.scene
        line = lines.active(scene)

        def act() -> str:
            take, before = takes.keyed(line)
            dials = Style.preset(self.name).dials
            restyled = sliders.with_style(take, line, before.clock, dials)
            report = delivery.deliver(scene, line, restyled, before.clock.start)
            sliders.show_dials(line, dials)
            return report.text()

        return attempt(self, line, act)


class BILABIAL_OT_style_whole(bpy.types.Operator):
    """Drop the styles that were set for ranges; the style of the whole line stays"""

    bl_idname = "bilabial.style_whole"
    bl_label = "Drop Ranges"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        from ...line import takes

        if not has_take(cls, context):
            return False
        take, _ = takes.load_or_say(lines.active(context.scene))
        if take is None or not take.style.spans:
            cls.poll_message_set("No range of this line has a style of its own")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        from dataclasses import replace

        from ...line import takes
        from ...speak import delivery

        scene = context.scene
        line = lines.active(scene)

        def act() -> str:
            take, before = takes.keyed(line)
            whole = take.with_style(replace(take.style, spans=()))
            return delivery.deliver(scene, line, whole, before.clock.start).text()

        return attempt(self, line, act)


class BILABIAL_OT_clear(bpy.types.Operator):
    """Remove the keys of this line. Keys that you made yourself stay, unless you ask for them too"""

    bl_idname = "bilabial.clear"
    bl_label = "Clear"
    bl_options = {"REGISTER", "UNDO"}

    hand: BoolProperty(
        name="Also keys made by hand", description="Remove the keys that you added, too", default=False
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_take(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...speak import leaving

        line = lines.active(context.scene)

        def act() -> str:
            removed, left = leaving.clear(line, self.hand)
            kept = f" {left} keys made by hand were left." if left else ""
            return f"{removed} keys removed.{kept}"

        return attempt(self, line, act)


class BILABIAL_OT_restore(bpy.types.Operator):
    bl_description = (
        "Put the keys back exactly as they were generated. Your edits to them are dropped; undo "
        "brings those back"
    )

    bl_idname = "bilabial.restore"
    bl_label = "Restore"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_take(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...speak import delivery

        scene = context.scene
        line = lines.active(scene)
        return attempt(self, line, lambda: delivery.restore(scene, line).text())


class BILABIAL_OT_select_conflicts(bpy.types.Operator):
    """Select the keys at which your edit and the new performance want different things. Yours were kept"""

    bl_idname = "bilabial.select_conflicts"
    bl_label = "Select Conflicts"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        from ...line import takes

        if not has_take(cls, context):
            return False
        if not takes.conflicts_of(lines.active(context.scene)):
            cls.poll_message_set("The last generation met no conflict with your edits")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...line import takes
        from ...speak import in_scene

        line = lines.active(context.scene)

        def act() -> str:
            count = in_scene.select_conflicts(line, takes.conflicts_of(line))
            return f"{count} keys selected: look at them in the graph editor."

        return attempt(self, line, act)


class BILABIAL_OT_prepare(bpy.types.Operator):
    bl_description = (
        "Give the character its 31 speech controls and the drivers that move the face. Do this in the"
        " character's own file and save it, and every linked, overridden copy can be lip-synced"
    )

    bl_idname = "bilabial.prepare"
    bl_label = "Prepare Character"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        owner = lines.character_of(lines.active(context.scene), context)
        if owner is None:
            cls.poll_message_set("Choose a character first")
            return False
        if owner.library is not None or owner.override_library is not None:
            cls.poll_message_set("This character is linked. Prepare it in its own file")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...rig import staging

        line = lines.active(context.scene)

        def act() -> str:
            if line.character is None:
                line.character = lines.character_of(line, context)
            if line.target != "CONTROLS":
                raise BilabialError(
                    "this line bakes its keys: set its target to Controls to prepare the character"
                )
            found = staging.stage(line)
            notes = staging.prepare(line.character, found)
            return "\n".join(
                [f"{line.character.name} has its speech controls ({found.fitted.profile.title}).", *notes]
            )

        return attempt(self, line, act)


class BILABIAL_OT_switch(bpy.types.Operator):
    """Bring every line of this character across, with all that hands made"""

    bl_idname = "bilabial.switch"
    bl_label = "Controls to Keys"
    bl_options = {"REGISTER", "UNDO"}

    target: EnumProperty(
        name="Onto",
        items=(
            ("BAKE", "The face", "Keys on shape keys and bones, as everything stands; the drivers go"),
            ("CONTROLS", "The controls", "Keys on the speech controls; the drivers come back"),
        ),
        default="BAKE",
    )

    @classmethod
    def description(cls, _context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        if properties.target == "BAKE":
            return (
                "Bake what stands, your edits and what lies on top included, to keys on the face itself and "
                "take the drivers away. For every line of this character"
            )
        return (
            "Put this character's lines back onto the speech controls. What you changed on the face itself "
            "then lies on top of speech"
        )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_take(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...speak import switching

        scene, line = context.scene, lines.active(context.scene)
        return attempt(self, line, lambda: switching.switch(scene, line, self.target))


class BILABIAL_OT_remove_controls(bpy.types.Operator):
    bl_description = (
        "Take the speech controls and their drivers off the character. Keys on the controls stay in "
        "the action"
    )

    bl_idname = "bilabial.remove_controls"
    bl_label = "Remove Controls"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        from ...rig import speech

        owner = lines.character_of(lines.active(context.scene), context)
        if owner is None or not speech.has_controls(owner):
            cls.poll_message_set("The character has no speech controls")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...rig import drivers, rig_probe, speech, staging

        line = lines.active(context.scene)

        def act() -> str:
            owner = lines.required_character(line, context)
            with suppress(BilabialError):  # no profile knows the rig any more: what lies on top stays
                drivers.give_back(owner, staging.fit_of(line))
            count = drivers.remove_ours(owner, rig_probe.probe(owner))
            speech.remove(owner)
            return f"The controls and {count} drivers are gone from {owner.name}."

        return attempt(self, line, act)


CLASSES = (
    BILABIAL_OT_style_preset,
    BILABIAL_OT_style_whole,
    BILABIAL_OT_clear,
    BILABIAL_OT_restore,
    BILABIAL_OT_select_conflicts,
    BILABIAL_OT_prepare,
    BILABIAL_OT_switch,
    BILABIAL_OT_remove_controls,
)
