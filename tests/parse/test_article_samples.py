"""Each page in articles, with the record it should give: one for every bug that was found."""

import json
from pathlib import Path

import pytest

from daemon.parse.article import extract_article

SAMPLES = sorted((Path(__file__).parent / "articles").glob("*.html"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_page_gives_its_record(sample):
    expected = json.loads(sample.with_suffix(".json").read_text("utf-8"))
    article = extract_article(sample.read_bytes(), url="https://vesna.example/a")
    found = {name: getattr(article, name) for name in expected}
    for name in found.keys() & {"published", "modified"}:
        found[name] = found[name] and found[name].isoformat()
    for name in found.keys() & {"authors", "tags"}:
        found[name] = list(found[name])
    assert found == expected
