"""An embedded PiOrchestrator over real HTTP, SSE and WebSocket."""
