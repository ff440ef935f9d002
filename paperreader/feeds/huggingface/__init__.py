"""Hugging Face's Daily Papers: the text of its pages, the answers of its API, and its addresses."""
