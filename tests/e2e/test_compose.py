"""The compose file: what it names is there, and each command is one that the program takes."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from daemon.cli import main
from daemon.runtime.roles import Role

FILE = Path(__file__).parents[2] / "deploy" / "compose.yaml"
# Of a service, those that this file uses: https://github.com/compose-spec/compose-spec/blob/main/05-services.md
KNOWN = {
    *("cap_drop", "command", "depends_on", "deploy", "environment", "healthcheck", "image", "read_only"),
    *("restart", "secrets", "security_opt", "stop_grace_period", "tmpfs", "volumes"),
}


@pytest.fixture
def compose() -> dict[str, Any]:
    made: dict[str, Any] = yaml.safe_load(FILE.read_text())
    return made


def test_it_names_nothing_that_is_not_there(compose: dict[str, Any]) -> None:
    assert set(compose) == {"x-tocsin", "services", "volumes", "secrets"}
    for service in compose["services"].values():
        assert set(service) <= KNOWN
        assert set(service["secrets"]) <= set(compose["secrets"])
        assert set(service.get("depends_on", ())) <= set(compose["services"])
        mounted = {volume.partition(":")[0] for volume in service["volumes"]}
        assert {name for name in mounted if not name.startswith("./")} <= set(compose["volumes"])


def test_every_role_that_a_cluster_needs_runs(compose: dict[str, Any]) -> None:
    commands = {name: service.get("command") for name, service in compose["services"].items()}
    assert {name for name, command in commands.items() if command} == set(Role) - {Role.ALL}
    for name, command in commands.items():
        if command:
            assert command == ["tocsin", "run", "--role", name]
            said = CliRunner().invoke(main, [*command[1:], "--help"])
            assert said.exit_code == 0, said.output
