"""Exports are written completely or not at all, and never over a file of the user."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from paperreader.errors import ExportRefused
from paperreader.exporting.base import is_untouched, signed, write_export
from paperreader.files.output_paths import LOCK_NAME
from paperreader.files.system_calls import System


def sign(text: str) -> str:
    """A text with its signature."""
    return "".join(signed([text]))


OLD = sign("# Papers\n\n1 paper\n")
NEW = sign("# Papers\n\n2 papers\n")


def write(path: Path, text: str, *, force: bool = False, system: System | None = None) -> None:
    """Write an export of a library that is elsewhere."""
    write_export(path, text, Path("/no/such/library"), force=force, system=system)


def names(folder: Path) -> list[str]:
    """What stands in a folder."""
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder to export to."""
    made = tmp_path / "exports"
    made.mkdir()
    return made


def test_a_new_file_is_written_whole(folder: Path) -> None:
    """Rule: what is written is the text, in UTF-8, and nothing else is left in the folder."""
    text = sign("# Pap\u00e9rs \u8a9e \U0001f600\n")
    write(folder / "starred.md", text)
    assert (folder / "starred.md").read_bytes() == text.encode()
    assert names(folder) == ["starred.md"]


def test_an_untouched_export_is_replaced_again_and_again(folder: Path) -> None:
    """Rule: exporting anew needs no `--force`, and the same export is the same file."""
    path = folder / "starred.md"
    for text in (OLD, NEW, NEW, OLD):
        write(path, text)
        assert path.read_text(encoding="utf-8") == text
    assert names(folder) == ["starred.md"]


@pytest.mark.parametrize(
    "content",
    [
        b"my own notes\n", b"", b"\xff\xfe binary \0", OLD.encode() + b"a line of mine\n", b"mine\n" + OLD.encode(),
        OLD.replace("1 paper", "7 papers").encode(), OLD.splitlines()[-1].encode(), OLD.encode()[:-5], OLD.encode()[5:],
    ],
)  # fmt: skip
def test_a_file_that_somebody_wrote_or_edited_is_refused_and_left_alone(folder: Path, content: bytes) -> None:
    """Rule: an edited or foreign file is not overwritten; the message names file and cure."""
    path = folder / "starred.md"
    path.write_bytes(content)
    with pytest.raises(ExportRefused, match="--force") as refused:
        write(path, NEW)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)
    assert refused.value.exit_code == 1
    assert path.read_bytes() == content
    assert names(folder) == ["starred.md"]


def test_force_replaces_an_edited_file(folder: Path) -> None:
    """Rule: `--force` replaces any regular file."""
    path = folder / "starred.md"
    path.write_text("mine", encoding="utf-8")
    write(path, NEW, force=True)
    assert path.read_text(encoding="utf-8") == NEW


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_is_refused(folder: Path, force: bool) -> None:
    """Rule: a folder is no file, with `--force` too."""
    with pytest.raises(ExportRefused, match="folder"):
        write(folder, NEW, force=force)
    assert names(folder) == []


@pytest.mark.parametrize("force", [False, True])
def test_a_device_or_a_pipe_is_refused(folder: Path, force: bool) -> None:
    """Rule: only regular files are replaced, and no pipe blocks the export."""
    os.mkfifo(folder / "pipe")
    with pytest.raises(ExportRefused, match="regular"):
        write(folder / "pipe", NEW, force=force)
    with pytest.raises(ExportRefused):
        write(Path("/dev/full"), NEW, force=force)


@pytest.mark.parametrize("force", [False, True])
def test_a_missing_folder_is_refused_and_not_made(folder: Path, force: bool) -> None:
    """Rule: a missing folder is not created; the message names it."""
    with pytest.raises(ExportRefused, match=r"no folder .*missing"):
        write(folder / "missing" / "starred.md", NEW, force=force)
    assert names(folder) == []


def test_a_file_in_the_place_of_the_folder_is_refused(folder: Path) -> None:
    """Rule: one clear line for a path through a file, too."""
    (folder / "file").write_text("x", encoding="utf-8")
    with pytest.raises(ExportRefused):
        write(folder / "file" / "starred.md", NEW)


