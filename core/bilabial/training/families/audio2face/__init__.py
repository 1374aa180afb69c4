"""Tian et al. (2019), to be trained."""
