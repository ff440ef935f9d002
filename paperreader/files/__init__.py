"""File access for the stores: system calls, locks between processes, atomic replacement."""
