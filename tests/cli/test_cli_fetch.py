"""The verb `fetch` against a local server: receipts, exit statuses, error messages."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import web_server
from invented_lists import daily_feed, daily_page
from web_server import Asked, Handler, WebServer, status

from paperreader.feeds.huggingface.api_addresses import current_list_day
from paperreader.services.library import Library

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
CliJson = Callable[..., Any]

PAPERS = "/api/daily_papers"


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    """One local server in place of all; naming it in the settings permits http and a private address."""
    with web_server.serving() as server:
        folder = tmp_path / "config" / "paperreader"
        folder.mkdir(parents=True)
        named = "".join(f'{name} = "{server.base}"\n' for name in ("hugging_face", "arxiv_feeds", "arxiv_search"))
        (folder / "config.toml").write_text(f'[fetch]\ncontact = "reader@example.org"\n{named}', encoding="utf-8")
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        yield server


def _serve(web: WebServer) -> None:
    """Two papers on every day."""

    def reply(handler: Handler) -> None:
        day = date.fromisoformat(parse_qs(urlsplit(handler.path).query)["date"][0])
        handler.send(daily_page(day, 2 * day.toordinal() % 99_000, 2))

    web.on(PAPERS, reply)


def test_a_receipt_is_like_an_imports(cli_json: CliJson, web: WebServer) -> None:
    """Rule: the same fields, a file for each list; the server is told who asks."""
    _serve(web)
    receipt = cli_json("fetch", "--json", "--date", "2025-W11", "hf", here=True)
    assert [(file["path"], file["date"], file["listed"]) for file in receipt["files"]] == [
        (f"hf 2025-03-{day}", f"2025-03-{day}", 2) for day in (16, 15, 14, 13, 12, 11, 10)
    ]
    assert receipt["totals"] == {"listed": 14, "new": 14, "known": 0, "updated": 0, "problems": 0}
    assert web.asked[0].headers["user-agent"].endswith(" (reader@example.org)")
    assert [day["papers"] for day in cli_json("dates", "--json", here=True)] == [2] * 7


def test_fetch_alone_is_todays_list(cli: Cli, web: WebServer) -> None:
    """Rule: plain `fetch` fetches today's Hugging Face list and prints one line on stdout."""
    _serve(web)
    before = current_list_day(datetime.now(UTC))
    result = cli("fetch")
    assert (len(result.stdout.splitlines()), result.stderr) == (1, "")
    assert "2 listed" in result.stdout
    assert result.stdout.split()[0] in (str(before), str(current_list_day(datetime.now(UTC))))


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (status(403), "refuses"),
        (status(404), "nothing at this address"),
        (status(429, Retry_After="1800"), "30 minutes"),
        (status(200, b"<!DOCTYPE html><title>Welcome to our network"), "log in"),
        (status(200, b"{}", Content_Encoding="br"), "compression"),
        (status(302, Location="file:///etc/passwd"), "file:///etc/passwd"),
    ],
    ids=["403", "404", "429", "captive portal", "brotli", "file"],
)
def test_what_goes_wrong_is_one_line_and_exit_status_1(
    cli: Cli, web: WebServer, reply: Callable[[Handler], None], words: str
) -> None:
    """Rule: stdout is empty, stderr has the error and the cure, and the library stays usable."""
    web.on(PAPERS, reply)
    result = cli("fetch", "--date", "2025-03-14", status=1, here=True)
    assert (result.stdout, len(result.stderr.splitlines())) == ("", 1)
    assert words in result.stderr
    assert json.loads(cli("list", "--json", here=True).stdout) == []


