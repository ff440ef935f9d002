"""The panes and lines of the triage screen. They take values in and post messages out."""
