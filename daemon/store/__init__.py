"""Keeps everything in one database."""
