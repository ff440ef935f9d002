"""The terminal: Textual's driver, its input, and keys typed ahead."""
