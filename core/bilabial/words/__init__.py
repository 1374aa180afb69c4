"""What is said: written down by a network, and held against what the ear hears."""
