"""Drives every screen with real touches, pictures it and measures it."""