def test_offline_is_one_line(cli: Cli, monkeypatch: pytest.MonkeyPatch, papers: list[str]) -> None:
    """Rule: without a network, `fetch` prints one line, and all other verbs work."""
    import socket

    def resolve(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    for arguments in (["fetch"], ["fetch", "--since", "30d"], ["fetch", "hf", "arxiv:cs.CL", "https://example.org/f"]):
        result = cli(*arguments, status=1, here=True)
        assert (result.stdout, len(result.stderr.splitlines())) == ("", 1)
        assert "offline" in result.stderr
    assert len(json.loads(cli("list", "--json", here=True).stdout)) == len(papers)


def test_some_of_several_is_exit_status_3(cli: Cli, web: WebServer) -> None:
    """Rule: exit status 3 if some lists were fetched, with a line for each failure."""
    _serve(web)
    web.on("/atom/cs.CL", daily_feed(2))
    result = cli("fetch", "--date", "2025-03-14", "arxiv:cs.CL", "hf", f"{web.base}/missing", status=3, here=True)
    *read, total = result.stdout.splitlines()
    assert len(read) == 2
    assert total.split()[:5] == ["total", "4", "listed", "4", "new"]
    assert "--date and --since are ignored" in result.stderr
    assert "404" in result.stderr


def test_a_disk_that_refuses_is_exit_status_1(cli: Cli, web: WebServer, folder: Path) -> None:
    """Rule: the receipt lists what was stored, a line each lists what was not, and no further request is made."""
    _serve(web)
    library = Library(folder)
    library.catalogue.connection.execute(
        "CREATE TRIGGER refuse BEFORE INSERT ON listings WHEN (SELECT count(*) > 0 FROM listings) "
        "BEGIN SELECT RAISE(FAIL, 'on purpose'); END"
    )
    library.close()
    result = cli("fetch", "--date", "2025-W11", "hf", "arxiv:cs.CL", status=1, here=True)
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["2025-03-16"]
    notes = [
        "paperreader: arxiv:cs.CL lists only what is new; --date and --since are ignored",
        "paperreader: the fetch of hf stopped; the parts that had arrived are kept",
    ]
    first, second, refused, other = result.stderr.splitlines()
    assert [first, second, other] == [*notes, "paperreader: arxiv:cs.CL was not fetched either"]
    assert refused.startswith("paperreader: hf 2025-03-15 was not imported: ")
    assert "on purpose" in refused
    assert len(web.asked) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["--date", "yesterday"],
        ["--date", "2025-03-14", "--since", "7d"],
        ["--since", "soon"],
        ["--date", "2999-01-01"],
        ["--nonsense"],
        ["arxiv:"],
    ],
)
def test_a_request_that_makes_no_sense_asks_nobody(cli: Cli, web: WebServer, arguments: list[str]) -> None:
    """Rule: exit status 2, one line, no request."""
    cli("fetch", *arguments, status=2, here=True)
    assert web.asked == []


BIB = b"@misc{k1, title = {Of invented lanterns}}\n@misc{k2, title = {Of invented clocks}}\n"


def test_an_address_is_imported_like_a_file(cli_json: CliJson, web: WebServer, tmp_path: Path) -> None:
    """Rule: an address is imported by its format, in the order of the arguments."""
    web.on("/refs.bib", BIB)
    web.on("/feed", daily_feed(2))
    file = tmp_path / "mine.bib"
    file.write_bytes(BIB)
    names = [f"{web.base}/refs.bib", file, f"{web.base}/feed", f"{web.base}/missing"]
    receipt = cli_json("import", "--json", "--date", "2025-03-14", *names, status=3, here=True)
    told = [(read["path"], read["format"], read["date"], read["listed"]) for read in receipt["files"]]
    assert told[:2] == [(str(names[0]), "bibtex", "2025-03-14", 2), (str(file), "bibtex", "2025-03-14", 2)]
    assert told[2][:2] == (names[2], "arxiv-feed")
    assert told[3] == (names[3], None, None, 0)
    assert "404" in receipt["files"][3]["problems"][0]["reason"]
    assert web.asked[0].headers["user-agent"].endswith(" (reader@example.org)")


