"""Turns the values of the domain into the text of rows, blocks and bars."""
