"""Coverage-guided fuzzing: ``make fuzz``; what it has found is replayed by every ``make test``."""
