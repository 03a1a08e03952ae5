"""The world's side of a delivery, on loopback: Slack, a webhook, a mail server, each able to fail."""
