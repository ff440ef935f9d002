"""The command `doctor`: checks a library, and repairs it if asked."""

import os
import shutil
import subprocess
import sys
from typing import Any

import click

from paperreader.cli.arguments import Command
from paperreader.cli.changes import differences_json, print_differences
from paperreader.cli.failures import Invocation
from paperreader.cli.library import existing_folder
from paperreader.cli.output import count_of, print_json, remark
from paperreader.domain.doctor_finding import Finding, Level
from paperreader.domain.text import clean_line
from paperreader.errors import StoreError
from paperreader.paths import config_file, library_folder, refuse_native_windows
from paperreader.services.doctor.environment import Terminal, examine_settings, examine_terminal
from paperreader.services.doctor.examination import Mending, examine, guarded, mend
from paperreader.ui.keys.keymaps import rejected_keys

_COLUMNS = (8, 14)
"""The widths of the first two columns, level and subject."""


@click.command("doctor", cls=Command)
@click.option("--fix", is_flag=True, help="Repair what can be repaired safely.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def doctor_command(invocation: Invocation, fix: bool, as_json: bool) -> int:
    """Check library, settings and terminal.

    Nothing is changed without --fix.
    """
    refuse_native_windows()
    mending = Mending()
    findings = []
    try:
        folder = existing_folder(invocation) or library_folder()
    except StoreError as error:
        findings.append(Finding(Level.PROBLEM, "folder", str(error)))
    else:
        if fix:
            mending = mend(folder)
        findings += examine(folder)
    findings += guarded("settings", examine_settings(config_file(), rejected_keys))
    findings += guarded("terminal", examine_terminal(_terminal()))
    if as_json:
        print_json(_report_json(findings, mending, fix=fix))
    else:
        _print(findings, mending)
    for failure in mending.failed:
        remark(f"paperreader: not repaired: {failure}")
    if problems := sum(finding.level is Level.PROBLEM for finding in findings):
        remark(f"paperreader: {count_of(problems, 'problem')} left")
    return 1 if problems or mending.failed else 0


def _print(findings: list[Finding], mending: Mending) -> None:
    for line in mending.done:
        click.echo(clean_line(f"{'mended':<{_COLUMNS[0]}}{line}"))
    print_differences(mending.imported)
    for finding in findings:
        begin = f"{finding.level:<{_COLUMNS[0]}}{finding.subject:<{_COLUMNS[1]}}"
        cure = f" → {clean_line(finding.cure)}" if finding.cure else ""
        click.echo(f"{begin}{clean_line(finding.text)}{cure}")


def _report_json(findings: list[Finding], mending: Mending, *, fix: bool) -> dict[str, Any]:
    report: dict[str, Any] = {
        "findings": [
            {"level": finding.level.value, "check": finding.subject, "text": finding.text, "cure": finding.cure or None}
            for finding in findings
        ]
    }
    if fix:
        report["mended"] = list(mending.done)
        report |= differences_json(mending.imported)
        report["failed"] = list(mending.failed)
    return report


def _terminal() -> Terminal:
    if not sys.stdout.isatty():
        return Terminal(os.environ)
    return Terminal(os.environ, shutil.get_terminal_size(), _tmux_clipboard())


def _tmux_clipboard() -> str | None:
    """The value of tmux's option set-clipboard; None outside tmux."""
    tmux = shutil.which("tmux")
    if not os.environ.get("TMUX") or tmux is None:
        return None
    command = [tmux, "show-options", "-sv", "set-clipboard"]
    try:
        answer = subprocess.run(command, capture_output=True, check=False, timeout=1)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.decode(errors="replace").strip()
