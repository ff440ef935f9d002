"""Keeps the ranking files in step with the catalogue, and ranks papers by the decisions of a library."""
