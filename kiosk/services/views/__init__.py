"""Pure functions from state to what a screen shows."""
