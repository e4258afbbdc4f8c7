"""Sixty kiosks and one server that was down: how their reconnections are spread."""
