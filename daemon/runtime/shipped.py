"""The files that travel with the program: the sample configuration, seeds, the systemd unit."""

from pathlib import Path

import daemon


def shipped(name: str) -> Path:
    """Find one of them: inside the package when installed from a wheel, beside it in a checkout."""
    package = Path(daemon.__file__).parent
    inside = package / "_shipped" / name
    return inside if inside.exists() else package.parent / name
