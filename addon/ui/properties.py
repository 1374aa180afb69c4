# SPDX-License-Identifier: GPL-3.0-or-later
"""What the extension keeps in a .blend: the scene's lines, each with its settings, its style and its take.

No postponed annotations here: Blender reads the property definitions from them.
"""

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    FloatVectorProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)

from ..bilabial.controls import SHAPES
from ..bilabial.retarget.pose_labels import LABELS, UNKNOWN
from ..host import compat
from . import callbacks, search
from .face_properties import FaceSettings

SOURCES = (
    ("STRIP", "Strip", "A sound strip of the sequencer, with its offset, trim and speed"),
    ("SPEAKER", "Speaker", "A speaker object, with its pitch and the start of its sound clip"),
    ("FILE", "File", "A sound file, starting at a frame that you choose"),
)
TARGETS = (
    (
        "CONTROLS",
        "Controls",
        "Key the 31 speech controls of the character; drivers move the face. Few curves to edit",
    ),
    ("BAKE", "Bake", "Key shape keys, bones or properties directly, for export to an engine"),
)
PLACES = (
    ("ACTION", "Action", "Into the character's own action, in a channel group"),
    ("NLA", "NLA strip", "Into an NLA strip of its own, over whatever the character does"),
)


def _is_character(_self: object, owner: bpy.types.Object) -> bool:
    return owner.type in {"MESH", "ARMATURE", "EMPTY"}


def _is_speaker(_self: object, owner: bpy.types.Object) -> bool:
    return owner.type == "SPEAKER"


class BilabialPhone(bpy.types.PropertyGroup):
    """One phone of a line, as the list shows it. The take holds the truth."""

    name: StringProperty(
        name="Phone",
        description="The phone in IPA, or a group such as MBP. Only its neighbourhood is solved again when "
        "you change it",
        update=callbacks.phone_edited,
    )
    start: FloatProperty(
        name="Start",
        description="Seconds from the start of the sound. Moving it moves the end of the phone before it too",
        min=0.0,
        precision=3,
        step=1,
        update=callbacks.phone_edited,
    )
    end: FloatProperty(
        name="End",
        description="Seconds from the start of the sound",
        min=0.0,
        precision=3,
        step=1,
        update=callbacks.phone_edited,
    )
    group: StringProperty(name="Group", description="The mouth shape that this phone makes")
    confidence: FloatProperty(
        name="Confidence", description="How sure the network was", min=0.0, max=1.0, default=1.0
    )


class BilabialWord(bpy.types.PropertyGroup):
    """One word of a line, as the list shows it. The take holds the truth."""

    name: StringProperty(
        name="Word",
        description="What is said here. Another word is looked for in this stretch of the sound alone; "
        "several are several words, and none leaves the phones as they are heard",
        update=callbacks.word_edited,
    )
    start: FloatProperty(
        name="Start",
        description="Seconds from the start of the sound. The word's phones, and keys of yours with them, go "
        "along",
        min=0.0,
        precision=3,
        step=1,
        update=callbacks.word_moved,
    )
    end: FloatProperty(
        name="End",
        description="Seconds from the start of the sound. The word's phones, and keys of yours with them, go "
        "along",
        min=0.0,
        precision=3,
        step=1,
        update=callbacks.word_moved,
    )
    confidence: FloatProperty(
        name="Confidence", description="How sure it is that this is said", min=0.0, max=1.0, default=1.0
    )
    heard: BoolProperty(name="Heard", description="Whether the sound says it here", default=True)


class BilabialPose(bpy.types.PropertyGroup):
    """One row of the list of poses: which phone an action is, or a pose marker of one."""

    name: StringProperty(
        name="Pose",
        description="An action (a pose asset, for example) or a pose marker of one that moves this character",
        search=search.poses,
    )
    control: EnumProperty(
        name="Sound",
        description="The phone that the face says in this pose",
        items=[(name, label, "", index) for index, (name, label) in enumerate(LABELS.items())],
        default=UNKNOWN,
    )


