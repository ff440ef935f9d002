"""The terminal's report of its background colour, and the query for it."""

from textual.message import Message

BACKGROUND_QUERY = "\x1b]11;?\x1b\\"
LONGEST_REPORT = 40
"""The most characters of a reply that is kept."""


class BackgroundReported(Message):
    """The terminal reported its background: the text of its reply without the ends, such as `11;rgb:0/0/0`."""

    def __init__(self, report: str) -> None:
        super().__init__()
        self.report = report
