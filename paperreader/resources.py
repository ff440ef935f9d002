"""The files shipped with the program: styles and sample papers."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from paperreader.errors import MissingResource


def resource_folder(name: str) -> Path:
    """The folder `styles` or `sample_data`: inside the installed package, or beside it in a source tree.

    Raises MissingResource if there is neither.
    """
    package = Path(__file__).parent
    beside = package.parent
    for folder in (package / name, beside / name):
        if folder.is_dir() and (folder.parent == package or (beside / "pyproject.toml").is_file()):
            return folder
    raise MissingResource(f"this installation lacks the folder {name}; install paperreader again")


def style_file(name: str) -> Path:
    """The style sheet of a part of the screen: `triage` or `dialogs`."""
    return resource_folder("styles") / f"{name}.tcss"


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A file of sample papers: the date of its list, and its format (`page` or `hf`)."""

    path: Path
    date: date
    form: str


def sample_files() -> list[SampleFile]:
    """The files of sample papers in the manifest. Raises MissingResource."""
    folder = resource_folder("sample_data")
    try:
        files = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
        return [SampleFile(folder / file["file"], date.fromisoformat(file["date"]), file["form"]) for file in files]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MissingResource(f"the sample papers in {folder} are damaged; install paperreader again") from error
