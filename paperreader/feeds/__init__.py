"""One module a feed format: bytes in, papers and problems out."""
