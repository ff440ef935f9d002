"""Syntax of several formats: XML, JSON, encodings, the lines of a web page."""
