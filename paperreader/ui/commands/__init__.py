"""Commands of the triage screen: one class for each kind, one method for each command, named by the command's id.

A command that waits for an answer is a coroutine; the screen holds keys until a dialog opens or the command ends.
"""
