"""Adds, edits and removes rules, as actions that undo reverses."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime, timedelta

from paperreader.domain.history import Action
from paperreader.domain.reading_state import MAX_TAG, length_problem, make_tag
from paperreader.domain.rules import Rule, RuleEffect
from paperreader.domain.suggestions import correction
from paperreader.domain.text import Safe, clean_line
from paperreader.errors import UsageError
from paperreader.services.library import Library
from paperreader.services.searching.shelves import MAX_QUERY, query_to_save
from paperreader.storage.catalogue.arrivals import newest_capture
from paperreader.storage.reading.rules import CaptureMark, Marks

ADD_RULE, EDIT_RULE, REMOVE_RULE = "add rule", "edit rule", "remove rule"
"""The names in the history of changes of rules."""


def parse_rule(text: str) -> Rule:
    """The rule in a text such as `mute QUERY` or `tag +TAG QUERY`; raises UsageError, QueryError."""
    word, _, rest = text.strip().partition(" ")
    effects = {effect.value: effect for effect in RuleEffect}
    if word not in effects:
        raise UsageError(f"a rule cannot begin with {clean_line(word, 40) or 'nothing'}; {correction(word, effects)}")
    effect, tag = effects[word], Safe("")
    if effect is RuleEffect.TAG:
        label, _, rest = rest.strip().partition(" ")
        tag = make_tag(label)
        if not label.startswith("+") or not tag:
            raise UsageError("a rule that tags names its tag first, as in tag +vision title:image")
        if reason := length_problem(label[1:], MAX_TAG):
            raise UsageError(f"the tag {label[1:MAX_TAG]}… {reason}; shorten it")
    return Rule(effect, clean_line(query_to_save(rest)), tag)


def find_rule(library: Library, text: str) -> Rule:
    """The rule with a number in the list of rules, or with a name; raises UsageError."""
    rules = {str(number): rule for number, rule in enumerate(library.reading.rules(), 1)}
    text = clean_line(text, MAX_QUERY)
    found = rules.get(text) or next((rule for rule in rules.values() if rule.name == text), None)
    if found is None:
        raise UsageError(f"no such rule: {text}; paperreader rules lists the rules with their numbers")
    return found


def add_rule(library: Library, rule: Rule) -> "Future[Action]":
    """Add a rule for papers that arrive from now on: the future action, without a number if the rule exists."""
    return _change(library, ADD_RULE, None, rule)


def edit_rule(library: Library, rule: Rule, new: Rule) -> "Future[Action]":
    """Replace a rule by another one: the future action."""
    return _change(library, EDIT_RULE, rule, new)


def remove_rule(library: Library, rule: Rule) -> "Future[Action]":
    """Remove a rule: the future action. What the rule did stays."""
    return _change(library, REMOVE_RULE, rule, None)


def _change(library: Library, name: str, old: Rule | None, new: Rule | None) -> "Future[Action]":
    changes: dict[str, Rule | None] = {old.name: None} if old else {}
    if new:
        rules = library.reading.rules()
        known = next((rule for rule in rules if rule == new), None)  # it keeps its time and so its number
        changes[new.name] = known or replace(
            new, since=(old and old.since) or _later_than(rules, library.reading.now())
        )
    start = Marks((CaptureMark(*newest_capture(library.catalogue)),))
    return library.reading.change_rules(name, changes, start)


def _later_than(rules: Sequence[Rule], now: datetime) -> datetime:
    """A time that puts a new rule behind all others."""
    newest = max((rule.since for rule in rules if rule.since), default=now)
    return max(now, newest + timedelta(milliseconds=1))
