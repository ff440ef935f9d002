"""Readers of texts in feeds: names of people, abstracts in HTML, kinds of entries."""
