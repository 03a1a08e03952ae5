"""The real service: the shipped unit, installed from the wheel, under a real systemd."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from servers.postgres import programs

HERE = Path(__file__).parent


def _python_of_the_system() -> str:
    done = subprocess.run(
        ["/usr/bin/python3", "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True
    )
    return done.stdout.strip()


def why_not() -> str:
    if os.geteuid() != 0:
        return "needs root, to make namespaces"
    if not Path("/lib/systemd/systemd").exists() or not shutil.which("systemd-analyze"):
        return "needs systemd"
    if _python_of_the_system() != f"{sys.version_info[0]} {sys.version_info[1]}":
        return "needs /usr/bin/python3 of the version that runs the tests, whose packages it borrows"
    return ""


pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())


def test_the_unit_is_hardened(installed_for_services, tmp_path) -> None:
    subprocess.run([installed_for_services, "service", "install", "--root", tmp_path], check=True)
    unit = tmp_path / "etc/systemd/system/tocsin.service"
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=15", unit],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-300:]


@pytest.mark.parametrize(
    "name", ["tocsin-worker@.service", "tocsin-deliverer@.service", "tocsin-scheduler.service"]
)
def test_the_units_of_a_cluster_are_sound_and_hardened(name, tmp_path) -> None:
    unit = tmp_path / name.replace("@", "@1")
    unit.write_text((HERE.parents[1] / "deploy" / name).read_text().replace("@TOCSIN@", "/bin/true"))
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=15", unit],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-300:]


def lives_through(script: str, tocsin: Path) -> None:
    done = subprocess.run(
        [HERE / "with_systemd.sh", sys.executable, HERE / script, tocsin],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-6000:]}"


def test_the_service_lives_through_a_day(installed_for_services) -> None:
    lives_through("inside_systemd.py", installed_for_services)


@pytest.mark.skipif(programs() is None, reason="PostgreSQL's server is not installed: apt install postgresql")
def test_the_units_of_a_cluster_live_through_a_restart_of_their_database(installed_for_services) -> None:
    pytest.importorskip("pgqueuer", reason="pgqueuer is not installed: pip install 'tocsin[postgres]'")
    lives_through("inside_systemd_cluster.py", installed_for_services)
