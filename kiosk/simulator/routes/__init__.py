"""The HTTP, SSE and WebSocket surface, one module for each area of contract.md §2."""
