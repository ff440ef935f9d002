"""Fetching lists of papers from the web into a library."""
