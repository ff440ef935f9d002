"""Asking a web server: connections that are bounded, answers that are, and what a server asks for in return."""
