"""One module an export format: entries in, text out."""
