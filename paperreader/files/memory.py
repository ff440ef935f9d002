"""Returning freed memory to the system."""


def trim_memory() -> None:
    """Return freed memory to the system. The C library of Linux keeps it, and a reader stays open for days."""
    import ctypes  # 5 ms that only a long-running window needs

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:  # other C libraries return it themselves
        trim(0)
