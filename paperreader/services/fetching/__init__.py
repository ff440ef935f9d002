"""Fetching lists from servers and importing them."""
