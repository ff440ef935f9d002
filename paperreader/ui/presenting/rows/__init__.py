"""The rows of the list of papers: what they show, their columns, wrapped titles."""
