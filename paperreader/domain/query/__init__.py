"""Queries: their tree, parser, completion and description."""
