"""What the program can do, for the reader and the command line alike."""
