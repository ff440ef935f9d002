"""Keys: the command table, and what is made from it."""
