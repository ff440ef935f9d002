"""The stores of a library: the catalogue (what sources said) and the reading state (what you decided)."""
