"""The procedural model (JALI): phones with times and the sound's prosody become viseme, jaw and lip
curves."""
