"""Two people's takes of a line made one: tracks, phones, words and style, by what changed since a base."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..phonemes.merge import merge_phones
from .merge import merge
from .take import Take


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of one side's edits."""

    kept: int  # stretches of mine that stayed
    conflicts: int  # of those, stretches that the others had changed as well


def merged_takes(base: Take, mine: Take, theirs: Take) -> tuple[Take, Merged]:
    """Both sides' edits. Where both changed the same stretch mine stays, as it is what is seen."""
    tracks = dict(theirs.tracks)
    kept = conflicts = 0
    for name, track in mine.tracks.items():
        if name not in theirs.tracks:
            tracks[name] = track
            continue
        old = base.tracks[name].curves if name in base.tracks else {}
        result = merge(old, track.curves, theirs.tracks[name].curves)
        tracks[name] = replace(theirs.tracks[name], curves=result.curves)
        kept += len(result.kept)
        conflicts += len(result.conflicts)
    phones, corrected = merge_phones(base.phones, mine.phones, theirs.phones)
    kept += len(corrected)
    conflicts += sum(one.both for one in corrected)
    style = mine.style if mine.style != base.style else theirs.style
    words = mine if mine.words != base.words else theirs
    whole = replace(
        theirs, tracks=tracks, phones=phones, style=style, dense={}, words=words.words,
        words_model=words.words_model,
    )  # fmt: skip
    return whole, Merged(kept, conflicts)
