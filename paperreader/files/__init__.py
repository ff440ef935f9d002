"""Files as the stores need them: one seam over the system calls, locks between processes, atomic replacement."""
