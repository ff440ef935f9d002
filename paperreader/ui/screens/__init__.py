"""Screens: triage, welcome and help."""
