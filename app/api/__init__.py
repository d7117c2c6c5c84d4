"""The HTTP edge: nothing else knows FastAPI."""
