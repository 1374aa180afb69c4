"""Time. Seconds inside the package; a host's frames only at its edge.

Row i of anything sampled at FRAME_RATE (features, dense curves, landmarks) describes the moment i /
FRAME_RATE seconds: its analysis window is centred there.
"""

from __future__ import annotations

SAMPLE_RATE = 16_000  # Hz, the one rate inside
FRAME_RATE = 100  # rows a second
HOP = SAMPLE_RATE // FRAME_RATE  # samples from a row to the next
WINDOW = 400  # samples in an analysis window: 25 ms


def row_count(sample_count: int) -> int:
    """Rows that cover a sound: times 0, 0.01, ... up to its last whole hop, included. No sound, no row."""
    return sample_count // HOP + 1 if sample_count > 0 else 0
