"""Health checks of a library and its environment, and their repairs."""
