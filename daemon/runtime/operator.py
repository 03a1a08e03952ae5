"""Tell whoever runs Tocsin, on the channel that the configuration names for it."""

import structlog

from daemon.jobs import Context
from daemon.jobs.deliver import LIMIT
from daemon.model import Message, Severity

log = structlog.get_logger()


async def tell_operator(context: Context, key: str, title: str, text: str) -> None:
    """Send one message, once; the log and `tocsin status` say the same to those who do not get it."""
    channel = context.channels.get(context.config.daemon.operator_channel)
    if channel is None:
        return
    message = Message(key=key, title=title, text=text, severity=Severity.HIGH)
    outcome = await context.deliverer.send(channel.url, message, LIMIT)
    if not outcome.ok:
        log.warning("the operator could not be told", channel=channel.name, why=outcome.detail)
