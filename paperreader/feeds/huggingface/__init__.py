"""Hugging Face's Daily Papers: pages as text, answers of the API, addresses."""
