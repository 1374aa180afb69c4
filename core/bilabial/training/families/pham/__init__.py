"""Pham et al. (2018), to be trained."""
