"""The network of VisemeNet (2018) as published."""
