"""The command line: one module for each family of commands. Only the command that opens the reader loads Textual."""
