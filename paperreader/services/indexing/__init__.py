"""Updates of the search index."""