@pytest.mark.parametrize("name", ["x" * 300, "\u8a9e" * 100])
def test_a_name_that_no_file_can_have_is_refused(folder: Path, name: str) -> None:
    """Rule: what the system refuses is a refusal, not a crash."""
    with pytest.raises(ExportRefused):
        write(folder / name, NEW)
    assert names(folder) == []


def test_a_long_name_in_wide_characters_is_written(folder: Path) -> None:
    """Rule: the limit of a file name is 255 bytes; every name below it can be exported to."""
    name = "\u8a9e" * 84 + ".md"
    write(folder / name, NEW)
    assert (folder / name).read_text(encoding="utf-8") == NEW


@pytest.mark.parametrize(
    "name", ["-rf", "--force", " ", "a b", "[x]", "\u8a9e.md", "*", "$(x)", "caf\udce9.md", ".hidden"]
)
def test_any_name_that_a_file_can_have_is_written(folder: Path, name: str) -> None:
    """Rule: file names with shell or markup characters work."""
    write(folder / name, NEW)
    assert names(folder) == [name]


def test_a_symbolic_link_stays_a_link_and_its_target_is_replaced(folder: Path) -> None:
    """Rule: the file that the link names changes, the link does not."""
    target = folder / "target.md"
    target.write_text(OLD, encoding="utf-8")
    (folder / "link.md").symlink_to("target.md")
    write(folder / "link.md", NEW)
    assert (folder / "link.md").is_symlink()
    assert target.read_text(encoding="utf-8") == NEW


def test_a_link_to_an_edited_file_is_refused_like_the_file(folder: Path) -> None:
    """Rule: a link to an edited file is refused like the file."""
    (folder / "target.md").write_text("mine", encoding="utf-8")
    (folder / "link.md").symlink_to("target.md")
    with pytest.raises(ExportRefused):
        write(folder / "link.md", NEW)
    assert (folder / "target.md").read_text(encoding="utf-8") == "mine"


def test_a_link_to_nothing_makes_its_target_and_one_into_nowhere_is_refused(folder: Path) -> None:
    """Rule: a dangling link is followed to where a file can be made."""
    (folder / "link.md").symlink_to("later.md")
    write(folder / "link.md", NEW)
    assert (folder / "later.md").read_text(encoding="utf-8") == NEW
    (folder / "lost.md").symlink_to("missing/later.md")
    with pytest.raises(ExportRefused):
        write(folder / "lost.md", NEW)


def test_a_link_to_itself_is_refused(folder: Path) -> None:
    """Rule: a loop of links is refused like any other path that leads nowhere."""
    (folder / "loop.md").symlink_to("loop.md")
    with pytest.raises(ExportRefused):
        write(folder / "loop.md", NEW)


def test_a_loop_of_several_links_is_refused_and_left_alone(folder: Path) -> None:
    """Rule: a loop of several links is refused, with `--force` too."""
    (folder / "one.md").symlink_to("two.md")
    (folder / "two.md").symlink_to("one.md")
    with pytest.raises(ExportRefused):
        write(folder / "one.md", NEW, force=True)
    assert names(folder) == ["one.md", "two.md"]
    assert (folder / "one.md").is_symlink()


@pytest.mark.parametrize("mode", [0o600, 0o664, 0o444])
def test_a_file_keeps_who_may_read_and_write_it(folder: Path, mode: int) -> None:
    """Rule: an export that its owner closed to others, or opened to them, stays so, whatever the umask."""
    path = folder / "starred.md"
    path.write_text(OLD, encoding="utf-8")
    path.chmod(mode)
    write(path, NEW)
    assert path.read_text(encoding="utf-8") == NEW
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_name_that_holds_a_nul_is_refused(folder: Path) -> None:
    """Rule: a name with a NUL is refused."""
    with pytest.raises(ExportRefused):
        write(folder / "a\0b.md", NEW)


