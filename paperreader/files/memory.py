"""Memory that a process has freed, given back to the system."""


def trim_memory() -> None:
    """Give freed memory back: the C library of Linux keeps what long work used, and a reader is open for days."""
    import ctypes  # 5 ms that only a window that stays open needs

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:  # other C libraries give it back themselves
        trim(0)
