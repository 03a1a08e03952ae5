"""The line that a problem shows: one column a character, and no secret in it."""

import re
from collections.abc import Callable, Sequence

from daemon.config.places import Path

_WIDTH = 100
_AFTER_CARET = 40

# Whatever a file calls it: what stands before @ in an address, and what follows a service's scheme.
_PASSWORD = re.compile(r"(://)([^\s/@\"']+)(?=@)")
_SERVICE = re.compile(r"(?<!http)(?<!https)(://)([^\s\"']+)", re.IGNORECASE)

_SECTION = re.compile(r"^[ \t]*\[+[ \t]*([\w-]+)", re.MULTILINE)
_SECTION_ALONE = re.compile(r"""[ \t]*\[+[\w. \t"'-]*\]*[ \t]*""")
# A key, even one whose equals sign is missing. Its length is bounded so that no line takes long.
_KEY = re.compile(r"^[ \t]*([\w\"'. \t-]{0,200}[\w\"'-])(?:[ \t]*[=:]|[ \t]+(?=[\"']))", re.MULTILINE)


def show_line(line: str, column: int, secrets: Sequence[tuple[int, int]] = ()) -> str:
    """Make a line fit to be shown above a caret at `column`; `secrets` are ranges of it, from 0.

    A tab, an escape or a direction mark would move the caret, so each becomes a space.
    """
    for start, end in secrets:
        line = line[:start] + re.sub(r"[^\"']", "*", line[start:end]) + line[end:]
    shown = "".join(character if character.isprintable() else " " for character in line)
    for pattern in (_PASSWORD, _SERVICE):
        shown = pattern.sub(lambda match: match[1] + "*" * len(match[2]), shown)
    enough = max(column + _AFTER_CARET, _WIDTH)
    return shown if len(shown) <= enough else shown[:enough] + "…"


def mask_unread(lines: Sequence[str], is_secret: Callable[[Path], bool]) -> str:
    """Give the last of the lines, without what may be a secret, when the file is not valid TOML.

    Without places to go by, the nearest section and key above tell what the line holds.
    """
    line = lines[-1]
    if _SECTION_ALONE.fullmatch(line):
        return line
    text = "\n".join(lines)
    keys = _KEY.findall(text)
    path = (*_SECTION.findall(text)[-1:], *re.findall(r"[\w-]+", keys[-1] if keys else ""))
    if not is_secret(path) and (len(path) > 1 or path == ("include",)):
        return line
    own = _KEY.match(line)
    shown = own.end() if own and own[1] in ("url", "database") else 0
    return line[:shown] + re.sub(r"[^\s\"'\[\]{},=#\\]", "*", line[shown:])
