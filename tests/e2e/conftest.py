"""Installed copies of the program, made from the wheel as a user's are."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _run(*command: object) -> None:
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    """Build the wheel from a copy of the checkout, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(
        ROOT, source, ignore=shutil.ignore_patterns(".*", "__pycache__", "var", "tests", "*.egg-info")
    )
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    _run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source)
    return next(folder.glob("*.whl"))


def _share(source: str, target: str) -> None:
    """Give a file a second name where one disk holds both: the packages are large."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def install(wheel: Path, python: str, home: Path) -> Path:
    """Install the wheel and copies of its dependencies in a new environment; give its `tocsin`."""
    _run(python, "-m", "venv", "--without-pip", home)
    packages = next(home.glob("lib/python*/site-packages"))
    ignored = shutil.ignore_patterns(
        "tocsin*", "daemon", "_editable*", "__editable__*", "pip", "mypy*", "ruff*"
    )
    purelib = sysconfig.get_path("purelib")
    shutil.copytree(purelib, packages, dirs_exist_ok=True, ignore=ignored, copy_function=_share)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        "--python",
        home / "bin/python",
    ]
    _run(*pip, "install", "--no-deps", "--no-index", wheel)
    return home / "bin" / "tocsin"


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory) -> Path:
    """The command, installed from the wheel away from the checkout."""
    return install(wheel, sys.executable, tmp_path_factory.mktemp("installed") / "venv")


@pytest.fixture(scope="session")
def installed_for_services(wheel) -> Iterator[Path]:
    """The command where a service under DynamicUser can start it: under /opt, on the system's Python."""
    home = Path(tempfile.mkdtemp(prefix="tocsin-test-", dir="/opt"))
    home.chmod(0o755)
    try:
        yield install(wheel, "/usr/bin/python3", home / "venv")
    finally:
        shutil.rmtree(home)
