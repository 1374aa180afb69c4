"""Batches that are killed, stopped, starved and met by others; after each, the same command converges."""
