"""A take as numbers: what is wrong with it, where, and how much it matters. docs/check.md explains each."""
