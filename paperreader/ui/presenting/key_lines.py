"""The footer's line while keys wait for more: questions, counts; and the message about a key without a command."""

from collections.abc import Iterable, Mapping

from rich.cells import cell_len

from paperreader.domain.text import Safe, clean_line
from paperreader.ui.keys.command_table import COMMANDS, Command, key_label, key_of
from paperreader.ui.prompt import Question
from paperreader.ui.widgets.bar_line import Span


def question_line(question: Question, width: int) -> list[Span]:
    """A question with the keys that answer it, in the longest form that fits."""
    title = f'"{key_label(question.refused)}" does nothing here' if question.refused else question.title
    head = [Span(Safe(f" {clean_line(title)} "), "warning" if question.refused else "plain")]
    words = _keys(question.answers)
    short = _keys({key: label.partition(" ")[0] for key, label in question.answers.items()})
    leave = _keys({"escape": question.leaving})
    for line in ([*head, *words, *leave], [*head, *words], [*head, *short]):
        if cell_count(line) <= width:
            return line
    return short


def _keys(answers: Mapping[str, str]) -> list[Span]:
    return [
        span
        for key, label in answers.items()
        for span in (Span(Safe(f"  {key_label(key)}"), "strong"), Span(Safe(f" {clean_line(label)}")))
    ]


def cell_count(spans: Iterable[Span]) -> int:
    """The cells that spans take."""
    return sum(cell_len(span.text) for span in spans)


def count_line(digits: str) -> list[Span]:
    """The digits of a count, and what they wait for."""
    return [
        Span(Safe(f" {digits}"), "strong"),
        Span(Safe("  a movement or a decision follows")),
        Span(Safe("  Esc"), "strong"),
        Span(Safe(" drops it")),
    ]


def unknown_key(key: str, commands: Iterable[Command] = COMMANDS) -> Safe:
    """The message about a key without a command. It names the nearest key that has one, and the help."""
    commands = tuple(commands)
    by_key = {bound: command for command in commands for bound in command.keys}
    plain = key.rpartition("+")[2]
    found = next((other for other in (key.swapcase(), plain, plain.swapcase()) if other in by_key), None)
    near = f'{key_label(found)} is "{by_key[found].name}", ' if found else ""
    return Safe(f'"{clean_line(key_label(key))}" does nothing; {near}{key_of("help", commands)} shows all keys')
