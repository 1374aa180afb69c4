"""Phones by dilated convolutions over the whole clip, or live: the family of bilabial-1."""
