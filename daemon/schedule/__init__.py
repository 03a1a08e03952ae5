"""Decides when a source is due next."""
