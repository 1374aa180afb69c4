"""One folder a family of networks, found by its name in a card's ``architecture``."""
