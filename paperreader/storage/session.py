"""Where the user was when the reader was left: a convenience, so that losing or damaging the file costs nothing."""

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from paperreader.domain.dates import parse_iso
from paperreader.domain.places import Place, Shelf
from paperreader.files.atomic import replace_file


@dataclass(frozen=True, slots=True)
class Session:
    """The list and the paper that were open, by place and key, and the theme that was chosen."""

    place: Place | None = None
    paper: str | None = None
    theme: str | None = None
    papers: tuple[tuple[str, str], ...] = ()
    """The paper last looked at in each place, by the place's name; the last place used comes last."""

    def at(self, place: Place, paper: str | None) -> "Session":
        """The session after moving to a paper of a place."""
        others = tuple(item for item in self.papers if item[0] != str(place))[-50:]
        return replace(self, place=place, paper=paper, papers=(*others, (str(place), paper)) if paper else others)

    def paper_of(self, place: Place) -> str | None:
        """The paper last looked at in a place."""
        return dict(self.papers).get(str(place))


def load_session(path: Path) -> Session:
    """The session in a file; a new one where there is none that can be read."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        place = values.get("place")
        papers = values.get("papers", {})
        return Session(
            place=_parse_place(place) if isinstance(place, str) else None,
            paper=values["paper"] if isinstance(values.get("paper"), str) else None,
            theme=values["theme"] if isinstance(values.get("theme"), str) else None,
            papers=tuple((str(name), str(key)) for name, key in papers.items()),
        )
    except (OSError, ValueError, AttributeError, RecursionError):
        return Session()


def save_session(path: Path, session: Session) -> None:
    """Write a session; a disk that refuses costs the user nothing but their place."""
    values = {
        "place": str(session.place) if session.place else None,
        "paper": session.paper,
        "theme": session.theme,
        "papers": dict(session.papers),
    }
    try:
        # ASCII: JSON's escapes hold what UTF-8 cannot, a lone surrogate that was read from the file.
        replace_file(path, json.dumps(values, indent=1).encode())
    except OSError:
        return


def _parse_place(text: str) -> Place | None:
    day: date | None = parse_iso(text)
    return day or (Shelf(text) if text in list(Shelf) else None)
