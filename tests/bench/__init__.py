"""``make bench``: the kiosk and a hand-written page, side by side on the same machine."""
