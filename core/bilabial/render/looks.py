"""How the demo head looks: the surface of each material, and the cameras that show it."""

from __future__ import annotations

from .demo_head import DemoHead
from .rasteriser import Camera, Mesh, Surface

SURFACES = {
    "skin": Surface(0.10, 16, 0.65),
    "lips": Surface(0.30, 30, 0.55),
    "mouth": Surface(0.04, 18, 0.1, 0.0),
    "lids": Surface(0.02, 10, 0.2),
    "pupil": Surface(0.25, 120, 0, 0.1, 0.6, 1.6),
    "iris": Surface(0.25, 120, 0, 0.1, 0.6, 1.6),
    "sclera": Surface(0.25, 120, 0.35, 0.1, 0.5, 1.0),
    "teeth": Surface(0.45, 60, 0.6, 0.1, 0.6),
    "gums": Surface(0.4, 40, 0.5),
    "tongue": Surface(0.22, 25, 0.7, 0.1, 0.3),
    "brow": Surface(0.05, 10),
    "hair": Surface(0.20, 20, 0.15, 0.25),
    "jumper": Surface(0.0, 10, 0.15, 0.45),
}
INSIDE = frozenset(("mouth", "teeth", "gums", "tongue"))  # materials that lie in the shade of the lips
PORTRAIT = Camera((0.20, -0.68, -0.005), (0.0, -0.01, -0.033), 0.30)
FILM = Camera((0.09, -0.66, -0.025), (0.0, -0.02, -0.035), 0.235)
FACE = Camera((0.07, -0.62, -0.03), (0.0, -0.02, -0.026), 0.205)
MOUTH = Camera((0.10, -0.50, -0.045), (0.0, -0.06, -0.066), 0.10)


def mesh_of(head: DemoHead) -> Mesh:
    """The head for the software renderer."""
    return Mesh(
        head.quads, head.colours, head.material_of_quad, tuple(SURFACES[name] for name in head.materials)
    )
