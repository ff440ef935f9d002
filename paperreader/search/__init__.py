"""Matching and ranking of papers against the words of a query."""
