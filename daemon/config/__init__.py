"""Reads config.toml and says precisely what is wrong with it."""
