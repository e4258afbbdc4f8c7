"""Every socket to PiOrchestrator: requests, errors, streams."""
