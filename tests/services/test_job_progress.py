"""The progress of jobs, and the time that they have left."""

from dataclasses import replace

from paperreader.domain.text import Safe
from paperreader.services.job_progress import Job, JobProgress, TimeLeft, Unit

IMPORT = JobProgress(Job.IMPORT, Safe("kites.json"), 0, 1_000)


def test_a_job_says_what_it_did_in_its_unit() -> None:
    """Rule: bytes are a percentage, papers and lists are counted; nothing stands for an unknown total."""
    assert IMPORT.title == "import kites.json"
    assert replace(IMPORT, done=419).figures == "41 %"
    assert replace(IMPORT, done=2_000).figures == "100 %"
    assert replace(IMPORT, total=82_000, done=34_112, unit=Unit.PAPERS).figures == "34,112 of 82,000"
    assert replace(IMPORT, total=7, done=3, unit=Unit.LISTS).figures == "3 of 7 lists"
    assert str(replace(IMPORT, total=0, note=Safe("40 kB"))) == "import kites.json · 40 kB"


def test_the_time_left_comes_from_the_speed_since_the_job_started() -> None:
    """Rule: an import that continues is measured from where it continued; another job starts anew."""
    now = 0.0
    left = TimeLeft(lambda: now)
    assert left.measured(replace(IMPORT, done=400)).seconds_left is None
    now = 0.5
    assert left.measured(replace(IMPORT, done=450)).seconds_left is None, "too early to say"
    now = 2.0
    assert left.measured(replace(IMPORT, done=600)).seconds_left == 4.0
    now = 6.0
    assert left.measured(replace(IMPORT, done=1_000)).seconds_left == 0.0
    other = replace(IMPORT, name=Safe("looms.json"), done=100)
    assert left.measured(other).seconds_left is None
    now = 9.0
    assert left.measured(replace(other, done=400)).seconds_left == 6.0


def test_no_time_is_left_of_a_job_without_a_total() -> None:
    """Rule: a time is never guessed."""
    now = 0.0
    left = TimeLeft(lambda: now)
    left.measured(replace(IMPORT, total=0))
    now = 5.0
    assert left.measured(replace(IMPORT, total=0, done=300)).seconds_left is None
