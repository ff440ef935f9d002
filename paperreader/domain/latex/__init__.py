"""Turns LaTeX into Unicode text: commands, formulas and whole texts."""
