"""The panes and lines of the triage screen: values in by method calls and reactives, messages out."""
