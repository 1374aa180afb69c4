# SPDX-License-Identifier: GPL-3.0-or-later
"""What the engine knows of a line: plain names and types, whoever keeps them.

The property groups of the panel have all of these (a test holds the two together); no room but the panel's
knows the groups themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import bpy

Pointer = Any  # to a datablock of Blender's; None where none is chosen


class Phone(Protocol):
    """One sound of a line, as the list shows it."""

    name: str
    start: float  # seconds from the start of the sound
    end: float
    group: str
    confidence: float
    id_data: bpy.types.Scene

    def path_from_id(self) -> str: ...


class Phones(Protocol):
    """The list of a line's sounds."""

    def add(self) -> Phone: ...
    def remove(self, index: int, /) -> None: ...
    def clear(self) -> None: ...
    def foreach_get(self, attribute: str, values: Any, /) -> None: ...
    def foreach_set(self, attribute: str, values: Any, /) -> None: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Phone]: ...
    def __getitem__(self, index: int) -> Phone: ...


class Word(Protocol):
    """One word of a line, as the list shows it."""

    name: str
    start: float  # seconds from the start of the sound
    end: float
    confidence: float
    heard: bool
    id_data: bpy.types.Scene

    def path_from_id(self) -> str: ...


class Words(Protocol):
    """The list of a line's words."""

    def add(self) -> Word: ...
    def remove(self, index: int, /) -> None: ...
    def foreach_set(self, attribute: str, values: Any, /) -> None: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Word]: ...
    def __getitem__(self, index: int) -> Word: ...


class Line(Protocol):
    """Who says which sound, and how; and what was made of it."""

    uid: int
    token: str  # unlike any other line's, in whichever file
    enabled: bool
    character: Pointer
    rig: str
    own_profile: Pointer
    source: str  # STRIP, SPEAKER or FILE
    strip: str
    speaker: Pointer
    file: str
    start: float  # scene frame
    lay_sound: bool
    laid: str
    laid_at: float  # scene frame
    use_range: bool
    range_first: int  # scene frames
    range_last: int
    model: str
    phones_file: str
    text: str
    text_doubt: str
    find_words: bool
    language: str
    tolerance: float
    target: str  # CONTROLS or BAKE
    place: str  # ACTION or NLA
    stepped: bool
    hold: int  # frames
    whole_frames: bool

    jaw: float
    lip: float
    gains: Sequence[float]
    lead: float  # seconds
    style_range: bool
    style_first: int  # scene frames
    style_last: int

    face_brows: bool
    face_blinks: bool
    face_gaze: bool
    face_emotion: bool
    face_feeling: str
    face_look_at: Pointer
    face_seed: int

    take: Pointer
    phone_index: int
    word_index: int
    pose_index: int
    report: str
    failed: bool

    def path_from_id(self, attribute: str = "", /) -> str: ...
    @property
    def phones(self) -> Phones: ...
    @property
    def words(self) -> Words: ...
    @property
    def poses(self) -> Poses: ...
    @property
    def id_data(self) -> bpy.types.Scene: ...


class Term(Protocol):
    """One row of the retarget table: a control moves a channel by a weight."""

    channel: str
    part: str
    weight: float
    mute: bool
    id_data: bpy.types.Scene


class Terms(Protocol):
    """The rows of the retarget table."""

    def add(self) -> Term: ...
    def clear(self) -> None: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Term]: ...
    def __getitem__(self, index: int) -> Term: ...


class Pose(Protocol):
    """One row of the list of poses: an action or a pose marker is a sound."""

    name: str
    control: str  # of the speech controls; REST, or NONE
    id_data: bpy.types.Scene

    def path_from_id(self) -> str: ...


class Poses(Protocol):
    """The list of a line's poses."""

    def add(self) -> Pose: ...
    def remove(self, index: int, /) -> None: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Pose]: ...
    def __getitem__(self, index: int) -> Pose: ...


class LineList(Protocol):
    """The lines of a scene, in order."""

    def add(self) -> Line: ...
    def remove(self, index: int, /) -> None: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Line]: ...
    def __getitem__(self, index: int) -> Line: ...


class Lines(Protocol):
    """Everything of one scene."""

    index: int  # of the line that the panels show
    last_uid: int
    report: str
    control: str
    term_index: int
    preview: float
    target_character: Pointer
    checks: str
    id_data: bpy.types.Scene

    @property
    def lines(self) -> LineList: ...
    @property
    def draft(self) -> Line: ...
    @property
    def terms(self) -> Terms: ...
