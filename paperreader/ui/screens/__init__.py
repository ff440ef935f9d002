"""What fills the terminal: the triage screen and the dialogs above it."""
