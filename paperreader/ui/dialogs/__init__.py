"""Dialogs above the triage screen."""
