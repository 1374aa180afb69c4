"""Damaged and hostile files for every reader: seeds, ways to damage them, and what no reader may do."""
