"""A clock that moves only when somebody sleeps."""


class Clock:
    """A clock that moves only in `sleep`, and records its pauses."""

    def __init__(self) -> None:
        self.now = 1_741_968_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        """The seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Move the clock."""
        self.slept.append(seconds)
        self.now += seconds
