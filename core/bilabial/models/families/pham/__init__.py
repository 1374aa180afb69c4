"""Pham et al. (2018): convolutions over a spectrogram and a recurrent layer to a face's weights."""
