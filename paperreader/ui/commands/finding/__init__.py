"""Commands that find: the filter of the list, the search in an abstract, sort orders, the palette."""
