"""The compose file: what it names is there, and each command is one that the program takes."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from sqlalchemy import make_url

from daemon.cli import main
from daemon.config import load
from daemon.runtime.roles import Role
from daemon.runtime.service import DRAIN_SECONDS, REST_SECONDS

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


def test_each_path_is_there_for_who_reads_it(compose: dict[str, Any]) -> None:
    beside = FILE.read_text().partition("x-tocsin")[0]
    for name, secret in compose["secrets"].items():
        assert secret == {"file": f"./{name}"}
        assert name in beside, "the operator is told of it"
    secrets = {f"/run/secrets/{name}" for name in compose["secrets"]}
    for service in compose["services"].values():
        read = {path for name, path in service["environment"].items() if name.endswith("FILE")}
        assert read <= secrets
        assert {Path(path).name for path in read} == set(service["secrets"])
    for role in set(Role) - {Role.ALL}:
        service = compose["services"][role]
        assert f"./config.toml:{service['environment']['TOCSIN_CONFIG']}:ro" in service["volumes"]
        assert int(service["stop_grace_period"].removesuffix("s")) > DRAIN_SECONDS + REST_SECONDS


def test_the_configuration_that_it_asks_for_suits_its_services(
    compose: dict[str, Any], tmp_path: Path
) -> None:
    header = FILE.read_text().partition("x-tocsin")[0]
    lines = [line.removeprefix("#     ") for line in header.splitlines() if " = " in line]
    (tmp_path / "config.toml").write_text("\n".join(["[daemon]", *lines]))
    daemon = load(tmp_path / "config.toml", {}).daemon
    address = make_url(daemon.database.reveal())
    database = compose["services"][address.host]
    assert database["environment"]["POSTGRES_USER"] == address.username
    assert database["environment"]["POSTGRES_DB"] == address.database
    for role in set(Role) - {Role.ALL}:
        assert f"state:{daemon.state_directory}" in compose["services"][role]["volumes"], (
            "the rest is read-only"
        )
