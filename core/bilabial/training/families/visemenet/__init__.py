"""VisemeNet (2018), its losses and its variants."""
