"""One folder a family: network, task, export, configurations."""
