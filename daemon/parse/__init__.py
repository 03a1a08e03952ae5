"""Turns bytes into feeds and articles."""
