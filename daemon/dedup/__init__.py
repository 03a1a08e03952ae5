"""Recognises what was seen before."""
