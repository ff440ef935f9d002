"""Work that no key waits for: filtering, saving decisions, indexing."""
