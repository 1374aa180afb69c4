"""From the 31 controls to the channels of any rig: profiles, recognition, solver, learning, baking."""
