"""Lists of papers: their order, their counts, shelves as long as the library."""
