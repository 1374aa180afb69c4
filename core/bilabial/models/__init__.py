"""The networks, as inference in numpy alone: cards, the store, streaming, one folder a family."""
