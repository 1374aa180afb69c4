"""The numbers that the checks measure against, each with its source.

Those of real mouths are printed by ``python tests/measure/mouths.py GRID``, where GRID holds the GRID corpus
with a face landmarker's tracks: 894 sentences of 3 s at 25 frames a second.
"""

from __future__ import annotations

from typing import Final

from ..solve.jali.inertia import SEEN as SEEN  # a shape below this is not noticed

FRAME_RATES: Final = (24, 30, 60)  # frames a second at which a closure must be seen

# Metres on the demo head. A close-up shows 0.20 m on 1080 rows, so a gap below one and a half rows is unseen.
LIPS_MEET: Final = 0.0003
CONTROL_MEETS: Final = 0.95  # of a closer or a lip-to-teeth shape
RIG_MEETS: Final = 0.01  # of a profile's gap, in which 1 is about a jaw wide open

# Distances between the eyes a second, over one film frame of 40 ms: the fastest of 10,000 frames in GRID.
OPENING_SPEED: Final = 4.1  # lips part
CLOSING_SPEED: Final = 5.1  # lips come together
CORNER_SPEED: Final = 1.9  # the mouth's corners draw apart or together
SPEED_MARGIN: Final = 1.5  # above which it is a finding: GRID is one man who reads calmly
SPEED_WINDOW_S: Final = 0.04

FLICKER_S: Final = 0.08  # a shape that is seen for less is a twitch: two frames of film
REST: Final = 0.1  # sum of all shapes in a pause, above which the mouth still speaks

# Seconds by which a mouth may come after and before its sound: where viewers notice (ITU-R BT.1359-1).
MOUTH_LATE: Final = 0.045
MOUTH_EARLY: Final = 0.125
NATURAL: Final = 0.02  # the lag at which real faces and their sound agree best, median of 101 clips
SURE: Final = 0.2  # least confidence at which an offset is believed: half of real clips of 3 s reach it

UNHEARD: Final = 0.12  # mean probability of a sound's group below which the sound is not what is said there
HEARD: Final = 0.8  # probability of m b p from which the sound insists on a closure
HEARD_S: Final = 0.04  # for so long

OVER_KEYED: Final = 1.5  # times as many keys as the same curve needs
MOST_KEYS: Final = 12.0  # a second on one curve, below which nobody counts

CLIPPED: Final = 0.985  # of full scale; runs of CLIPPED_RUN samples at a level above are flat tops
CLIPPED_RUN: Final = 3
QUIET_DB: Final = -50.0  # loudest tenth of a sound below this: nothing that a mouth could follow
DROPOUT_S: Final = 0.02  # digital silence inside a word
