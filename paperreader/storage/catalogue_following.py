"""Having the catalogue follow what was decided of identities: which papers are one, which are two, and their ids."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from paperreader.domain.identifiers import PaperKey
from paperreader.storage.catalogue import Catalogue, Holder
from paperreader.storage.catalogue_merging import Merging

_NOTHING: Mapping[Any, Any] = MappingProxyType({})


def follow_identities(
    catalogue: Catalogue,
    same: Mapping[PaperKey, PaperKey],
    distinct: Mapping[str, frozenset[str]] = _NOTHING,
    ids: Mapping[PaperKey, PaperKey] = _NOTHING,
) -> int:
    """Make papers one whose decisions were joined, and two again whose were once and are no more, or that the user
    told apart; give papers the ids that were found of them, and take them away again. How many changed.
    """
    merging = Merging(catalogue)
    merged = catalogue.holders()
    if not (
        merging.parted(merged, same, distinct)
        or merging.apart(same)
        or merging.bare(ids)
        or merging.strange(distinct)
        or _unmarked(merged, same)
    ):  # fmt: skip
        return 0
    with catalogue.transaction() as connection:
        parted = merging.part(same, distinct)
        apart = merging.apart(same)
        for key in apart:
            if len(catalogue.ids_of([key, same[key]])) == 2:  # else one of those before has made them one
                merging.merge(key, same[key])
        strange = merging.strange(distinct)
        for identifier in strange:
            merging.unname(identifier)
        bare = merging.bare(ids)
        for key in bare:
            merging.name(key, ids[key])
        for key in _unmarked(catalogue.holders(), same):
            connection.execute("UPDATE merged SET is_joined = 1 WHERE key = ?", (key,))
    return parted + len(apart) + len(strange) + len(bare)


def _unmarked(merged: Mapping[PaperKey, Holder], same: Mapping[PaperKey, PaperKey]) -> list[PaperKey]:
    """The keys of merged papers of which it is not noted yet that their decisions are joined."""
    return [key for key, holder in merged.items() if key in same and not holder.is_joined]
