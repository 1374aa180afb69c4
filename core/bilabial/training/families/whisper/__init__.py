"""The ear: Whisper's encoder, tuned to name sounds row by row."""
