"""The stores of a library: the catalogue (what the world published) and the reading state (what you decided)."""