def test_a_format_holds_for_an_address(cli_json: CliJson, web: WebServer) -> None:
    """Rule: the user's --format counts, even if the server answers that nothing changed."""
    web.on("/refs.txt", lambda handler: handler.send(BIB, ETag='"one"'))
    address = f"{web.base}/refs.txt"
    (first,) = cli_json("import", "--json", address, here=True)["files"]
    (second,) = cli_json("import", "--json", "--date", "2025-03-14", address, here=True)["files"]
    (third,) = cli_json("import", "--json", "--format", "ris", address, status=1, here=True)["files"]
    assert [first["date"], second["date"]] == [None, "2025-03-14"]
    assert third["problems"][0]["reason"] == "contains no papers as ris; its format is bibtex: leave out --format"
    assert "if-none-match" not in web.asked[1].headers


@pytest.mark.parametrize(
    ("address", "words"),
    [("http://example.org/refs.bib", "only https"), ("https://127.0.0.1:1/refs.bib", "was not fetched")],
)
def test_an_address_is_imported_by_the_rules_of_fetching(cli: Cli, address: str, words: str) -> None:
    """Rule: only https is contacted; anything else gets one line and exit status 1."""
    result = cli("import", address, status=1, here=True)
    assert (result.stdout, len(result.stderr.splitlines())) == ("", 1)
    assert words in result.stderr


def test_http_is_not_asked(cli: Cli) -> None:
    """Rule: plain http is refused, also for an address from the user."""
    assert "https" in cli("fetch", "http://example.org/feed", status=1, here=True).stderr


def test_no_other_verb_asks_anybody(cli: Cli, web: WebServer, papers: list[str]) -> None:
    """Rule: no other verb contacts a server."""
    for verb in ("list", "dates", "doctor", "export", "history"):
        cli(verb, status=None, here=True)
    for verb in ("show", "star"):
        cli(verb, papers[0], here=True)
    assert web.asked == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('contact = "a\\nb"', "contact"),
        ("contact = 5", "contact"),
        ('hugging_face = "example.org"', "hugging_face"),
        ('nonsense = "x"', "nonsense"),
    ],
)
def test_a_setting_that_cannot_be_is_named(cli: Cli, web: WebServer, tmp_path: Path, line: str, words: str) -> None:
    """Rule: an invalid setting gets one line with file and setting."""
    (tmp_path / "config" / "paperreader" / "config.toml").write_text(f"[fetch]\n{line}\n", encoding="utf-8")
    result = cli("fetch", status=1, here=True)
    assert words in result.stderr
    assert "config.toml" in result.stderr
    assert web.asked == []


def test_a_fetch_that_is_killed_goes_on(cli_json: CliJson, web: WebServer, folder: Path) -> None:
    """Rule: after a kill, the next fetch requests the interrupted list and the remaining ones, once each."""

    def day_of(asked: Asked) -> str:
        return parse_qs(urlsplit(asked.target).query)["date"][0]

    def reply(handler: Handler) -> None:
        if len(web.asked) == 3:
            process.send_signal(signal.SIGKILL)
            web.ended.wait(1)
            return
        day = date.fromisoformat(day_of(web.asked[-1]))
        handler.send(daily_page(day, 2 * day.toordinal() % 99_000, 2))

    web.on(PAPERS, reply)
    command = [sys.executable, "-m", "paperreader", "--library", str(folder), "fetch", "--date", "2025-W11"]
    process = subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert process.wait(60) == -signal.SIGKILL
    assert [day_of(asked) for asked in web.asked] == ["2025-03-16", "2025-03-15", "2025-03-14"]
    _serve(web)
    web.asked.clear()
    cli_json("fetch", "--json", "--date", "2025-W11", here=True, status=None)
    assert [day_of(asked) for asked in web.asked] == [f"2025-03-{day}" for day in (14, 13, 12, 11, 10)]
    assert [day["papers"] for day in cli_json("dates", "--json", here=True)] == [2] * 7
