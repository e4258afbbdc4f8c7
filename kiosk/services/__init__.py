"""What the kiosk knows and does, with no pixels in it."""
