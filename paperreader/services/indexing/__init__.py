"""Keeps the search index in step with the catalogue, in this process or in another."""
