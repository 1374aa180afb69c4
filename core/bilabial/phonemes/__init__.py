"""Phones: what was said, when, and in which of the 20 visual groups."""
