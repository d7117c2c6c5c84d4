"""Who is told that a post shows danger: one webhook of the operator's, never with a word of the post."""
