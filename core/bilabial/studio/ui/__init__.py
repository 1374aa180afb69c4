"""The Studio's windows: the only place in Bilabial that knows Qt. They show a session and call it."""
