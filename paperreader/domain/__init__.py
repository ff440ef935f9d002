"""Papers, listings, decisions and queries: pure values and functions, without I/O and third-party imports."""
