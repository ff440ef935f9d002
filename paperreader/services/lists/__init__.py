"""Lists of papers: their order and counts, and long lists that open at once."""
