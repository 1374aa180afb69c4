"""Bilabial: a soundtrack in, sparse and editable lip-sync curves out.

The package is pure Python over numpy. It never imports bpy; only ``bilabial.training`` imports torch.
Inside a Blender extension it lives under another name, so every import between its modules is relative.
"""

__version__ = "0.1.0"
