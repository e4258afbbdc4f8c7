"""What the kiosk knows: a frozen model, actions, pure reducers, one store."""
