"""The examples of docs/operating.md are configurations that load."""

import re
from pathlib import Path

import pytest

from daemon.config import load

DOCS = (Path(__file__).parents[2] / "docs/operating.md").read_text(encoding="utf-8")
CONFIGS = re.findall(r"^```toml\n(.*?)^```", DOCS, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("block", CONFIGS)
def test_an_example_is_a_configuration(tmp_path, block):
    (tmp_path / "config.toml").write_text(block)
    settings = load(tmp_path / "config.toml", {}).daemon
    assert settings.heartbeat or settings.canary
