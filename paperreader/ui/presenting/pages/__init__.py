"""The pages: a paper with its facts, revision and sources, the summary of a date, receipts."""
