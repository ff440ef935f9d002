"""The export formats, one module for each: entries in, text out."""
