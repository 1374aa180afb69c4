"""Whisper's networks in numpy: the encoder that hears and the decoder that writes."""
