"""Texts inside feeds: names of people, abstracts in HTML, labels of items."""
