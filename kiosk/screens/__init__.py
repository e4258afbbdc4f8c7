"""One small class for each screen."""
