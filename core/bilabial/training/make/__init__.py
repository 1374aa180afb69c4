"""Sets that are made: synthetic speech, sounds without speech, codecs and pitches."""
