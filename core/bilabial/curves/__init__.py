"""Curves: sparse Bezier keys with a bounded error, the take that holds them, and what can be done to a take."""
