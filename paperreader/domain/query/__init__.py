"""Queries: their tree, parser and completion."""
