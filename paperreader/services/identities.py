"""Settling by hand which papers are one and which are not: decisions like all others, which imports go by for ever."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from paperreader.domain.identifiers import PaperKey, parse_identifier, scheme_of
from paperreader.domain.text import clean_line
from paperreader.errors import NothingToSettle, UnknownPaper
from paperreader.services.library import Library
from paperreader.storage.catalogue_merging import Merging
from paperreader.storage.reading_identities import Named, holders_of, path_of

MERGE, SPLIT = "merge", "split"
"""What it is called in the history to make two papers one, and to make one several again."""

_SCHEMES = ("arxiv", "doi", "title")
"""The schemes of keys, the one first that names a paper best."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What was settled: the key of the paper in question, and those of the others that it is now, or is no more."""

    key: PaperKey
    others: tuple[PaperKey, ...]
    ids: tuple[PaperKey, ...] = ()
    """The ids that were found of it and are no more its own."""
    were_one: bool = True
    """Whether they were one paper before."""


def merge(library: Library, one: PaperKey, other: PaperKey) -> Settled:
    """Make two papers one, under the better of their keys, whatever contradicts that; raises NothingToSettle.

    What was decided about both is joined. Raises StoreError.
    """
    if one == other:
        raise NothingToSettle(f"{one} is one paper already; paperreader show {one} shows it")
    into, gone = sorted((one, other), key=quality)
    names = [named for key in (into, gone) for named in _with_texts(library, names_of(library, key))]
    library.finish(library.reading.join(MERGE, {gone: into}, names))
    return Settled(into, (gone,))


def _with_texts(library: Library, papers: Sequence[Named]) -> list[Named]:
    """A paper and those that it holds, itself with its texts beside its ids: in a catalogue that was lost it may come
    first by one of those.
    """
    paper, *held = papers
    with library.catalogue.reading():
        texts = Merging(library.catalogue).telling_texts(paper.key)
    return [Named(paper.key, tuple(dict.fromkeys((*paper.others, *texts)))), *held]


def split(library: Library, key: PaperKey) -> Settled:
    """Make a paper that was merged of several those again, each with what was decided about it before.

    No import merges them again. Raises NothingToSettle for a paper that was never merged, and StoreError.
    """
    papers = names_of(library, key)
    if not papers[1:]:
        raise NothingToSettle(
            f"{key} was never merged with another paper: there is nothing to split; "
            f"to tell it from another paper, or from an id that is not its own: paperreader split {key} ID"
        )
    return _parted(library, [[paper] for paper in papers])


def tell_apart(library: Library, one: str, other: str) -> Settled:
    """Say that what two ids or keys stand for are two papers, and no import merges them; raises UnknownPaper.

    Where they are one, the other is split off, or that of the two which the other one holds, with what was decided
    about it before. Where they never were two, and one is an id that an import gave the paper, it is no more its own:
    what bears it is another paper when it is imported again. Raises NothingToSettle where they are told apart already,
    or are but one name, and StoreError.
    """
    key, other_key = library.resolve(one), library.resolve(other)
    papers = names_of(library, key)
    if key != other_key:
        return _kept_apart(library, papers, names_of(library, other_key))
    first, second = (_named_by(papers, text) for text in (one, other))
    if first is second:
        return _without_id(library, papers, one, other)
    gone = first if second is papers[0] or first in _together(library, papers, second) else second
    going = _together(library, papers, gone)
    return _parted(library, [[named for named in papers if named not in going], going])


def _parted(library: Library, papers: Sequence[Sequence[Named]]) -> Settled:
    """What comes of telling papers apart that are one, each given with those that it is to hold, itself first."""
    found = library.reading.found_ids()
    library.finish(library.reading.part(SPLIT, papers, are_one=True))
    return _settled(library, [paper.key for paper, *_ in papers], found)


def _settled(library: Library, keys: Sequence[PaperKey], found: Collection[PaperKey]) -> Settled:
    """What became of the first of these keys and of the others: those found of it are ids, if no papers by now."""
    key, *others = keys
    ids = set(found) - set(library.catalogue.ids_of(others))
    return Settled(
        key, tuple(name for name in others if name not in ids), tuple(name for name in others if name in ids)
    )


def _without_id(library: Library, papers: Sequence[Named], one: str, other: str) -> Settled:
    """What comes of telling an id from the paper that bears it: the other one of two, if it is not the paper's key."""
    paper, *held = papers
    own = [
        found for text in (other, one) if (found := parse_identifier(text)) in paper.others and str(found) != paper.key
    ]
    if not own or parse_identifier(one) == parse_identifier(other):
        raise NothingToSettle(f"{clean_line(one, 100)} and {clean_line(other, 100)} are one name of {paper.key}")
    gone = PaperKey(own[0])
    rest = tuple(name for name in paper.others if name != gone)
    with library.catalogue.reading():
        # Not the texts that came under another title: what bears the id goes by those.
        rest = rest or Merging(library.catalogue).own_text_names(paper.key)
    together = [Named(paper.key, rest), *held]
    library.finish(library.reading.part(SPLIT, [together, [Named(gone)]], are_one=True, ids={gone}))
    return _settled(library, [paper.key, gone], {gone})


def _kept_apart(library: Library, one: Sequence[Named], other: Sequence[Named]) -> Settled:
    """What comes of telling two papers apart that are two, each given with those that it holds."""
    key, other_key = one[0].key, other[0].key
    distinct, names = library.reading.distinct(), {name for named in other for name in named.names}
    if any(not names.isdisjoint(distinct.get(name, ())) for named in one for name in named.names):
        cure = f"paperreader merge {key} {other_key} makes them one all the same"
        raise NothingToSettle(f"{key} and {other_key} are told apart already; {cure}")
    library.finish(library.reading.part(SPLIT, [one, other], are_one=False))
    return Settled(key, (other_key,), were_one=False)


def _named_by(papers: Sequence[Named], text: str) -> Named:
    """Of a paper and those that it holds, the one that an id or a key stands for; raises UnknownPaper."""
    names = {text, parse_identifier(text) or text}
    by_key = [named for named in papers if named.key in names]
    if exact := by_key or [named for named in papers if not names.isdisjoint(named.others)]:
        return exact[-1]
    found = [named for named in papers if named.key.startswith(text)]
    if len(found) > 1:
        raise UnknownPaper(f"{clean_line(text, 100)}: more than one of these has a key that begins so; give more of it")
    return found[0] if found else papers[0]


def _together(library: Library, papers: Sequence[Named], gone: Named) -> list[Named]:
    """Of what a paper holds, one and those that were joined with this one before."""
    holders = holders_of(library.reading.identity_documents())
    with library.catalogue.reading():
        holders = dict.fromkeys(Merging(library.catalogue).held_by(gone.key), gone.key) | holders
    return [gone, *(named for named in papers if named is not gone and gone.key in path_of(named.key, holders))]


def quality(key: PaperKey) -> tuple[int, str]:
    """What orders keys: the one first that names a paper best."""
    scheme = scheme_of(key)
    return _SCHEMES.index(scheme) if scheme in _SCHEMES else len(_SCHEMES), key


def names_of(library: Library, key: PaperKey) -> list[Named]:
    """A paper, and those that it holds, the last one first, with the names of each. Raises StoreError."""
    with library.catalogue.reading():
        found = Merging(library.catalogue).several(key)
    known = {named.key for named in found}
    # What the catalogue has lost, or never had, is one with it all the same.
    unseen = [other for other, into in library.reading.identities().items() if into == key and other not in known]
    return [*found, *map(Named, reversed(unseen))]
