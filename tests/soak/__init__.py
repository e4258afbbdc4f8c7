"""Soak: the real app over a flapping service for as long as one likes, and what grows meanwhile."""
