"""What tomllib says about broken TOML, in plain words with a cure."""

import re

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_NESTED = re.compile(r"(?:[\[{][^\[\]{}\n]{0,40}){50}")
_STATEMENT = re.compile(r"^[ \t]*+(?:\[|[\w.\"' \t-]+=)", re.MULTILINE)

# tomllib's message, what it means, what to do. The first that fits is taken.
_CURES = (
    (
        r"Illegal character '\\n'",
        "this text is not closed on its line",
        "close it with the quote it began with",
    ),
    (
        r"Illegal character|invalid character",
        "a control character stands here",
        "delete it; in a text write \\t for a tab",
    ),
    (
        r"Unterminated string|Expected [\"']{2,}",
        "a text is not closed",
        "close it with the quotes it began with",
    ),
    (r"Expected '=' after a key", "a key without a value", "write key = value"),
    (r"Unclosed array", "the list is not closed", "put a comma between its elements and ] at its end"),
    (
        r"Unclosed inline table",
        "the table in braces is not closed",
        "put a comma between its parts and } at its end, all on one line",
    ),
    (r"Cannot overwrite a value", "this key is there twice", "keep one of them"),
    (r"Duplicate inline table key", "this key is there twice", "keep one of them"),
    (
        r"Cannot declare \((.*)\) twice",
        "this section is there twice",
        "join the two, or write [[…]] where there may be several",
    ),
    (
        r"Cannot mutate immutable|Cannot redefine",
        "this section is complete already",
        "add to it where it begins",
    ),
    (
        r"Unescaped",
        "a backslash in double quotes starts an escape",
        "use single quotes, 'like \\this', or write \\\\",
    ),
    (
        r"Escaped character|Invalid hex value",
        "this is not a character's code",
        "write \\u and four hex digits",
    ),
    (r"Expected '\]'|Expected '\]\]'", "the section's name is not closed", "write [name], or [[name]]"),
    (
        r"Invalid initial character",
        "a key cannot begin like this",
        "use letters, digits, - and _, or quote it",
    ),
    (
        r"Invalid value",
        "this is not a value",
        'put texts in quotes: key = "text"; yes and no are true and false',
    ),
    (
        r"Expected newline",
        "something follows the value",
        "put one key on a line and comments after #; a text that holds \" goes in single quotes: '…'",
    ),
    (r"Invalid statement", "this line says nothing", "write key = value, [section] or # a comment"),
    (r"Exceeds the limit", "a number has thousands of digits", "shorten it"),
)


def explain_syntax(error: Exception, text: str) -> tuple[int, str, str]:
    """Turn an error of tomllib into an offset into `text`, a message, and what to do."""
    if isinstance(error, RecursionError):
        deep = _NESTED.search(text)
        message = "lists or tables are nested too deeply"
        return deep.start() if deep else 0, message, "nothing in a configuration needs more than four levels"
    said = str(error)
    for pattern, meaning, cure in _CURES:
        if re.search(pattern, said):
            return _offset(said, text), f"not valid TOML: {meaning}", cure
    return (
        _offset(said, text),
        f"not valid TOML: {_PLACE.sub('', said)}",
        "compare the line with those around it",
    )


def _offset(said: str, text: str) -> int:
    """Where it went wrong; if only the end of the file showed it, where the last statement began."""
    match = _PLACE.search(said)
    if match and match[1]:
        lines = text.split("\n")
        return sum(len(line) + 1 for line in lines[: int(match[1]) - 1]) + int(match[2]) - 1
    statements = [*_STATEMENT.finditer(text)]
    if not statements:
        return 0
    start = statements[-1].start()
    return start + len(text[start:]) - len(text[start:].lstrip())
