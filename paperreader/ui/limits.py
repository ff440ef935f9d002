"""The limits of the reader: how long it waits, and how much it loads or shows at once."""

from dataclasses import dataclass

from paperreader.files.waiting import Patience

_FOR_LOCKS = Patience()


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds and amounts in papers."""

    poll: float = 0.5
    """Between checks for changes by other processes."""
    look_for_drafts: float = 3.0
    """Between checks for drafts of readers that died."""
    keep_draft: float = 1.0
    """Between two saves of the draft of a note."""
    save_session: float = 5.0
    """Between two saves of the session."""
    tidy: float = 10.0
    """Between two releases of unused memory."""
    settle: float = 0.5
    """After the start, until background work may begin; earlier work would delay the first frame."""
    background: float = 1.0
    """After the start, until a terminal counts as silent that was asked for its background."""
    preview: float = 0.05
    """After the last move in the list of themes, until the theme is shown."""
    learn: float = 0.7
    """After the start, until the order by interest is learned first."""
    keep_scores: float = 2.0
    """After the last change of the order by interest, until its scores are kept for the next session."""
    fetch: float = 1.0
    """After the start, until the fetch that the settings name."""
    count_shelves: float = 0.6
    """After the start, until saved shelves are counted first."""
    recount_shelves: float = 0.3
    """Between checks of shelf counts, and at least as long as the last count took."""
    prepare: float = 0.15
    """After a list opens, until it is indexed; a user who flips through dates indexes none."""
    follow_again: float = 5.0
    """Until the catalogue is updated again after a failure."""
    retry_index: float = 1.0
    """Until the reader checks again on another process that writes the search index."""
    message: float = 4.0
    """Until a message leaves the footer by itself."""
    saving: float = 0.1
    """After a decision, until the footer says that it is being saved."""
    holder: float = _FOR_LOCKS.silence
    """After a decision, until the footer names the process that holds the lock."""
    refuse: float = _FOR_LOCKS.limit
    """After a decision, until it is refused because another process holds the lock."""
    finish: float = 1.5
    """For queued decisions when a signal ends the reader; after 3 seconds it is killed."""
    keys_wait: float = 0.15
    """For keys after a sort command, which are meant for the sorted list."""
    second_key: float = 0.5
    """For the second key of a sequence such as `gg`; then the first key counts alone."""
    unknown_key: float = 1.0
    """Between two messages that a key does nothing, while it is held."""
    count_elsewhere: float = 0.15
    """After the last key of a query, until matches elsewhere are counted."""
    count_tags: float = 0.15
    """Until a dialog opens with the tags as they were counted last."""
    index_pause: float = 0.003
    """For keys, between two chunks of background indexing."""

    sort_at_once: int = 500
    """Up to this length, a list is sorted on the event loop, in some 5 ms."""
    filter_at_once: int = 2_000
    """Up to this length, a list is filtered on the event loop; longer lists use a thread."""
    in_memory: int = 20_000
    """Papers of a list that are searched in memory if no index exists."""
    first: int = 1_000
    """Papers of a long list that are read first, in some 5 ms: several screens."""
    pages_opened: int = 10
    """Pages that one key opens in the browser."""
    papers_copied: int = 1_000
    """Papers that one key copies; terminals accept no longer text."""
    sources: int = 100
    """With more sources, the page of a paper only counts them. Reading so many takes a few milliseconds."""
    states_counted: int = 2_000
    """Up to this length, the papers of a list are counted by status after each decision, in some 2 ms."""
    found: int | None = None
    """Matches of the search index that are shown; None: all that it returns."""
    index_from: int | None = None
    """From this size on, a library has a search index; None: the default of the shell."""


USUAL = Limits()
