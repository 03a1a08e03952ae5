"""Secrets stand elsewhere: env:NAME, file:PATH and credential:NAME are looked up when the file is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from daemon.model import Secret

_LONGEST = 65_536


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A reference that leads nowhere: why, and what to do."""

    message: str
    hint: str


def resolve(written: str, environ: Mapping[str, str], directory: Path) -> Secret | Unresolved:
    """Follow a reference, or take the text itself; relative files start at the config's directory."""
    scheme, colon, name = written.partition(":")
    if not colon or name.startswith("//") or scheme not in ("env", "file", "credential"):
        return Secret(written)
    if not name:
        return Unresolved(f"{scheme}: names nothing", f"write {scheme}:NAME")
    if scheme == "env":
        return _from_environment(name, environ)
    if scheme == "file":
        return _from_file(directory / name, "put the secret into it, readable by the user that runs Tocsin")
    return _from_credential(name, environ)


def file_of(written: str, directory: Path) -> Path | None:
    """Give the file that a reference names, None when it names none."""
    scheme, _, name = written.partition(":")
    return directory / name if scheme == "file" and name and not name.startswith("//") else None


def _from_environment(name: str, environ: Mapping[str, str]) -> Secret | Unresolved:
    text = environ.get(name, "").strip()
    if text:
        return Secret(text)
    what = "empty" if name in environ else "not set"
    return Unresolved(
        f"the environment variable {name} is {what}", f"export {name}=… before you start Tocsin"
    )


def _from_credential(name: str, environ: Mapping[str, str]) -> Secret | Unresolved:
    directory = environ.get("CREDENTIALS_DIRECTORY", "")
    hint = f"in the systemd unit: LoadCredential={name}:/path/to/it; elsewhere use env: or file:"
    if "/" in name or name in (".", ".."):
        return Unresolved("a credential has a name, not a path", "use file: for a path")
    if not directory:
        return Unresolved("there are no credentials here: $CREDENTIALS_DIRECTORY is not set", hint)
    return _from_file(Path(directory, name), hint)


def _from_file(path: Path, hint: str) -> Secret | Unresolved:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(_LONGEST + 1).strip()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not a text"
        return Unresolved(f"{path} cannot be read: {why}", hint)
    if not text or len(text) > _LONGEST:
        return Unresolved(f"{path} is empty" if not text else f"{path} is too long for a secret", hint)
    return Secret(text)
