"""What is learned from programs: curves and landmarks of the procedural model."""
