"""How many examples of generated input a property is tried with, in the quick run and in the full one."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

SHARE = 8
"""The full run tries so many times as many examples as the quick one."""
FEWEST = 10
"""Examples that the quick run tries at least, if the full one tries as many."""


def register_profiles() -> None:
    """Make the profiles `quick` and `full` known, and load the quick one; `--hypothesis-profile full` loads the other.

    No profile has a deadline: a test that is only slow must not fail on a busy machine.
    """
    patient = settings(
        deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck), max_examples=25
    )
    settings.register_profile("quick", patient)
    settings.register_profile("full", patient, max_examples=SHARE * 25)
    settings.load_profile("quick")


def is_full() -> bool:
    """Whether this is the full run."""
    return settings.get_current_profile_name() == "full"


def how_many(quick: int, full: int) -> int:
    """How many of something this run tries: as many as the quick run has time for, or as the full one."""
    return full if is_full() else quick


def examples(full: int, *, steps: int = 50) -> settings:
    """The settings of a property that the full run tries with so many examples, of so many steps if it is a machine."""
    quick = max(min(FEWEST, full), full // SHARE)
    return settings(max_examples=how_many(quick, full), stateful_step_count=steps)
