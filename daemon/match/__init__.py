"""Matches watch rules against articles and says why."""
