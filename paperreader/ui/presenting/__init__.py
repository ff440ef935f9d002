"""Presentation: from the domain's values to rows, blocks and bars."""
