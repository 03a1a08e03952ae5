"""Each document in data, with the record it should give: one for every bug that was found."""

import json
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from daemon.model import Entry, Feed
from daemon.parse import parse_source

DATA = Path(__file__).parent / "data"
SAMPLES = sorted(path for path in DATA.iterdir() if path.suffix != ".json")


def shown(value: object) -> object:
    """Show a value as JSON can hold it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return list(value) if isinstance(value, tuple) else value


def record(found: Entry | Feed, names: dict) -> dict:
    assert names.keys() <= {field.name for field in fields(found)}
    return {name: shown(getattr(found, name)) for name in names}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_sample_gives_its_record(sample):
    expected = json.loads(sample.with_suffix(".json").read_text("utf-8"))
    feed = parse_source(sample.read_bytes(), url=expected.get("url", ""))
    wanted = expected.get("feed", {})
    assert record(feed, wanted) == wanted
    assert [
        record(entry, want) for entry, want in zip(feed.entries, expected["entries"], strict=True)
    ] == expected["entries"]
