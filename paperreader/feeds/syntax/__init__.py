"""Syntax that several formats share: XML, JSON, encodings, the lines of a web page."""
