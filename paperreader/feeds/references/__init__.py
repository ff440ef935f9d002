"""Reference files and JSON of papers: BibTeX, RIS, CSL-JSON, JSON Lines and others."""
