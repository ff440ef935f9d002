"""Turns LaTeX into Unicode text: the table of commands, formulas, and whole texts."""
