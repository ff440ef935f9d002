"""The catalogue stores what sources said about papers, in one SQLite file."""
