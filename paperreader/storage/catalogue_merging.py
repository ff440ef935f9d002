"""Two papers of the catalogue that are found to be one, and made two again where the user takes that back.

The rows of both are kept as they were, so that what captures said of each is theirs again; what captures have said
since stays with the paper that the two were found to be.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from paperreader.domain.identifiers import PaperKey, hash_of_key, parse_identifier, scheme_of, title_hash
from paperreader.domain.list_order import title_order
from paperreader.storage.catalogue import Catalogue, Holder
from paperreader.storage.catalogue_records import (
    FACTS,
    Place,
    TextRank,
    is_better_fact,
    joined_links,
    place_order,
    shared_weight,
    text_rank,
)
from paperreader.storage.reading_identities import Named, text_name
from paperreader.storage.stored import object_of, text_of

_TEXTS = ("title", "title_order", "abstract", "content_hash", "raw", "weight")
_TEXT = ("content_hash", "title", "abstract", "weight")
_Row = dict[str, Any]
_Text = Sequence[Any]
"""The columns `_TEXT`."""
_NOTHING: Mapping[Any, Any] = MappingProxyType({})


class Merging:
    """Merging and splitting papers; what changes them is done within the catalogue's `transaction` only."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._execute: Callable[..., sqlite3.Cursor] = catalogue.connection.execute

    def parted(
        self,
        merged: Mapping[PaperKey, Holder],
        same: Mapping[PaperKey, PaperKey],
        distinct: Mapping[str, frozenset[str]] = _NOTHING,
    ) -> list[PaperKey]:
        """The keys of merged papers whose decisions were joined once and are no more, or are joined with others now, or
        that the user told apart; the last merged comes first.
        """
        elsewhere = self._catalogue.ids_of({same[key] for key in merged if key in same})

        def is_parted(key: PaperKey, holder: Holder) -> bool:
            if key in same:
                # One that its holder is merged with goes along: taken out first, it could not be given back in turn.
                return same[key] in elsewhere and same[key] != same.get(holder.key, holder.key)
            return holder.is_joined or holder.key in distinct.get(key, ())

        return [key for key, holder in reversed([*merged.items()]) if is_parted(key, holder)]

    def part(self, same: Mapping[PaperKey, PaperKey], distinct: Mapping[str, frozenset[str]]) -> int:
        """Make papers of their own of those that are `parted`; how many."""
        count = 0
        while keys := self.parted(self._catalogue.holders(), same, distinct):
            for key in keys:
                # A paper takes along what it held, which may be where it belongs now, or belong elsewhere after all.
                if self.parted(self._catalogue.holders(key), same, distinct):
                    self._take_out(key)
                    count += 1
        return count

    def _take_out(self, key: PaperKey) -> None:
        """Split off a paper that may not be the last one that was merged with its holder.

        What was merged since had its rows kept as they were with this one among them: it is split off before, and
        merged again.
        """
        again: list[tuple[PaperKey, int, bool]] = []
        while last := self._execute(
            "SELECT later.key, later.paper, later.is_joined FROM merged JOIN merged AS later USING (paper) "
            "WHERE merged.key = ? AND later.rowid > merged.rowid AND json_type(later.was, '$.paper') IS NOT NULL "
            "ORDER BY later.rowid DESC LIMIT 1",
            (key,),
        ).fetchone():
            self.split(last[0])
            again.append(last)
        self.split(key)
        for other, number, is_joined in reversed(again):
            self.merge(other, self._row_of(number)["key"])
            self._execute("UPDATE merged SET is_joined = ? WHERE key = ?", (is_joined, other))

    def apart(self, same: Mapping[PaperKey, PaperKey]) -> list[PaperKey]:
        """The keys whose papers are not merged although their decisions are joined."""
        there = self._catalogue.ids_of({*same, *same.values()}) if same else {}
        return [key for key, into in same.items() if key in there and into in there]

    def bare(self, ids: Mapping[PaperKey, PaperKey]) -> list[PaperKey]:
        """The ids that were found of papers which do not bear them, and that no other paper bears either."""
        there = self._catalogue.ids_of(ids.values()) if ids else {}
        return [
            key
            for key, into in ids.items()
            if into in there
            and not self._execute(
                "SELECT 1 FROM identifiers WHERE identifier = ?1 UNION ALL SELECT 1 FROM merged WHERE key = ?1", (key,)
            ).fetchone()
        ]

    def strange(self, distinct: Mapping[str, frozenset[str]]) -> list[str]:
        """The ids that papers bear which the user told from them."""
        rows = self._execute(
            "SELECT identifier, papers.key FROM json_each(?) AS asked JOIN identifiers ON identifier = asked.value "
            "JOIN papers ON papers.id = paper",
            (json.dumps(sorted(distinct)),),
        )
        return [identifier for identifier, key in rows.fetchall() if key in distinct[identifier]]

    def named(self, key: PaperKey) -> Named:
        """A paper of the catalogue with the names by which it is known again: its ids, else its texts."""
        return Named(key, self._ids(key) or self.text_names(key))

    def several(self, key: PaperKey) -> list[Named]:
        """A paper, and those that were merged with it, the last one first; each as it was named by itself."""
        rows = self._execute(
            "SELECT merged.key, was FROM merged JOIN papers ON papers.id = merged.paper WHERE papers.key = ? "
            "ORDER BY merged.rowid",
            (key,),
        )
        merged = [(PaperKey(name), object_of(was)) for name, was in rows.fetchall()]
        held: list[Named] = []
        taken: set[str] = set()
        for name, was in merged:
            # One that held others by then has their names among its own.
            ids = tuple(other for other in _strings(was.get("identifiers")) if other not in taken)
            taken.update(ids)
            held.insert(0, Named(name, ids or _texts_in(was, "paper", "texts")))
        ids = tuple(name for name in self._ids(key) if name not in taken)
        texts = next((_texts_in(was, "survivor", "own_texts") for _, was in merged if "survivor" in was), None)
        return [Named(key, ids or (self.text_names(key) if texts is None else texts)), *held]

    def held_by(self, key: PaperKey) -> list[PaperKey]:
        """The keys of those that a merged paper held when it was merged."""
        row = self._execute("SELECT was FROM merged WHERE key = ?", (key,)).fetchone()
        return [PaperKey(name) for name in _strings(object_of(row[0]).get("keys"))] if row else []

    def _ids(self, key: PaperKey) -> tuple[str, ...]:
        ids = self._execute(
            "SELECT identifier FROM identifiers JOIN papers ON id = paper WHERE key = ? ORDER BY identifier", (key,)
        )
        return tuple(identifier for (identifier,) in ids)

    def own_text_names(self, key: PaperKey) -> tuple[str, ...]:
        """The same of those texts only that came under the title which the paper is known by."""
        row = self._row(key)
        own, _ = self._own_and_other_texts(row)
        return tuple(sorted(text_name(content_hash) for content_hash, *_ in own))

    def text_names(self, key: PaperKey) -> tuple[str, ...]:
        """The names that a paper has of the texts which it was seen with."""
        texts = self._execute(
            "SELECT content_hash FROM papers WHERE key = ?1 UNION "
            "SELECT texts.content_hash FROM texts JOIN papers ON id = paper WHERE key = ?1",
            (key,),
        )
        return tuple(text_name(content_hash) for (content_hash,) in texts)

    def telling_texts(self, key: PaperKey) -> tuple[str, ...]:
        """Those of them that have an abstract, which no other paper has."""
        (content_hash, abstract) = self._execute(
            "SELECT content_hash, abstract FROM papers WHERE key = ?", (key,)
        ).fetchone() or ("", "")
        bare = None if text_of(abstract).strip() else text_name(content_hash)
        return tuple(name for name in self.text_names(key) if name != bare)

    def merge(self, key: PaperKey, into: PaperKey) -> None:
        """Make the paper of a key that of another."""
        paper, survivor = self._row(key), self._row(into)
        listed, own = self._listed(paper["id"]), self._listed(survivor["id"])
        named = [
            name for (name,) in self._execute("SELECT identifier FROM identifiers WHERE paper = ?", (paper["id"],))
        ]
        titles, own_titles = self._titles(paper["id"]), self._titles(survivor["id"])
        was = {"paper": paper, "survivor": survivor, "identifiers": named, "listed": listed, "own": own}
        was |= {"titles": titles, "own_titles": own_titles}
        was |= {"keys": [name for (name,) in self._execute("SELECT key FROM merged WHERE paper = ?", (paper["id"],))]}
        was |= {"texts": self._texts(paper["id"]), "own_texts": self._texts(survivor["id"])}
        lost = paper
        if _rank(paper) > _rank(survivor):
            self._set(survivor["id"], {name: paper[name] for name in _TEXTS})
            lost = survivor
        self._keep_texts(survivor["id"], [[lost[name] for name in _TEXT], *was["texts"]])
        self._execute("DELETE FROM texts WHERE paper = ?", (paper["id"],))
        for name in FACTS:
            weight = f"{name}_weight"
            fact, own_fact = (paper[name], paper[weight]), (survivor[name], survivor[weight])
            if fact == own_fact and paper[weight] < 0:  # these were one before, and the fact is theirs
                self._set(survivor["id"], {weight: shared_weight(paper[weight])})
            elif is_better_fact(name, fact, own_fact):
                self._set(survivor["id"], {name: paper[name], weight: paper[weight]})
        self._set(survivor["id"], {"links": joined_links(survivor["links"], paper["links"])})
        self._execute("UPDATE identifiers SET paper = ? WHERE paper = ?", (survivor["id"], paper["id"]))
        for listing, place in listed.items():
            if listing not in own or place_order(place) > place_order(own[listing]):
                self._place(listing, survivor["id"], place)
        self._execute("DELETE FROM listed WHERE paper = ?", (paper["id"],))
        self._call(survivor["id"], titles)
        self._execute("DELETE FROM titles WHERE paper = ?", (paper["id"],))
        self._execute("UPDATE merged SET paper = ? WHERE paper = ?", (survivor["id"], paper["id"]))
        self._execute(
            "INSERT INTO merged (key, title_hash, paper, is_joined, was) VALUES (?, ?, ?, 0, ?)",
            (key, paper["title_hash"], survivor["id"], json.dumps(was)),
        )
        self._execute("DELETE FROM papers WHERE id = ?", (paper["id"],))
        self._count((survivor["id"],), listed)

    def name(self, identifier: PaperKey, paper: PaperKey) -> None:
        """Give a paper an id that was found of it."""
        number = self._catalogue.ids_of([paper])[paper]
        self._execute("INSERT INTO identifiers VALUES (?, ?)", (identifier, number))
        self._execute(
            "INSERT INTO merged (key, title_hash, paper, is_joined, was) "
            "SELECT ?, title_hash, id, 1, ? FROM papers WHERE id = ?",
            (identifier, json.dumps({"identifiers": [identifier]}), number),
        )

    def unname(self, identifier: str) -> None:
        """Take an id from a paper that the user told from it.

        What is known to have come with the id is the paper of that id from now on, or by its text and title imports
        would find the other one for ever. That is so of all other titles than that by which a paper is known which
        bears no second id and holds no other paper.
        """
        (number,) = self._execute("SELECT paper FROM identifiers WHERE identifier = ?", (identifier,)).fetchone()
        row = self._row_of(number)
        own, others = self._own_and_other_texts(row)
        is_known = len(self._ids(row["key"])) == 1 and scheme_of(row["key"]) == "title"
        is_held = self._execute("SELECT 1 FROM merged WHERE paper = ?1 OR key = ?2", (number, identifier)).fetchone()
        if own and others and is_known and not is_held:
            self._give_away(row, PaperKey(identifier), own, others)
        self._execute("DELETE FROM identifiers WHERE identifier = ? AND paper = ?", (identifier, number))

    def _give_away(self, row: _Row, key: PaperKey, own: Sequence[_Text], others: Sequence[_Text]) -> None:
        """Make a paper of an id that another one bears, of the texts that came with it."""
        number = row["id"]
        titles = {title_hash(title) for _, title, *_ in others}
        links, mine = object_of(row["links"]), {}
        for kind in [kind for kind, link in links.items() if str(key) == parse_identifier(_address(link))]:
            mine[kind] = links.pop(kind)
        paper: _Row = {"key": key, **self._shown(row, others), "links": json.dumps(mine) if mine else None}
        rest: _Row = {**self._shown(row, own), "links": json.dumps(links) if links else None}
        weights, others_weights = ({weight for *_, weight in texts} for texts in (own, others))
        for name in [name for name in FACTS if row[name] is not None]:
            weight = row[f"{name}_weight"]
            is_own, is_others = weight in weights, weight in others_weights
            if is_own == is_others:
                fact = {name: row[name], f"{name}_weight": shared_weight(weight)}
                paper, rest = paper | fact, rest | fact
            elif is_others:
                paper |= {name: row[name], f"{name}_weight": weight}
                rest |= {name: None, f"{name}_weight": 0}
        paper["title_hash"] = title_hash(paper["title"])
        again = self._insert(paper)
        self._set(number, rest)
        self._execute("DELETE FROM texts WHERE paper = ?", (number,))
        self._keep_texts(number, own)
        self._keep_texts(again, others)
        for hashed in titles:
            self._execute("UPDATE titles SET paper = ? WHERE title_hash = ? AND paper = ?", (again, hashed, number))
        self._execute("UPDATE identifiers SET paper = ? WHERE identifier = ?", (again, key))

    def _own_and_other_texts(self, row: _Row) -> tuple[list[_Text], list[_Text]]:
        """The texts of a paper under the title by which it is known, that of its key if it has one; and the others."""
        own = hash_of_key(row["key"]) or title_hash(row["title"])
        others = set(self._titles(row["id"])) - {own}
        found: tuple[list[_Text], list[_Text]] = [], []
        for text in ([row[name] for name in _TEXT], *self._texts(row["id"])):
            found[title_hash(text[1]) in others].append(text)
        return found

    def _shown(self, row: _Row, texts: Sequence[_Text]) -> _Row:
        """The columns of the best of some texts of a paper."""
        best = max(texts, key=lambda text: text_rank(text[1], text[2], text[3], text[0]))
        if best[0] == row["content_hash"]:
            return {name: row[name] for name in _TEXTS}
        ordered = None if best[1].isascii() else title_order(best[1])
        return {**dict(zip(_TEXT, best, strict=True)), "title_order": ordered, "raw": None}

    def _insert(self, values: _Row) -> int:
        """The number of a new paper with these columns."""
        cursor = self._execute(
            f"INSERT INTO papers ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", [*values.values()]
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def split(self, key: PaperKey) -> None:
        """Make the paper that a key once named one of its own again, or take an id away that was found."""
        number, text = self._execute("SELECT paper, was FROM merged WHERE key = ?", (key,)).fetchone()
        was = json.loads(text)
        if "paper" not in was:
            self._execute("DELETE FROM merged WHERE key = ?", (key,))
            self._execute("DELETE FROM identifiers WHERE identifier = ? AND paper = ?", (key, number))
            return
        paper, before = was["paper"], was["survivor"]
        listed, own = (
            {int(listing): (*place, None)[:4] for listing, place in was[name].items()}  # an older one kept three
            for name in ("listed", "own")
        )
        self._execute("DELETE FROM merged WHERE key = ?", (key,))
        again = self._insert({name: value for name, value in paper.items() if name != "id"})
        now = self._row_of(number)
        # What the survivor has from this paper goes with it; what came from elsewhere since stays.
        if now["content_hash"] == paper["content_hash"]:
            self._set(number, {name: before.get(name) for name in _TEXTS})  # an older catalogue kept fewer
        for name in FACTS:
            weight = f"{name}_weight"
            if now[name] == paper.get(name):
                self._set(number, {name: before.get(name), weight: before.get(weight, 0)})
        if now["links"] == joined_links(before.get("links"), paper.get("links")):
            self._set(number, {"links": before.get("links")})
        own_texts = {text[0] for text in was.get("own_texts", ())}
        for text in (*was.get("texts", ()), [paper[name] for name in _TEXT]):
            if text[0] not in own_texts:
                self._execute("DELETE FROM texts WHERE paper = ? AND content_hash = ?", (number, text[0]))
        self._keep_texts(number, was.get("own_texts", ()))
        self._keep_texts(again, was.get("texts", ()))
        for identifier in was["identifiers"]:
            self._execute(
                "UPDATE identifiers SET paper = ? WHERE identifier = ? AND paper = ?", (again, identifier, number)
            )
        titles = was.get("titles", [paper["title_hash"]])
        self._call(again, titles)
        for hashed in set(titles) - set(was.get("own_titles", [before["title_hash"]])):
            self._execute("DELETE FROM titles WHERE title_hash = ? AND paper = ?", (hashed, number))
        for name in was.get("keys", ()):  # papers that it held already
            self._execute("UPDATE merged SET paper = ? WHERE key = ? AND paper = ?", (again, name, number))
        held = self._listed(number)
        for listing, place in listed.items():
            self._place(listing, again, place)
            if listing in own and held.get(listing) == place:
                self._place(listing, number, own[listing])
            elif held.get(listing) == place:
                self._execute("DELETE FROM listed WHERE listing = ? AND paper = ?", (listing, number))
        self._count((number, again), listed)

    def _row(self, key: PaperKey) -> _Row:
        return self._row_of(self._catalogue.ids_of([key])[key])

    def _row_of(self, number: int) -> _Row:
        cursor = self._execute("SELECT * FROM papers WHERE id = ?", (number,))
        return dict(zip((column[0] for column in cursor.description), cursor.fetchone(), strict=True))

    def _listed(self, paper: int) -> dict[int, Place]:
        rows = self._execute("SELECT listing, rank, upvotes, comments, announced FROM listed WHERE paper = ?", (paper,))
        return {listing: tuple(place) for listing, *place in rows}

    def _titles(self, paper: int) -> list[str]:
        """The hashes of the titles that a paper was seen with."""
        return [hashed for (hashed,) in self._execute("SELECT title_hash FROM titles WHERE paper = ?", (paper,))]

    def _call(self, paper: int, titles: Iterable[str]) -> None:
        for hashed in titles:
            self._execute("INSERT OR IGNORE INTO titles VALUES (?, ?)", (hashed, paper))

    def _texts(self, paper: int) -> list[list[Any]]:
        """The texts of a paper that are not shown: hash, title, abstract, weight."""
        rows = self._execute("SELECT content_hash, title, abstract, weight FROM texts WHERE paper = ?", (paper,))
        return [list(row) for row in rows]

    def _keep_texts(self, paper: int, texts: Iterable[Sequence[Any]]) -> None:
        """Keep texts of a paper that are not shown."""
        (shown,) = self._execute("SELECT content_hash FROM papers WHERE id = ?", (paper,)).fetchone()
        for text in texts:
            if text[0] != shown and text[2]:
                self._execute(
                    "INSERT INTO texts VALUES (?, ?, ?, ?, ?) "
                    "ON CONFLICT DO UPDATE SET weight = max(weight, excluded.weight)",
                    (paper, *text),
                )
        self._execute("DELETE FROM texts WHERE paper = ? AND content_hash = ?", (paper, shown))

    def _place(self, listing: int, paper: int, place: Place) -> None:
        self._execute("INSERT OR REPLACE INTO listed VALUES (?, ?, ?, ?, ?, ?)", (listing, paper, *place))

    def _set(self, paper: int, values: _Row) -> None:
        names = ", ".join(f"{name} = ?" for name in values)
        self._execute(f"UPDATE papers SET {names} WHERE id = ?", (*values.values(), paper))

    def _count(self, papers: Iterable[int], listings: Iterable[int]) -> None:
        """Bring what is kept beside the listings up to date."""
        self._catalogue.keep_places(papers)
        days = self._execute(
            "SELECT DISTINCT date FROM json_each(?) AS asked JOIN listings ON listings.id = asked.value",
            (json.dumps(list(listings)),),
        )
        for (day,) in days.fetchall():
            self._catalogue.count_date(day)


def _rank(row: _Row) -> TextRank:
    return text_rank(row["title"], row["abstract"], row["weight"], row["content_hash"])


def _texts_in(was: _Row, paper: str, texts: str) -> tuple[str, ...]:
    """The names that one of two merged papers has of its texts, as is kept of it."""
    row, others = was.get(paper), was.get(texts)
    shown = row.get("content_hash") if isinstance(row, dict) else None
    hashes = [shown, *(text[0] for text in others or () if text)] if isinstance(others or [], list) else [shown]
    return tuple(dict.fromkeys(map(text_name, _strings(hashes))))


def _address(link: object) -> str:
    return str(link[1]) if isinstance(link, list) and len(link) == 2 else ""


def _strings(values: object) -> list[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
