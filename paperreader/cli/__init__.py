"""The command line: one module a verb family; no verb but the reader itself imports Textual."""
