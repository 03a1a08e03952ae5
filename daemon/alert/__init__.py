"""Decides who is told what, and words it."""
