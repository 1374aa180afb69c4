"""What every film of a still that speaks says of itself, for whoever looks into the file."""

NOTE = "Synthetic picture: a still made to speak by software (digital source type: compositeSynthetic)."
