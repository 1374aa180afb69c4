"""Pictures of the demo head by numpy alone: its mesh, and a small renderer."""
