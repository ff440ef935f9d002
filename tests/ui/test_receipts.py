"""Import receipts in the reader: in one line, and whole."""

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.import_result import Problem
from paperreader.domain.receipt import Figures, FileReceipt, ImportReceipt
from paperreader.ui.presenting.pages.receipts import receipt_blocks, receipt_line


def _unread(name: str) -> FileReceipt:
    return FileReceipt(f"/papers/{name}", figures=Figures(problems=1), problems=(Problem(None, "is empty"),))


def test_where_no_file_was_read_the_line_names_one_and_why() -> None:
    """Rule: the line names the first of several files that could not be read, and why."""
    assert receipt_line(ImportReceipt((_unread("a.txt"),))) == "a.txt: is empty"
    two = ImportReceipt((_unread("a.txt"), _unread("b.txt")))
    assert receipt_line(two) == "none of 2 files was read; a.txt is empty"


def test_a_file_that_was_cut_short_is_told_behind_what_was_stored() -> None:
    """Rule: the line has the figures and the reason for the end; of several files it names the cut one."""
    reason = "was interrupted; 3 papers kept; import it again to continue"
    problems = (Problem(None, reason),)
    cut = FileReceipt("/papers/c.jsonl", "jsonl", figures=Figures(3, 3, 0, 0, 1), problems=problems, cut_short=reason)
    assert receipt_line(ImportReceipt((cut,))) == f"c.jsonl: 3 papers, 3 new, 1 problem; {reason}"
    two = ImportReceipt((_unread("a.txt"), cut))
    assert receipt_line(two) == f"2 files: 3 papers, 3 new, 2 problems; c.jsonl {reason}"


def test_a_fetch_that_failed_is_told_in_a_few_words() -> None:
    """Rule: a long problem is shown in its short form."""
    long = Problem(None, "was not fetched: there is no host a.example: you seem to be offline")
    failed = FileReceipt("hf", problems=(long,), in_short="hf was not fetched: offline (no host a.example)")
    assert receipt_line(ImportReceipt((failed,))) == "hf was not fetched: offline (no host a.example)"
    assert ImportReceipt((failed,)).is_one_failure


def test_papers_that_were_found_to_be_one_are_told_with_the_way_back() -> None:
    """Rule: the line counts merged papers; the receipt names each, and the command that reverses it."""
    key, was = PaperKey("arxiv:2503.01234"), PaperKey("text:0123456789abcdef")
    file = FileReceipt("/papers/d.xml", "rss", figures=Figures(3, 2, 1), joined=((key, (key, was)),))
    receipt = ImportReceipt((file,))
    assert receipt_line(receipt) == "d.xml: 3 papers, 2 new, 1 merged"
    told = [block.text.strip() for block in receipt_blocks(receipt)]
    assert f"2 papers were merged into one: {key}; paperreader split {key} {was} reverses it" in told
