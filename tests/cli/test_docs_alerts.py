"""The examples of docs/alerts.md: configurations that load, commands that answer so, a template."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from daemon.cli import main
from daemon.config import load

DOCS = (Path(__file__).parents[2] / "docs/alerts.md").read_text(encoding="utf-8")
CONFIGS = re.findall(r"^```toml\n(.*?)^```", DOCS, re.DOTALL | re.MULTILINE)
COMMANDS = re.findall(r"^```console\n\$ tocsin (.*?)\n(.*?)^```", DOCS, re.DOTALL | re.MULTILINE)
TEMPLATES = re.findall(r"^```jinja\n(.*?)^```", DOCS, re.DOTALL | re.MULTILINE)
SECRETS = {name: "json://localhost/" for name in re.findall(r"env:(\w+)", DOCS) if "\n" not in name}
EMPTY = re.compile(r"[─\s]+")


@pytest.mark.parametrize("block", CONFIGS)
def test_an_example_is_a_configuration(tmp_path, block):
    (tmp_path / "config.toml").write_text(block + OTHER)
    assert load(tmp_path / "config.toml", SECRETS).channels


OTHER = """
[[rules]]
name = "spare"
any = ["spare"]
"""


@pytest.mark.parametrize(("command", "answer"), COMMANDS)
def test_a_command_answers_as_it_says(tmp_path, monkeypatch, command, answer):
    monkeypatch.setenv("COLUMNS", "400")
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "config.toml"
    file.write_text(CONFIGS[0])
    result = CliRunner().invoke(main, ["--config", str(file), *shlex.split(command)])
    assert result.exit_code == 0, result.output
    assert words(result.stdout) == words(answer)


def words(text: str) -> list[str]:
    return [word for word in EMPTY.split(text) if word]


def test_the_templates_are_what_a_channel_takes(tmp_path):
    (tmp_path / "desk.j2").write_text(TEMPLATES[0])
    (tmp_path / "digest.j2").write_text(TEMPLATES[1])
    channel = '[[channels]]\nname = "desk"\nurl = "syslog://"\ntemplate = "desk.j2"\n'
    (tmp_path / "config.toml").write_text(channel + 'digest_template = "digest.j2"\n' + OTHER)
    (loaded,) = load(tmp_path / "config.toml", {}).channels
    assert [loaded.template, loaded.digest_template] == TEMPLATES
    assert {tmp_path / "desk.j2", tmp_path / "digest.j2"} <= {*load(tmp_path / "config.toml", {}).files}


def test_at_least_two_commands_are_shown():
    assert len(COMMANDS) >= 2
    assert len(CONFIGS) >= 2
