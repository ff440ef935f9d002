"""The texts of a paper; apart from queries, because panes know them before anything is sought."""

from enum import StrEnum


class Field(StrEnum):
    """The texts of a paper in which alone a word can be sought."""

    TITLE = "title"
    AUTHOR = "author"
    ABSTRACT = "abstract"
