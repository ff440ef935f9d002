"""The catalogue: the modules over its SQLite file."""
