"""Polite HTTPS client: limits on time and size, address checks, retries and cancelling. It knows no feed."""
