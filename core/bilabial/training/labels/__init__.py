"""Phones for clips: realigning, recognising, stress, and what the decoder needs to know of speech."""
