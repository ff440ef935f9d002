"""What the keys of the triage screen do: a class for each kind of command, a method for each command, by its id."""
