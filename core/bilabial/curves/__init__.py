"""Curves: sparse Bezier keys with a bounded error, the take that holds them, and what is done with a take."""