class FailingOnce(System):
    """The system, one of whose calls fails."""

    def __init__(self, call: str, number: int) -> None:
        self.calls = 0
        self.failed = False
        real: Callable[..., object] = getattr(super(), call)

        def fail(*arguments: object, **named: object) -> object:
            self.calls += 1
            if self.calls == number:
                self.failed = True
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(*arguments, **named)

        setattr(self, call, fail)


@pytest.mark.parametrize("call", ["open", "write", "sync_data", "replace"])
@pytest.mark.parametrize("before", [None, OLD], ids=["new", "old"])
def test_a_disk_that_fails_leaves_the_old_export_whole(folder: Path, call: str, before: str | None) -> None:
    """Rule: a full disk at any call leaves the old file or none, no other file, and one clear line."""
    path = folder / "starred.md"
    if before is not None:
        path.write_text(before, encoding="utf-8")
    system = FailingOnce(call, 1)
    with pytest.raises(ExportRefused, match="No space left"):
        write(path, NEW, system=system)
    assert system.failed
    assert names(folder) == ([] if before is None else ["starred.md"])
    if before is not None:
        assert path.read_text(encoding="utf-8") == before


def test_a_short_write_is_finished(folder: Path) -> None:
    """Rule: a system that takes few bytes at a time gets them all in the end."""

    class Miser(System):
        def write(self, descriptor: int, data: bytes, offset: int) -> int:
            return super().write(descriptor, data[:7], offset)

    write(folder / "starred.md", NEW, system=Miser())
    assert (folder / "starred.md").read_text(encoding="utf-8") == NEW


def test_the_file_under_the_name_is_old_or_new_at_every_call(folder: Path) -> None:
    """Rule: killed between any two calls, the name holds the old export or the whole new one."""
    path = folder / "starred.md"
    path.write_text(OLD, encoding="utf-8")
    seen: list[str] = []

    class Watched(System):
        def __getattribute__(self, name: str) -> object:
            seen.append(path.read_text(encoding="utf-8"))
            return super().__getattribute__(name)

    write(path, NEW, system=Watched())
    assert len(seen) > 4
    assert seen == sorted(seen, key=[OLD, NEW].index)
    assert path.read_text(encoding="utf-8") == NEW


def test_the_file_is_synced_before_it_gets_its_name(folder: Path) -> None:
    """Rule: data, then name, then folder: a power loss leaves no empty file under the name."""
    calls: list[str] = []

    class Recorded(System):
        def sync_data(self, descriptor: int) -> None:
            calls.append("data")
            super().sync_data(descriptor)

        def replace(self, source: Path, target: Path) -> None:
            calls.append("name")
            super().replace(source, target)

        def sync_folder(self, folder: Path) -> None:
            calls.append("folder")
            super().sync_folder(folder)

    write(folder / "starred.md", NEW, system=Recorded())
    assert calls == ["data", "name", "folder"]


@pytest.mark.parametrize("body", ["\n", "text\n", "a\n\nb\n", "-->\n", sign("nested\n")])
def test_a_signed_text_is_untouched_until_it_is_touched(body: str) -> None:
    """Rule: every change is detected, except newlines at the end."""
    text = sign(body)
    assert is_untouched(text)
    assert is_untouched(text + "\n")
    assert not is_untouched(text + "x")
    assert not is_untouched("x" + text)
    assert not is_untouched(text.replace("paperreader", "paperwriter"))


@pytest.mark.parametrize(
    "text", ["", "\n", "<!-- paperreader export -->", "<!-- paperreader export 0123456789abcdef -->\n"]
)
def test_what_was_never_signed_is_not_untouched(text: str) -> None:
    """Rule: only an export counts as an export."""
    assert not is_untouched(text)


