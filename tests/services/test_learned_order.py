"""The learned order of a library follows the catalogue and the decisions, whatever happens to its files."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from quick import first
from ranking_papers import SUBJECTS, make_papers

from paperreader.domain.decision import Decision, SetStar, SetStatus
from paperreader.domain.doctor_finding import Level
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import ReadingStatus
from paperreader.errors import StoreBusy
from paperreader.files.locks import only_process
from paperreader.ranking.files import RankFiles, load, load_mark
from paperreader.ranking.scores import rank_folder
from paperreader.services.doctor.ranking import examine_ranking, mend_ranking
from paperreader.services.importing.importer import import_paths
from paperreader.services.library import Library
from paperreader.services.ranking.interests import LearnedOrder, Ranking, open_ranking
from paperreader.services.ranking.update import catch_up, load_current
from paperreader.services.triage import Triage

WHOLE = 320
Damage = Callable[[Path], object]


def _import(library: Library, first: int, last: int, folder: Path, *, seed: int = 0, ids_from: int = 0) -> None:
    """Import papers `first` to `last` of the invented ones, as arXiv papers numbered by their places."""
    texts = make_papers(seed)[first:last]
    path = folder / f"papers-{seed}-{first}-{last}.bib"
    path.write_text(
        "\n\n".join(
            f"@article{{p{number},\n title = {{{title} {number}}},\n abstract = {{{abstract}}},\n"
            f" eprint = {{2503.{number:05}}},\n archiveprefix = {{arXiv}}\n}}"
            for number, (title, abstract) in enumerate(texts, first + ids_from)
        )
    )
    assert not import_paths(library, [str(path)]).totals.problems


def _number(library: Library, place: int) -> int:
    key = PaperKey(f"arxiv:2503.{place:05}")
    return library.ids_of([key])[key]


def _decide(library: Library, decision: Decision, *places: int) -> None:
    keys = [PaperKey(f"arxiv:2503.{place:05}") for place in places]
    library.reading.finish(Triage(library).decide("decide", keys, decision))


def _taught(library: Library) -> tuple[Ranking, LearnedOrder]:
    """A ranking after three stars on bread, and skips on all else."""
    _decide(library, SetStar(True), 0, 4, 8)
    _decide(library, SetStatus(ReadingStatus.SKIPPED), 1, 2, 3, 5, 6, 7)
    ranking = open_ranking(library)
    assert ranking
    return ranking, _learned(ranking)


def _learned(ranking: Ranking) -> LearnedOrder:
    order = ranking.learn()
    assert order
    return order


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ranked")
    library = Library(folder / "library")
    _import(library, 0, WHOLE, folder)
    catch_up(library.catalogue)
    library.close()
    return folder / "library"


@pytest.fixture
def ranked(tmp_path: Path, _template: Path) -> Iterator[Library]:
    """A library of four subjects with ranking files."""
    shutil.copytree(_template, tmp_path / "library")
    library = Library(tmp_path / "library")
    yield library
    library.close()


def _files(library: Library) -> RankFiles:
    files = load_current(library.catalogue)
    assert files
    return files


def test_papers_of_the_starred_subject_come_first(ranked: Library) -> None:
    """Rule: the order is that of interest; papers without a score keep their places at the end."""
    scores = _taught(ranked)[1].scores()
    ids = [_number(ranked, place) for place in range(20, 120)]
    first = [int(str(key)[-5:]) % len(SUBJECTS) for key in ranked.keys_of(scores.ordered(ids)[:20]).values()]
    assert first.count(0) >= 19
    assert sorted(scores.ordered(ids)) == sorted(ids)
    assert list(scores.ordered([-7, ids[0], -3])) == [ids[0], -7, -3]
    assert list(scores.best) == list(scores.ordered(scores.papers))


def test_a_decision_changes_the_order(ranked: Library) -> None:
    """Rule: what was learned follows from the decisions that there are now; an undo takes its share back."""
    ranking, order = _taught(ranked)
    sail = [_number(ranked, 41)]
    before = order.logits(sail)[0]
    _decide(ranked, SetStar(True), 1, 5, 9, 13)
    assert _learned(ranking).logits(sail)[0] > before
    ranked.reading.finish(Triage(ranked).undo())
    assert _learned(ranking).logits(sail)[0] == pytest.approx(before)


def test_nothing_is_learned_before_there_is_enough(ranked: Library) -> None:
    """Rule: two stars and a skip teach nothing."""
    _decide(ranked, SetStar(True), 0, 4)
    _decide(ranked, SetStatus(ReadingStatus.SKIPPED), 1)
    ranking = open_ranking(ranked)
    assert ranking
    assert ranking.learn() is None


def test_reasons_name_the_words_of_the_paper(ranked: Library) -> None:
    """Rule: the strongest reasons are words that stand in the paper, and all of it adds up."""
    ranking, order = _taught(ranked)
    (entry,) = ranked.entries([_number(ranked, 40)])
    reasons = order.reasons(_number(ranked, 40), entry.paper)
    assert reasons
    bread = set(SUBJECTS["bread"].split())
    assert bread.issuperset(reasons.terms[0].term.split())
    assert reasons.terms[0].weight > 0
    assert reasons.base + sum(reason.weight for reason in reasons.terms) + reasons.rest == pytest.approx(
        reasons.logit, abs=1e-6
    )
    liked, disliked = ranking.strongest_terms(order, 5)
    assert all(bread & set(term.split()) for term, _ in liked)
    assert not any(bread & set(term.split()) for term, _ in disliked)


def test_similar_papers_are_of_the_same_subject_and_name_what_they_share(ranked: Library) -> None:
    """Rule: the nearest papers share terms, and the paper itself is not among them."""
    ranking = open_ranking(ranked)
    assert ranking
    asked = [_number(ranked, 2), _number(ranked, 6)]
    found = ranking.similar(asked, 10)
    assert len(found) == 10
    assert not {each.number for each in found} & set(asked)
    keys = ranked.keys_of(each.number for each in found)
    assert all(int(str(key)[-5:]) % len(SUBJECTS) == 2 for key in keys.values())
    assert [each.likeness for each in found] == sorted((each.likeness for each in found), reverse=True)
    chess = set(SUBJECTS["chess"].split())
    assert all(chess & set(each.terms[0].split()) for each in found)


def test_new_papers_are_appended_and_a_large_growth_learns_anew(ranked: Library, tmp_path: Path) -> None:
    """Rule: a few papers more cost only themselves; after a quarter more the vocabulary is learned again."""
    before = _files(ranked).mark
    _import(ranked, 0, 40, tmp_path, seed=1, ids_from=WHOLE)
    assert load_current(ranked.catalogue) is None
    files = catch_up(ranked.catalogue)
    assert files
    assert (files.mark.generation, files.mark.learned_of, len(files.papers)) == (before.generation, WHOLE, WHOLE + 40)
    assert _same_as_anew(ranked)
    _import(ranked, 40, 160, tmp_path, seed=1, ids_from=WHOLE)
    files = catch_up(ranked.catalogue)
    assert files
    assert (files.mark.generation, files.mark.learned_of) == (before.generation + 1, WHOLE + 160)
    assert [path.name for path in rank_folder(ranked.folder).iterdir() if path.is_dir()] == [str(before.generation + 1)]


def _same_as_anew(library: Library) -> bool:
    """Whether every paper of the catalogue has a row, made from the text that it shows now."""
    files = _files(library)
    papers = np.sort(np.asarray(library.catalogue.all_ids()))
    return bool((files.rows_of(papers) >= 0).all()) and len(set(files.papers.tolist())) == len(papers)


def test_a_paper_whose_text_changed_is_ranked_by_its_new_text(ranked: Library, tmp_path: Path) -> None:
    """Rule: a revised abstract replaces the old one; the old row no longer counts, neither as similar."""
    texts = make_papers()
    path = tmp_path / "again.bib"
    path.write_text(
        f"@article{{p,\n title = {{{texts[2][0]} 2}},\n abstract = {{{texts[0][1]} {texts[4][1]}}},\n"
        " eprint = {2503.00002v2},\n archiveprefix = {arXiv}\n}"
    )
    import_paths(ranked, [str(path)])
    ranking = open_ranking(ranked)
    assert ranking
    similar = ranking.similar([_number(ranked, 0)], 300)
    assert len({each.number for each in similar}) == len(similar)
    assert _number(ranked, 2) in [each.number for each in similar[:30]]


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("damage", first(2, [Path.unlink, _flip, _cut, lambda path: path.write_bytes(b"")]))
@pytest.mark.parametrize("name", ["meta.json", "1/terms", "1/vectors", "1/hashes", "1/papers"])
def test_damaged_files_are_found_and_built_again(ranked: Library, name: str, damage: Damage) -> None:
    """Rule: a missing, cut or changed file never gives a wrong order; the next question builds it again."""
    damage(rank_folder(ranked.folder) / name)
    assert load_current(ranked.catalogue) is None
    (finding,) = examine_ranking(ranked.folder)
    assert finding.level is Level.PROBLEM
    assert [*mend_ranking(ranked.folder / "catalogue.sqlite")] == ["learned order: its files were damaged; built now"]
    assert [*mend_ranking(ranked.folder / "catalogue.sqlite")] == []
    (finding,) = examine_ranking(ranked.folder)
    assert finding.level is Level.OK
    assert _same_as_anew(ranked)


def test_what_a_killed_writer_left_is_cut_off(ranked: Library, tmp_path: Path) -> None:
    """Rule: bytes that the mark does not count are no papers, and the next update writes over them."""
    with (rank_folder(ranked.folder) / "1" / "terms").open("ab") as file:
        file.write(b"half a paper")
    assert load_current(ranked.catalogue)
    _import(ranked, 0, 8, tmp_path, seed=1, ids_from=WHOLE)
    assert catch_up(ranked.catalogue)
    assert _same_as_anew(ranked)


def test_two_processes_do_not_write_at_once(ranked: Library, tmp_path: Path) -> None:
    """Rule: while another process learns, an update is refused, and nothing is changed."""
    _import(ranked, 0, 8, tmp_path, seed=1, ids_from=WHOLE)
    mark = load_mark(rank_folder(ranked.folder))
    with only_process(rank_folder(ranked.folder) / "paperreader.lock", "busy"), pytest.raises(StoreBusy):
        catch_up(ranked.catalogue)
    assert load_mark(rank_folder(ranked.folder)) == mark
    assert catch_up(ranked.catalogue)


def test_the_files_of_another_catalogue_are_not_used(ranked: Library, tmp_path: Path) -> None:
    """Rule: a catalogue that was lost and imported again has other numbers for its papers; all is learned anew."""
    ranked.close()
    for path in ranked.folder.glob("catalogue.sqlite*"):
        path.unlink()
    library = Library(ranked.folder)
    _import(library, 0, 40, tmp_path)
    assert load_current(library.catalogue) is None
    catch_up(library.catalogue)
    assert _same_as_anew(library)
    library.close()


def test_an_empty_library_has_no_order(tmp_path: Path) -> None:
    """Rule: without papers nothing is built, and nothing fails."""
    library = Library(tmp_path / "library")
    assert open_ranking(library) is None
    library.close()


def test_files_that_are_read_keep_their_papers_while_others_are_written(ranked: Library, tmp_path: Path) -> None:
    """Rule: a window ranks by the files that it read, whatever another process appends or learns meanwhile."""
    _, order = _taught(ranked)
    ids = [_number(ranked, place) for place in range(20, 60)]
    before = order.logits(ids)
    _import(ranked, 0, 200, tmp_path, seed=1, ids_from=WHOLE)
    catch_up(ranked.catalogue)
    assert order.logits(ids).tolist() == before.tolist()
    mark = load_mark(rank_folder(ranked.folder))
    assert mark
    assert load(rank_folder(ranked.folder), mark)
