"""What a face does beside speech: emotion, brows, lids, gaze, head and breath, as tracks of their own.

Every layer adds to the face and can be turned, keyed and switched off by itself; lips that a sound needs
always win (compose.py).
"""
