"""LaTeX as text: the signs of its commands, its formulas, and whole texts."""
