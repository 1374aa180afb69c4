"""Emotion: heard in the voice or given by hand, as curves over time, and what the face does for it."""
