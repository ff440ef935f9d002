"""The times and sizes that the reader keeps to."""

from dataclasses import dataclass

from paperreader.files.patience import Patience

_FOR_LOCKS = Patience()


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the reader waits, in seconds, and how much it does at once, in papers."""

    poll: float = 0.5
    """Between looks at what other processes changed."""
    look_for_drafts: float = 3.0
    """Between looks at whether another reader died over a note."""
    keep_draft: float = 1.0
    """Between two writings of the draft of a note."""
    save_session: float = 5.0
    """Between two writings of the session, so that a kill forgets little of where one was."""
    tidy: float = 10.0
    """Between two times that memory is given back to the system."""
    settle: float = 0.5
    """After the start, until the first frame is on the screen: reading sooner would delay its bytes."""
    fetch: float = 1.0
    """After the start, until the sources are fetched that the settings name."""
    count_shelves: float = 0.6
    """After the start, until the saved shelves are first counted."""
    recount_shelves: float = 0.3
    """Between looks at whether the counts of shelves still hold, and at least as long as the last count took."""
    prepare: float = 0.15
    """After opening a list, until its index is built, so that leafing through dates builds none."""
    follow_again: float = 5.0
    """Until a catalogue that could not follow a decision is tried again."""
    retry_index: float = 1.0
    """Until another process that writes the search index is looked after again."""
    saving: float = 0.1
    """After a decision, until the status line says that it is being saved."""
    holder: float = _FOR_LOCKS.silence
    """After a decision, until the status line names the process that is waited for."""
    refuse: float = _FOR_LOCKS.limit
    """After a decision that waits for another process, until it is withdrawn and refused."""
    finish: float = 1.5
    """For queued decisions when a signal ends the reader; after 3 seconds it would be killed."""
    keys_wait: float = 0.15
    """For the keys behind a new order, which are meant for the sorted list."""
    count_elsewhere: float = 0.15
    """After the last key of a query, until it is counted what it finds elsewhere."""
    index_pause: float = 0.003
    """For keys, between two pieces of indexing in the background."""

    sort_at_once: int = 500
    """Papers up to which a list is sorted on the event loop, in some 5 ms."""
    filter_at_once: int = 2_000
    """Papers up to which a query is answered on the event loop; longer lists are searched in a thread."""
    in_memory: int = 20_000
    """Papers of a list that are searched in memory while there is no index."""
    first: int = 1_000
    """Papers of a long list that are read at once, in some 5 ms: several screens full."""
    pages_opened: int = 10
    """Pages that one key opens in the browser."""
    papers_copied: int = 1_000
    """Papers that one key copies: more is longer than terminals take."""
    sources: int = 100
    """With more sources than this, the page of a paper only counts them. Reading so many takes a few milliseconds."""
    found: int | None = None
    """Papers that are shown of what the search index finds; None: as many as it gives."""
    index_from: int | None = None
    """Papers from which on a library has a search index; None: as many as for the shell."""


USUAL = Limits()
