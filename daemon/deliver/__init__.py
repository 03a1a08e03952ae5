"""Hands one message to one target and classifies what came of it."""
