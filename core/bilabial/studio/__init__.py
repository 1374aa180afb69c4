"""Bilabial Studio without its windows: documents, commands, lists and clocks. Only ``ui`` knows Qt."""
