"""tocsin service: Tocsin under systemd."""

import shutil
import sys
from pathlib import Path

import click

from daemon.errors import TocsinError
from daemon.runtime.shipped import shipped

_AFTERWARDS = """\
Next:
  1. Edit {config} (what is watched, and who is told).
  2. Put each secret into a file of its own in {credentials}: the file «slack» there
     is `credential:tocsin_slack` in the configuration.
  3. systemctl daemon-reload && systemctl enable --now tocsin
     A changed configuration is taken up by itself, new secrets with: systemctl restart tocsin
  4. systemctl status tocsin, journalctl -u tocsin, tocsin --config {config} status"""


@click.group(name="service")
def command() -> None:
    """Install Tocsin as a systemd service."""


@command.command()
@click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    default=Path("/"),
    help="Write below this folder instead of /, for images and packages.",
)
def install(root: Path, *, dry_run: bool) -> None:
    """Write the unit, and a sample configuration where there is none yet. Needs root."""
    unit = shipped("deploy/tocsin.service").read_text("utf-8").replace("@TOCSIN@", _program())
    target = root / "etc/systemd/system/tocsin.service"
    config = root / "etc/tocsin/config.toml"
    credentials = root / "etc/tocsin/credentials"
    if dry_run:
        click.echo(unit)
        click.echo(f"would write this to {target}, make {credentials}", err=True)
        click.echo(f"would {'keep' if config.exists() else 'write the sample to'} {config}", err=True)
        return
    try:
        _write(target, unit)
        credentials.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not config.exists():
            _write(config, shipped("config.toml").read_text("utf-8"))
            _write(config.with_name("config.schema.json"), shipped("config.schema.json").read_text("utf-8"))
    except OSError as error:
        raise TocsinError(f"{error.filename}: {error.strerror}; run it as root, or see --dry-run") from None
    click.echo(f"wrote {target}")
    click.echo(_AFTERWARDS.format(config=config, credentials=credentials), err=True)


def _program() -> str:
    """Find the command that a unit can start: the one that runs now, by its whole path."""
    found = shutil.which("tocsin", path=Path(sys.executable).parent) or shutil.which("tocsin")
    if found is None:
        raise TocsinError(
            "the command `tocsin` is not on the PATH: install Tocsin first, then run it from there"
        )
    return str(Path(found).absolute())


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
