"""Which bones turn a head and which lifts with a breath, by the names that rigs give them.

Names are taken apart into words (``CC_Base_NeckTwist01``: cc, base, neck, twist, 01). A bone is the head's if
it says so and says nothing else but what rigs write before and after every name; what ends a chain, drives or
aims it is left alone. A profile may name its own bones (``body``), which then count alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .names import canonical, without_namespace, words

HEAD_PART, NECK, CHEST, BREATH = "head", "neck", "chest", "breath"
PARTS = (HEAD_PART, NECK, CHEST, BREATH)  # what a profile's ``body`` may name; breath: shapes
HEAD_SHARE = 0.6  # of the head's turn; the neck has the rest

_MOST_NECKS = 3
_CONTROLS = {"c", "ctrl", "ctl", "control", "con", "fk"}  # what animators pose comes before what deforms
_DEFORMS = {"def", "org"}
_BESIDE = {
    "bip", "biped", "bip01", "bip001", "valve", "j", "m", "b", "bn", "cc", "base", "character", "skel",
    "rig", "bone", "jnt", "joint", "sk", "mid", "center", "x",
}  # fmt: skip
_HEADS, _NECKS = {"head", "頭", "kopf", "cabeza"}, {"neck", "首", "hals", "cuello"}
_NECK_PARTS = {"twist", "upper", "lower", "a", "b", "c", "d"}
_EYES, _LEFT, _RIGHT = {"eye", "eyeball", "eyes", "目"}, {"left", "l", "左"}, {"right", "r", "右"}
_IN_ONE_WORD = {"左目": {"左", "目"}, "右目": {"右", "目"}}  # MMD's
_OF_A_FACE = {"adj", "face", "facial"}  # what VRoid and MetaHuman write before an eye
_CHESTS = {"chest", "thorax", "胸", "brust"}
_SPINES = {"spine", "上半身"}
_BREATHS = ("breath", "breathe", "breathin", "breathein", "breathing", "inhale", "chestbreath", "chestexpand")


@dataclass(frozen=True, slots=True)
class Body:
    """Bones by the names that the rig has: ``necks`` from the chest upwards; "" where there is none."""

    head: str
    necks: tuple[str, ...] = ()
    chest: str = ""

    def shares(self) -> dict[str, float]:
        """How much of the head's turn each bone has; all of them together have it whole."""
        if not self.necks:
            return {self.head: 1.0}
        each = (1.0 - HEAD_SHARE) / len(self.necks)
        return {**dict.fromkeys(self.necks, each), self.head: HEAD_SHARE}


def find_body(
    parents: Mapping[str, str | None], own: Mapping[str, Sequence[str]] | None = None
) -> Body | None:
    """The bones of an armature (each with its parent) that turn its head; None where none says that it does.

    ``own`` are a profile's names, by PARTS.
    """
    own = own or {}
    head = _first(own[HEAD_PART], parents) if HEAD_PART in own else _best(parents, _is_head)
    if not head and HEAD_PART not in own:
        head = _carrying_eyes(parents)
    if not head:
        return None
    above = tuple(_ancestors(head, parents))
    named = tuple(name for name in own.get(NECK, ()) if name in parents)
    necks = named if NECK in own else _necks(parents, above)
    return Body(head, necks, _chest(parents, own, (necks or (head,))[0]))


def breath_shape(shapes: Iterable[str], own: Mapping[str, Sequence[str]] | None = None) -> str:
    """The shape that shows breath drawn in; "" where there is none."""
    shapes = tuple(shapes)
    if own and BREATH in own:
        return _first(own[BREATH], shapes)
    return next((name for name in shapes if canonical(name) in _BREATHS), "")


def _carrying_eyes(parents: Mapping[str, str | None]) -> str:
    """The lowest bone on which both eyes hang, where no name says which is the head's."""
    sides = [list(_ancestors(eye, parents)) if eye else [] for eye in _eyes(parents)]
    return next((name for name in sides[0] if name in sides[1] and parents[name] is not None), "")


def eye_bones(parents: Mapping[str, str | None]) -> tuple[str, str] | None:
    """The bones that turn the left eye and the right one; None where no name says which they are."""
    left, right = _eyes(parents)
    return (left, right) if left and right else None


def _eyes(parents: Mapping[str, str | None]) -> tuple[str, str]:
    """ "" where there is none."""
    found = []
    for side in (_LEFT, _RIGHT):
        eyes = [name for name in parents if _is_eye(_rest(name), side)]
        found.append(min(eyes, key=_rank, default=""))
    return found[0], found[1]


def _is_eye(told: set[str], side: set[str]) -> bool:
    return bool(told & side and told & _EYES) and told <= side | _EYES | _OF_A_FACE


def _first(wanted: Sequence[str], given: Iterable[str]) -> str:
    """The first wanted name that a rig has, with or without its namespace."""
    bare = {without_namespace(name): name for name in given}
    bare.update((name, name) for name in tuple(bare.values()))
    return next((bare[name] for name in wanted if name in bare), "")


def _ancestors(name: str, parents: Mapping[str, str | None]) -> Iterable[str]:
    above = parents.get(name)
    while above is not None:
        yield above
        above = parents.get(above)


def _best(names: Iterable[str], fits: Callable[[set[str]], bool]) -> str:
    found = [name for name in names if fits(_rest(name))]
    return min(found, key=_rank, default="")


def _rest(name: str) -> set[str]:
    """The words of a name that say something of its own."""
    told = {word for word in words(name) if not word.isdigit()}
    for word in told & set(_IN_ONE_WORD):
        told = told - {word} | _IN_ONE_WORD[word]
    return told - _BESIDE - _CONTROLS - _DEFORMS


def _rank(name: str) -> tuple[int, int, str]:
    """Controls first, what only deforms last, short names before long ones."""
    told = set(words(name))
    kind = 0 if told & _CONTROLS else 2 if told & _DEFORMS else 1
    return kind, len(words(name)), name


def _is_head(told: set[str]) -> bool:
    return bool(told) and told <= _HEADS


def _is_neck(told: set[str]) -> bool:
    return bool(told & _NECKS) and told <= _NECKS | _NECK_PARTS


def _necks(parents: Mapping[str, str | None], above: Sequence[str]) -> tuple[str, ...]:
    """Necks that carry the head; of a rig whose controls hang elsewhere, those of the best kind."""
    every = [name for name in parents if _is_neck(_rest(name))]
    if not every:
        return ()
    carrying = [name for name in every if name in above]
    if carrying:
        return tuple(sorted(carrying, key=above.index, reverse=True))[-_MOST_NECKS:]
    best = min(_rank(name)[0] for name in every)
    return tuple(sorted(name for name in every if _rank(name)[0] == best)[:_MOST_NECKS])


def _chest(parents: Mapping[str, str | None], own: Mapping[str, Sequence[str]], lowest: str) -> str:
    """What lies under the neck: by its name, else by what the lowest neck hangs on."""
    if CHEST in own:
        return _first(own[CHEST], parents)
    above = list(_ancestors(lowest, parents))
    carrying = [name for name in above if _rest(name) & (_CHESTS | _SPINES)]
    if carrying:
        return carrying[0]
    return _best(parents, lambda told: bool(told & _CHESTS) and told <= _CHESTS | {"upper"})
