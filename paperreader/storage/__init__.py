"""The stores: the catalogue (what sources said) and the reading state (what you decided). The index is in `search`."""
