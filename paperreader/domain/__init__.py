"""Papers, listings, decisions and queries: pure values and functions, without I/O or third-party imports."""
