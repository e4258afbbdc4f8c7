"""Touchscreen kiosk that onboards batches of cameras through PiOrchestrator."""
