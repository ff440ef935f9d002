"""Readers of the syntax that several formats share: XML, JSON, encodings, the lines of web pages."""
