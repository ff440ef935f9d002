"""Commands of the triage screen: a class for each kind, a method for each command, named by its id."""
