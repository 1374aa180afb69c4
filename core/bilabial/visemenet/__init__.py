"""The networks, as inference in numpy alone: from features to phone groups, landmarks and controls."""
