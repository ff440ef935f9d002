"""Polite HTTPS: bounded requests, addresses, rate limits and cancelling. It knows no feed."""
