"""The training loop for any task, and a run as a TOML file."""
