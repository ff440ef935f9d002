"""A clock that stands still unless somebody waits."""


class Clock:
    """Time that only waiting moves."""

    def __init__(self) -> None:
        self.now = 1_741_968_000.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.now += seconds
