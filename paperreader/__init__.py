"""A keyboard-driven terminal reader for people who go through hundreds of new research papers a day."""

__version__ = "0.1.0"
