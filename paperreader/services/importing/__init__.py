"""Imports of files, folders, standard input and fetched lists into a library."""