class BilabialLine(FaceSettings, bpy.types.PropertyGroup):
    """One line of the scene: who says which sound, and how."""

    uid: IntProperty()
    token: StringProperty()
    enabled: BoolProperty(
        name="Use", description="Generate this line when the whole scene is generated", default=True
    )
    character: PointerProperty(
        type=bpy.types.Object,
        name="Character",
        description="The face's mesh, or the armature that moves it. The extension finds teeth, tongue and "
        "beard by itself",
        poll=_is_character,
        update=callbacks.character_chosen,
    )
    rig: StringProperty(
        name="Rig",
        description="The rig profile. Leave it empty and the extension recognises the rig by its names",
        search=search.rigs,
    )
    own_profile: PointerProperty(
        type=bpy.types.Text,
        name="Own profile",
        description="A rig profile of your own, made or changed in the Retarget panel and kept in this file",
    )
    source: EnumProperty(
        name="Sound from", description="Where the sound comes from", items=SOURCES, default="STRIP"
    )
    strip: StringProperty(name="Strip", description="The sound strip that is spoken", search=search.strips)
    speaker: PointerProperty(
        type=bpy.types.Object,
        name="Speaker",
        description="The speaker object that plays the sound",
        poll=_is_speaker,
    )
    file: StringProperty(
        name="File",
        description="A sound file: wav, flac, mp3, ogg and what else Blender plays",
        subtype="FILE_PATH",
        options=compat.FILE_OPTIONS,
    )
    start: FloatProperty(
        name="Start", description="The scene frame at which the sound file starts", default=1.0, precision=1
    )
    lay_sound: BoolProperty(
        name="Sound in Scene",
        description="Lay the sound file into the sequencer, where nothing plays it yet, and make the scene "
        "as long as the line",
        default=True,
    )
    laid: StringProperty()  # the strip that we laid
    laid_at: FloatProperty()  # and the frame at which we did
    use_range: BoolProperty(
        name="Range", description="Generate only a part of the sound, between two frames", default=False
    )
    range_first: IntProperty(name="From", description="The first frame of the part", default=1)
    range_last: IntProperty(name="To", description="The last frame of the part", default=250)
    model: StringProperty(
        name="Model",
        description="The trained model that hears the sound. Leave it empty for the best one that is "
        "installed",
        search=search.models,
    )
    phones_file: StringProperty(
        name="Timings",
        description="Your own timings (TextGrid, .lab, Rhubarb, Moho, Papagayo). No model is run then",
        subtype="FILE_PATH",
        options=compat.FILE_OPTIONS,
    )
    text: StringProperty(
        name="Words",
        description="What is said. It is held against what the model hears: a wrong word costs only its own "
        "place. Leave it empty to have English words found by themselves",
        update=callbacks.text_changed,
    )
    text_doubt: StringProperty()  # what the ear says against it
    find_words: BoolProperty(
        name="Find Words",
        description="Write down English words and use them where they fit what is heard. Without it the "
        "model hears phones alone, which is faster",
        default=True,
    )
    language: StringProperty(
        name="Language",
        description="The language of the words, as in en, fr or de. Empty: English for a text, and for words "
        "that are found the one that the words model hears",
    )
    tolerance: FloatProperty(
        name="Tolerance",
        description="How far the few keys may stray from the full performance. Smaller means more keys",
        default=0.02,
        min=0.002,
        max=0.2,
        precision=3,
        step=0.5,
    )
    target: EnumProperty(
        name="Target",
        description="What receives the keys",
        items=TARGETS,
        default="CONTROLS",
        update=callbacks.target_chosen,
    )
    place: EnumProperty(name="Into", description="Where the keys go", items=PLACES, default="ACTION")
    stepped: BoolProperty(
        name="Stepped",
        description="Hold each shape until the next one, as drawn animation does, instead of moving smoothly",
        default=False,
    )
    hold: IntProperty(
        name="Hold",
        description="The least number of frames that a stepped shape stays",
        default=3,
        min=1,
        max=24,
    )

    whole_frames: BoolProperty(
        name="Whole frames",
        description="Put every key on a whole frame, where closed lips are seen; usual for keys that are "
        "baked. A little further from the performance than keys between frames",
        default=False,
    )

    # Style: live, without running the network again.
    jaw: FloatProperty(
        name="Jaw",
        description="How much the jaw takes part: 0 is a ventriloquist, 0.6 as generated, 1 shouts",
        default=0.6,
        min=0.0,
        max=1.0,
        subtype="FACTOR",
        update=callbacks.style_changed,
    )
    lip: FloatProperty(
        name="Lip",
        description="How much the lips take part: 0 is slack, 0.6 as generated, 1 fully articulated",
        default=0.6,
        min=0.0,
        max=1.0,
        subtype="FACTOR",
        update=callbacks.style_changed,
    )
    gains: FloatVectorProperty(
        name="Gains",
        description="How strong this shape is, 1 as generated",
        size=len(SHAPES),
        default=[1.0] * len(SHAPES),
        min=0.0,
        max=2.0,
        update=callbacks.style_changed,
    )
    lead: FloatProperty(
        name="Lead",
        description="Seconds by which mouth shapes start to form earlier than generated",
        default=0.0,
        min=0.0,
        max=0.25,
        precision=3,
        step=1,
        update=callbacks.style_changed,
    )
    style_range: BoolProperty(
        name="Only a range",
        description="Change the style between two frames only, blending in and out over a few frames",
        default=False,
    )
    style_first: IntProperty(name="From", description="The first frame of the changed style", default=1)
    style_last: IntProperty(name="To", description="The last frame of the changed style", default=250)

    # What was made.
    take: PointerProperty(
        type=bpy.types.Text,
        name="Take",
        description="The text datablock that keeps the performance in this file",
    )
    phones: CollectionProperty(type=BilabialPhone)
    words: CollectionProperty(type=BilabialWord)
    poses: CollectionProperty(type=BilabialPose)
    pose_index: IntProperty()
    word_index: IntProperty(name="Word", description="The chosen word", update=callbacks.word_chosen)
    phone_index: IntProperty(name="Phone", description="The chosen phone", update=callbacks.phone_chosen)
    report: StringProperty()
    failed: BoolProperty()


