"""The earlier abstract of a paper whose abstract was revised."""

from paperreader.domain.paper import Paper
from paperreader.services.library import Library
from paperreader.storage.catalogue.catalogue import EarlierText

MOST = 10
"""Earlier texts that are looked at; a paper with more of them has been revised, and the nearest ones say how."""


def revised_from(library: Library, number: int, paper: Paper) -> EarlierText | None:
    """The nearest of a paper's earlier texts from which its abstract differs; raises StoreError."""
    texts = library.catalogue.earlier_texts(number)
    if not texts:
        return None
    from paperreader.domain.revisions import is_revised  # 1 ms that few papers need

    for text in texts[:MOST]:
        is_later = text.version is not None and text.version > (paper.version or 0)
        if not is_later and is_revised(text.abstract, paper.abstract):
            return text
    return None
