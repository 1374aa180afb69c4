"""Speech sets on disk, their features, and batches of crops."""
