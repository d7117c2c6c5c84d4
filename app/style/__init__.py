"""Text to measures: pure functions over one tokenisation, and word lists in plain files."""
