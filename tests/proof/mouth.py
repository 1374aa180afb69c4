"""What the demo head's mouth does, read from its vertices; millimetres of the head's own size."""

from __future__ import annotations

import numpy as np


def heights(head, vertices):
    """From lower to upper lip along their line of contact, corner to corner; below 0 they press."""
    count = head.lips.shape[1]
    k = np.arange(1, count // 2)
    rings = [head.lips[ring] for ring in head.contact_rings]
    return np.min([vertices[ring[k], 2] - vertices[ring[count - k], 2] for ring in rings], axis=0) * 1e3


def width(head, vertices) -> float:
    ring = head.lips[head.contact_rings[0]]
    return float(vertices[ring[0], 0] - vertices[ring[len(ring) // 2], 0]) * 1e3


def to_the_teeth(head, vertices) -> float:
    """From the middle of the lower lip to the upper teeth."""
    middle = 3 * head.lips.shape[1] // 4
    lip = vertices[head.lips[2:10, middle - 4 : middle + 5]].reshape(-1, 3)
    teeth = vertices[head.part("teeth_upper")]
    return float(np.linalg.norm(lip[:, None] - teeth[None], axis=2).min()) * 1e3
