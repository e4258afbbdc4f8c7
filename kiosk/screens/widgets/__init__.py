"""Lean touch widgets, sized in millimetres."""
