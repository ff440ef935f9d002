"""Searches: the query clauses that need the catalogue, the filter of one list, the whole library, saved shelves."""
