"""The reading state: what the user decided, as documents in the journal."""
