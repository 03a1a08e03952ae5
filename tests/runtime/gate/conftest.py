"""A daemon's folder: a configuration whose words a test chooses."""

from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.config import Config, load

HEAD = """\
[daemon]
operator_channel = "desk"
log_level = "error"
[alerts]
max_per_day = 2
[[channels]]
name = "desk"
url = "{url}"
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Callable[[], Config]]:
    """Write rules into the configuration; give what loads it."""

    def write(rules: str, url: str = "syslog://") -> Callable[[], Config]:
        path = tmp_path / "config.toml"
        path.write_text(HEAD.format(url=url) + rules, "utf-8")
        return lambda: load(path, {})

    return write
