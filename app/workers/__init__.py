"""Who writes: one client of OpenAI's chat-completions protocol, the pool, the embedded model."""
