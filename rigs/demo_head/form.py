"""The head's form: a signed distance field of soft solids. Lengths in centimetres; the face looks along -Y,
Z is up.

Every solid is mirrored by taking the absolute x, so the form is symmetric by construction. The mesh is laid
onto this surface by rays and by projection; lips and lids are then built on top of it, ring by ring.
"""

from __future__ import annotations

import numpy as np

EYE = np.array((3.35, -5.2, -0.45))  # centre of the left eyeball (the character's left is +X)
EYE_RADIUS = 2.3
MOUTH_Z = -6.35  # height of the closed lips
HINGE = np.array((0.0, 0.6, -2.6))  # the jaw turns about an axis along X through this point
CENTRE = np.array((0.0, -0.5, -1.5))  # rays that lay the grid start here


def _soft_min(a, b, k):
    h = np.maximum(k - np.abs(a - b), 0) / k
    return np.minimum(a, b) - h * h * k / 4


def _soft_max(a, b, k):
    return -_soft_min(-a, -b, k)


def _ellipsoid(p, centre, radii):
    q = (p - centre) / radii
    near = np.linalg.norm(q, axis=-1)
    slope = np.linalg.norm(q / radii, axis=-1)
    return near * (near - 1) / np.maximum(slope, 1e-9)


def _sphere(p, centre, radius):
    return np.linalg.norm(p - np.asarray(centre), axis=-1) - radius


def _capsule(p, a, b, ra, rb):
    a, b = np.asarray(a), np.asarray(b)
    t = np.clip(((p - a) @ (b - a)) / ((b - a) @ (b - a)), 0, 1)
    return np.linalg.norm(p - a - t[..., None] * (b - a), axis=-1) - (ra + (rb - ra) * t)


def distance(points):
    """Signed distance (about; exact at 0) of points (n, 3) to the head's skin, without lips and lids."""
    p = np.array(points, float)
    p[..., 0] = np.abs(p[..., 0])
    d = _ellipsoid(p, (0, 0.9, 3.2), (7.6, 8.8, 7.9))  # cranium
    d = _soft_min(d, _ellipsoid(p, (0, -1.5, -2.8), (6.7, 6.3, 6.6)), 3.0)  # face
    d = _soft_min(d, _ellipsoid(p, (0, -4.0, -6.9), (4.3, 3.6, 3.3)), 3.0)  # jaw
    d = _soft_min(d, _ellipsoid(p, (0, -6.45, -9.0), (1.6, 1.4, 1.35)), 1.8)  # chin
    d = _soft_min(d, _ellipsoid(p, (3.35, -5.2, -4.3), (2.6, 2.3, 2.2)), 2.6)  # cheeks
    d = _soft_min(d, _ellipsoid(p, (0, -5.7, -6.1), (3.2, 2.9, 2.4)), 1.8)  # muzzle
    d = _soft_min(d, _capsule(p, (1.2, -6.7, 2.4), (4.4, -5.7, 2.5), 0.9, 0.7), 1.8)  # brow
    d = _soft_max(d, -_ellipsoid(p, EYE + np.array((0.0, -3.3, 0.1)), (2.6, 1.8, 2.0)), 1.5)  # socket
    d = _soft_min(d, _sphere(p, EYE, EYE_RADIUS * 1.055), 0.8)  # lids over the eyeball
    d = _soft_min(d, _capsule(p, (0, -7.0, 0.6), (0, -8.5, -2.9), 0.55, 0.75), 1.6)  # bridge of the nose
    d = _soft_min(d, _ellipsoid(p, (0, -8.9, -3.3), (0.95, 1.0, 0.85)), 0.9)  # tip
    d = _soft_min(d, _ellipsoid(p, (0.95, -8.1, -3.7), (0.62, 0.8, 0.58)), 0.75)  # wing
    d = _soft_max(d, -_ellipsoid(p, (0.5, -8.55, -4.42), (0.3, 0.46, 0.32)), 0.5)  # nostril
    philtrum = _capsule(p, (0, -8.75, -4.6), (0, -9.0, -5.7), 0.22, 0.3)
    return _soft_max(d, -philtrum, 0.4)


def gradient(points, step=1e-3):
    points = np.asarray(points, float)
    out = np.empty_like(points)
    for axis in range(3):
        shift = np.zeros(3)
        shift[axis] = step
        out[..., axis] = (distance(points + shift) - distance(points - shift)) / (2 * step)
    return out


def project(points, times=6):
    """Points moved along the gradient onto the surface."""
    points = np.array(points, float)
    for _ in range(times):
        slope = gradient(points)
        points -= (distance(points) / np.maximum((slope**2).sum(-1), 0.05))[..., None] * slope
    return points


def _march(start, direction, steps=200, pace=0.7):
    """From outside along a direction to the surface."""
    travelled = np.zeros(start.shape[:-1])
    for _ in range(steps):
        travelled += pace * distance(start + travelled[..., None] * direction)
    return start + travelled[..., None] * direction


def along_rays(directions):
    """Where rays from CENTRE leave the head (met from outside)."""
    directions = np.asarray(directions, float)
    return _march(CENTRE + 22.0 * directions, -directions)


def front(x, z):
    """Depth y of the skin at (x, z), seen from the front."""
    x, z = np.broadcast_arrays(np.asarray(x, float), np.asarray(z, float))
    start = np.stack((x, np.full_like(x, -14.0), z), axis=-1)
    return _march(start, np.array((0.0, 1.0, 0.0)))[..., 1]
