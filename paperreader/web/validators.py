"""By what a server recognises the content that one has already."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Validators:
    """The `ETag` and `Last-Modified` of an answer, as the server gave them."""

    etag: str = ""
    modified: str = ""

    def headers(self) -> dict[str, str]:
        """The headers that ask for the content only if it is another by now."""
        # Only what cannot split a header: they may come from a file.
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in named.items() if value and value.isascii() and value.isprintable()}
