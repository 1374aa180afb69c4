"""Tian et al. (2019): two bidirectional LSTM and attention over two seconds of sound to a face's weights."""