# The files of a library


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library folder with some decisions, a backup, and a part of it on another disk."""
    made, elsewhere = tmp_path / "library", tmp_path / "disk"
    for folder in (made / "backups", elsewhere / "index"):
        folder.mkdir(parents=True)
    for name in (LOCK_NAME, "reading.json", "reading-7.journal", "catalogue.sqlite", "backups/reading-3.json"):
        (made / name).write_text("precious", encoding="utf-8")
    (made / "index").symlink_to(elsewhere / "index")
    (elsewhere / "index" / "meta.json").write_text("precious", encoding="utf-8")
    (elsewhere / "state.json").write_text("precious", encoding="utf-8")
    (made / "linked.json").symlink_to(elsewhere / "state.json")
    return made


def _to_folder(library: Path) -> Path:
    (library.parent / "link").symlink_to(library)
    return library.parent / "link" / "reading.json"


def _to_file(library: Path) -> Path:
    (library.parent / "link.md").symlink_to(library / "reading.json")
    return library.parent / "link.md"


def _to_nothing(library: Path) -> Path:
    (library.parent / "link.md").symlink_to(library / "later.md")
    return library.parent / "link.md"


def _of_links(library: Path) -> Path:
    (library.parent / "second.md").symlink_to(_to_file(library))
    return library.parent / "second.md"


def _hard(library: Path) -> Path:
    os.link(library / "reading-7.journal", library.parent / "same.md")
    return library.parent / "same.md"


def _hard_backup(library: Path) -> Path:
    os.link(library / "backups" / "reading-3.json", library.parent / "same.md")
    return library.parent / "same.md"


def _beside_the_case(library: Path) -> Path:
    """Another name of the folder on a case-insensitive disk."""
    (library.parent / "LIBRARY").symlink_to(library)
    return library.parent / "LIBRARY" / "READING.JSON"


INSIDE: dict[str, Callable[[Path], Path]] = {
    "snapshot": lambda library: library / "reading.json",
    "journal": lambda library: library / "reading-7.journal",
    "papers": lambda library: library / "catalogue.sqlite",
    "backup": lambda library: library / "backups" / "reading-3.json",
    "new file": lambda library: library / "starred.md",
    "new file in a folder": lambda library: library / "backups" / "starred.md",
    "dots": lambda library: library.parent / "disk" / ".." / "library" / "reading.json",
    "dots behind a link": lambda library: library / "index" / ".." / "state.json",
    "link to the folder": _to_folder,
    "link to a file": _to_file,
    "link to nothing": _to_nothing,
    "link to a link": _of_links,
    "hard link": _hard,
    "hard link to a backup": _hard_backup,
    "other case": _beside_the_case,
    "folder on another disk": lambda library: library.parent / "disk" / "index" / "meta.json",
    "new file on another disk": lambda library: library.parent / "disk" / "index" / "new.md",
    "file on another disk": lambda library: library.parent / "disk" / "state.json",
}


@pytest.mark.parametrize("inside", INSIDE.values(), ids=INSIDE)
@pytest.mark.parametrize("force", [False, True])
def test_no_file_of_the_library_is_exported_to(library: Path, inside: Callable[[Path], Path], force: bool) -> None:
    """Rule: whatever a path looks like, an export never becomes, or replaces, a file of the library."""
    target = inside(library)
    before = {path: path.read_bytes() for path in library.parent.rglob("*") if path.is_file()}
    with pytest.raises(ExportRefused, match=r"is in the library .*; name a file outside of it"):
        write_export(target, NEW, library, force=force)
    assert {path: path.read_bytes() for path in library.parent.rglob("*") if path.is_file()} == before


def test_no_file_of_another_library_is_exported_to(library: Path, tmp_path: Path) -> None:
    """Rule: files of other libraries are refused too."""
    with pytest.raises(ExportRefused, match="is in the library"):
        write_export(library / "reading.json", NEW, tmp_path / "sample", force=True)
    assert (library / "reading.json").read_text(encoding="utf-8") == "precious"


def test_a_relative_path_into_the_library_is_refused(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: a relative path into the library is refused."""
    monkeypatch.chdir(library / "backups")
    for path in (Path("reading-3.json"), Path("../reading.json")):
        with pytest.raises(ExportRefused, match="is in the library"):
            write_export(path, NEW, library, force=True)


def test_a_file_beside_the_library_is_exported_to(library: Path, folder: Path) -> None:
    """Rule: files beside the library are written, also in its parent folder."""
    for path in (folder / "starred.md", library.parent / "library.md", library.parent / "disk" / "starred.md"):
        write_export(path, NEW, library)
        assert path.read_text(encoding="utf-8") == NEW
