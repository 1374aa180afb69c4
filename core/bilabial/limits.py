"""The ceilings of everything that comes from outside, in one place; docs/limits.md says what each costs.

A limit is checked before memory is taken: a few hundred bytes may name a million rows. Whoever needs more
cuts the work into parts, and every sentence says so.
"""

from __future__ import annotations

from .errors import BilabialError, FormatError

LONGEST = 6 * 3600.0  # seconds of one sound, take or animation
FASTEST = 1000.0  # frames a second of an animation
MOST_ROWS = 8_000_000  # frames of an animation: 6 h at 370 frames a second
MOST_CHANNELS = 4096  # of an animation, a track or a rig
MOST_VALUES = 100_000_000  # rows times channels: 800 MB as 64-bit floats
MOST_SOUND_CHANNELS = 1024  # of a file; libsndfile's own limit
LARGEST_JSON = 1 << 30  # bytes: a take of 6 h with its dense curves kept is 0.7 GB
MOST_JSON_VALUES = 20_000_000  # what a JSON text may hold: each costs 8 to 100 bytes
DEEPEST_JSON = 200  # brackets within brackets; ours are eight deep
LARGEST_TABLE = 1 << 30  # bytes of a csv: 6 h of Live Link at 60 frames a second are 0.8 GB
LONGEST_LABEL = 64  # characters of a phone's label: real ones have one to ten
LARGEST_TEXT = 64 << 20  # bytes of a transcript, a phone file or a list
LARGEST_PICTURE = 256 << 20  # bytes of a still picture's file; its pixels have a limit of their own
FASTEST_TEXT = 100  # characters that a second of sound may hold: the fastest talkers say thirty


def check_duration(seconds: float, what: str, error: type[BilabialError] = FormatError) -> None:
    """``what`` is what the sentence begins with: a file's name."""
    if not 0.0 <= seconds <= LONGEST:
        raise error(
            f"{what} would last {seconds:g} s, and at most {LONGEST:g} s ({LONGEST / 3600:g} h) are worked "
            "on: check its times, or cut it into parts"
        )


def check_size(rows: float, channels: int, what: str) -> None:
    """Before an animation of so many rows and channels is laid out in memory."""
    if channels > MOST_CHANNELS:
        raise FormatError(f"{what} has {channels} channels, and at most {MOST_CHANNELS} are worked on")
    if not 0 <= rows <= MOST_ROWS or rows * max(channels, 1) > MOST_VALUES:
        raise FormatError(
            f"{what} would need {rows:.0f} rows of {channels} channels, and at most {MOST_ROWS} rows and "
            f"{MOST_VALUES} values are worked on: check its times, or cut it into parts"
        )
