"""Who may ask, how much, and once: API keys, their limits, and replies that are not made twice."""
