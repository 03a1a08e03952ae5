"""The desk in the browser: [web]."""

from pydantic import Field

from daemon.config.fields import HeaderName, HostName, Listen, Network
from daemon.config.sections.table import Table


class WebTable(Table):
    """The desk: what rings, why, and how the sources fare, in a browser."""

    enabled: bool = Field(default=True, description="false leaves the desk closed.")
    listen: Listen = Field(
        default="127.0.0.1:8420",
        description="Where the desk is open: an address of this machine and a port; 0 takes a free one. "
        "Beyond 127.0.0.1 it needs users (`tocsin users add`), or trusted_proxy with user_header.",
    )
    names: list[HostName] = Field(
        default=[], description="The hosts' names by which browsers reach the desk from elsewhere."
    )
    trusted_proxy: list[Network] = Field(
        default=[],
        description="The addresses from which your proxy comes: what its headers say is believed.",
    )
    user_header: HeaderName | None = Field(
        default=None, description="The header in which the trusted proxy names the user who has logged in."
    )
