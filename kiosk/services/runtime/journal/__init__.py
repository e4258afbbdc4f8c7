"""What was asked and what came of it, and which devices were set up, on this machine's disk."""
