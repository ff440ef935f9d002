"""Builds a paper from its captures: the best text, the best value of each fact, and links of all kinds.

Each choice takes the maximum of a total order of captures. A comparison of pairs could have cycles, and then the order
of arrival would decide.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from paperreader.domain.captures import Capture
from paperreader.domain.dates import KnownDate
from paperreader.domain.paper import Standing
from paperreader.domain.revisions import is_whole


@dataclass(frozen=True, slots=True)
class BuiltPaper:
    """A paper: the capture with its texts and version, the best value of each fact, and the links by kind."""

    shown: Capture
    authors: tuple[str, ...] | None = None
    published: KnownDate | None = None
    categories: tuple[str, ...] | None = None
    standing: Standing | None = None
    links: tuple[tuple[str, str], ...] = ()


def build_paper(captures: Iterable[Capture]) -> BuiltPaper:
    """The paper of a group of captures, in any order.

    Each fact is from the newest capture that has it. The most exact date is shown: a day before a month, a month
    before a year.
    """
    newest = sorted(captures, key=_weight, reverse=True)
    links = {kind: url for capture in reversed(newest) for kind, url in capture.links}  # the newest of each kind
    dates = (capture.published for capture in newest if capture.published)
    return BuiltPaper(
        shown=max(newest, key=_text_rank),
        authors=next((capture.authors for capture in newest if capture.authors), None),
        published=max(dates, key=lambda date: len(date.isoformat()), default=None),
        categories=next((capture.categories for capture in newest if capture.categories), None),
        standing=next((capture.standing for capture in newest if capture.standing), None),
        links=tuple(sorted(links.items())),
    )


def earlier_texts(captures: Iterable[Capture], shown: Capture) -> tuple[Capture, ...]:
    """The captures with an abstract whose texts differ from the shown ones, each text once, best first."""
    texts = {(shown.title, shown.abstract): shown}
    for capture in sorted(captures, key=_text_rank, reverse=True):
        if capture.abstract:
            texts.setdefault((capture.title, capture.abstract), capture)
    return tuple(texts.values())[1:]


def _weight(capture: Capture) -> tuple[int, int, int]:
    """The sort key of the newest capture: version, then figures."""
    return capture.version or 0, capture.figures, capture.fingerprint


def _text_rank(capture: Capture) -> tuple[bool, bool, int, bool, int, int]:
    """The sort key of the best text. Of one version, a whole abstract is better than a cut one."""
    version, figures, fingerprint = _weight(capture)
    return bool(capture.title), bool(capture.abstract), version, is_whole(capture.abstract), figures, fingerprint
