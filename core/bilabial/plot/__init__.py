"""Pictures of a take: waveform, phones and curves as PNG or SVG, or one HTML page that plays the sound."""
