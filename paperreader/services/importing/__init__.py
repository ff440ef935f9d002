"""Importing files of any size into a library."""
