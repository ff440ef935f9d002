"""Rules: what they find, what they do after an import, and how the user changes and judges them."""
