"""The demonstration: a newsroom on loopback, the daemon that watches it, and who is told."""
