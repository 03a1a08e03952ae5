"""A real browser, Debian's Chromium, and the demonstration that it looks at."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, sync_playwright

from servers.wordforms import share_forms

CHROMIUM = shutil.which("chromium") or ""
_ALONE = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium(**settings: Any) -> Iterator[BrowserContext]:
    """Open a browser of its own that speaks to this machine alone."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=_ALONE)
        try:
            yield browser.new_context(**settings)
        finally:
            browser.close()


@contextmanager
def demonstration(folder: Path) -> Iterator[str]:
    """Serve the demonstration; give the desk's address, without the stroke at its end."""
    share_forms(folder / "var")
    command = [sys.executable, "-m", "daemon", "demo", "--serve", "--dir", str(folder)]
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            said = []
            for line in process.stderr or ():
                said.append(line)
                if found := re.search(r"the desk is open at (http://\S+)/", line):
                    yield found[1]
                    break
            else:
                raise RuntimeError("the demonstration ended: " + "".join(said))
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
