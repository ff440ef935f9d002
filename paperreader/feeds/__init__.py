"""Feed formats: each importer turns bytes into papers and problems."""
