"""Pairs of articles of which it is known whether they tell the same: made from real texts and templates."""
