"""Fetches over HTTP, politely and within limits."""
