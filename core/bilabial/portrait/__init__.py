"""One still picture of a face that speaks: the face is found, a mesh laid over it, and every frame warped."""
