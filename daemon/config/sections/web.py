"""The desk in the browser: [web]."""

from pydantic import Field

from daemon.config.fields import Listen
from daemon.config.sections.table import Table


class WebTable(Table):
    """The desk: what rings, why, and how the sources fare, in a browser."""

    enabled: bool = Field(default=True, description="false leaves the desk closed.")
    listen: Listen = Field(
        default="127.0.0.1:8420",
        description="Where the desk is open: a loopback address and a port; 0 takes a free one.",
    )