class BilabialTerm(bpy.types.PropertyGroup):
    """One row of the retarget table: a control moves a channel by a weight."""

    channel: StringProperty(
        name="Channel",
        description="What of the rig is moved",
        search=search.channels,
        update=callbacks.term_changed,
    )
    part: EnumProperty(
        name="Part",
        description="Which part of JALI's field scales this weight",
        items=(
            ("jaw", "Jaw", "Scaled by the jaw"),
            ("lip", "Lip", "Scaled by the lips"),
            ("tongue", "Tongue", "Scaled by the jaw, as the tongue rides on it"),
            ("seal", "Seal", "Never scaled: what a closed mouth is made of"),
            ("plain", "Plain", "Never scaled: for rigs that scale by themselves"),
        ),
        default="lip",
        update=callbacks.term_changed,
    )
    weight: FloatProperty(
        name="Weight",
        description="The channel's value when the control is fully on",
        soft_min=-1.0,
        soft_max=1.0,
        update=callbacks.term_changed,
    )
    mute: BoolProperty(
        name="Mute",
        description="Leave this row out while you look at the others",
        default=False,
        update=callbacks.term_changed,
    )


class BilabialScene(bpy.types.PropertyGroup):
    """Everything of one scene."""

    lines: CollectionProperty(type=BilabialLine)
    index: IntProperty(name="Line", description="The line that the panels show", update=callbacks.line_chosen)
    draft: PointerProperty(type=BilabialLine)  # what the panel edits while the scene has no line
    last_uid: IntProperty()
    report: StringProperty()
    show_sound: BoolProperty(
        name="Sound under Keys",
        description="Show the chosen line's waveform, words and phones along the bottom of the dope sheet, "
        "the graph editor and the sequencer",
        default=False,
        update=callbacks.sound_shown,
    )
    gains_open: BoolProperty(name="Strength of each shape", description="Show a slider for each mouth shape")
    control: StringProperty(
        name="Control", description="The speech control whose channels the table shows", default="MBP",
        search=search.controls, update=callbacks.control_chosen,
    )  # fmt: skip
    terms: CollectionProperty(type=BilabialTerm)
    term_index: IntProperty()
    preview: FloatProperty(
        name="Preview",
        description="Move the face by the chosen control alone. Nothing is keyed",
        min=0.0,
        max=1.0,
        subtype="FACTOR",
        update=callbacks.preview_changed,
    )
    target_character: PointerProperty(
        type=bpy.types.Object,
        name="Onto",
        description="The character that receives the animation",
        poll=_is_character,
    )
    checks: StringProperty()  # a line each: "ok", "bad" or "info", a blank, the sentence, a tab, the control


class BilabialWindow(bpy.types.PropertyGroup):
    """What runs now. Never saved."""

    running: BoolProperty()
    dragging: BoolProperty()
    fraction: FloatProperty()
    stage: StringProperty()


CLASSES = (
    BilabialPhone,
    BilabialWord,
    BilabialPose,
    BilabialLine,
    BilabialTerm,
    BilabialScene,
    BilabialWindow,
)


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    bpy.types.Scene.bilabial = PointerProperty(type=BilabialScene)
    bpy.types.WindowManager.bilabial = PointerProperty(type=BilabialWindow)


def unregister() -> None:
    del bpy.types.WindowManager.bilabial
    del bpy.types.Scene.bilabial
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
