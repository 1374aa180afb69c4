"""Many sounds at once: the list, the journal of what is done, the workers, the report."""
