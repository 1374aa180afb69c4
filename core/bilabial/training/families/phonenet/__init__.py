"""PhoneNet: dilated convolutions over the clip, or live."""
