"""Pictures of a face that speaks, from one still and raw sound. It says pictures, not rows: generator.py."""
