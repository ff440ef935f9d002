"""Parts of the script of keys: filter, shelves and dates."""

from __future__ import annotations

from pathlib import Path

from key_script import UNDECIDED, Script

SWE = "SWE-bench: Can Language Models Resolve Real-World GitHub Issues?"
BERT = "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding"


def filters(script: Script, opened: Path) -> None:
    """The filter, and the browser, on what it finds."""
    friday = script.lists[14]
    swe, bert = (next(key for key in friday if script.titles[key] == title) for title in (SWE, BERT))
    script.press("/")
    script.type("isues github")
    script.sees("1 of 1")
    script.press("ctrl+t")
    script.sees("in all papers")
    script.press("ctrl+t")
    script.sees("in a list of 17")
    script.press("enter", "o")
    script.sees("opened https://arxiv.org/a")
    script.terminal.wait_for(opened.exists)  # the browser is a process of its own
    assert opened.read_text() == "1|https://arxiv.org/abs/2310.06770|"
    script.press("p")
    script.sees("opened https://arxiv.org/p")
    script.press("escape")
    script.stands_on(friday.index(swe) + 1)
    script.press("/")
    script.type("bidirectional transf")
    script.sees("in a list of 17")
    script.press("down", "s")
    script.says("starred", bert)
    script.mean(bert, "read", starred=True)
    script.press("/", "escape", "escape")
    script.stands_on(friday.index(bert) + 1)


def saves_a_shelf(script: Script) -> None:
    """A query saved as a shelf, opened and removed, and brought back as a query."""
    script.press("/")
    script.type("attention")
    script.sees("in a list of 17")
    script.press("ctrl+s")
    script.sees("Save as a shelf")
    script.press("enter")
    script.sees("shelf saved")
    script.press("escape", "h")
    script.sees(" attention ")
    script.press("k", "k", "k")  # over the two tags
    script.stands_on(1, script.attention)
    for key in ("ctrl+up", "ctrl+down"):
        script.press(key)
        script.sees("nothing to change")
    script.press("delete")
    script.sees("shelf removed")
    script.sees("Fri 14 Mar 2025")
    script.press("enter", "/", "up")
    script.sees("in a list of 17")
    script.press("escape", "escape")


def goes_through_the_dates(script: Script) -> None:
    """Older and newer dates, a whole date read."""
    script.press("[")
    script.sees("Thu 13 Mar 2025")
    script.press("]")
    script.sees("Fri 14 Mar 2025")
    script.press("H")
    script.sees("Thu 13 Mar 2025")
    script.press("s")
    script.says("starred", script.lists[13][0])
    script.mean(script.lists[13][0], "read", starred=True)
    script.press("D")
    script.sees("2025-03-13")
    script.press("escape", "[", "[", "[")
    script.sees("Mon 10 Mar 2025")
    script.press("L")
    script.sees("Tue 11 Mar 2025")
    script.press("S", "t")
    script.sees("· title")
    script.press("[", "A")
    script.sees("papers marked as read")
    for key in script.lists[10]:
        if script.meant.get(key, UNDECIDED)[0] == "unread":
            script.mean(key, "read")
