"""Models on speakers that they never heard."""
