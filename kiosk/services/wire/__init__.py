"""PiOrchestrator's V1 contract as frozen models and pure decoders; no I/O."""
