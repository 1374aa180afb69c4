"""A talking head from one still and sound: the temporal GAN of Vougioukas 2018."""
