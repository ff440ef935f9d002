"""Searching a list or the whole library, and saved shelves."""
