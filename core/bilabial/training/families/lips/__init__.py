"""A small lip-reader of GRID's 51 words, to measure films: what lips say, how far they and lids open."""
