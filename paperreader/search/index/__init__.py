"""The search index on disk (Tantivy): its schema, files, writer and queries."""
