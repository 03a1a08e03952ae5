"""tocsin entities, against a server that speaks Wikidata's API."""

import json
import tomllib
from urllib.parse import parse_qs

import pytest
from werkzeug import Request, Response

ITEMS = {
    "Q1": {
        "labels": {"en": {"language": "en", "value": "Northern Watch"}, "pl": {"value": "Północna Straż"}},
        "aliases": {"en": [{"value": "NW"}, {"value": "Northern  Watch"}, {"value": "exercise"}]},
    },
    "Q2": {"labels": {"uk": {"value": "Північна варта"}}},
    "Q3": {},
}


@pytest.fixture
def wikidata(httpserver, monkeypatch):
    """Answers for three items; gives the requests it had."""
    asked = []

    def answer(request: Request) -> Response:
        query = {key: value[0] for key, value in parse_qs(request.query_string.decode()).items()}
        asked.append(query)
        wanted = query["languages"].split("|")
        found = {}
        for item in query["ids"].split("|"):
            told = ITEMS.get(item)
            found[item] = (
                {"id": item, "missing": ""}
                if told is None
                else {"id": item, "type": "item"}
                | {
                    part: {language: names for language, names in held.items() if language in wanted}
                    for part, held in told.items()
                }
            )
        return Response(json.dumps({"entities": found, "success": 1}), content_type="application/json")

    httpserver.expect_request("/w/api.php").respond_with_handler(answer)
    monkeypatch.setenv("TOCSIN_WIKIDATA", httpserver.url_for("/w/api.php"))
    return asked


def test_add_writes_names_by_language_and_weak_ones_apart(run, folder, wikidata):
    result = run("entities", "add", "Q1", "q2", "--languages", "en,pl,uk")
    assert result.exit_code == 0, result.output
    assert wikidata == [
        {
            "action": "wbgetentities",
            "ids": "Q1|Q2",
            "props": "labels|aliases",
            "languages": "en|pl|uk",
            "format": "json",
        }
    ]
    first, second = tomllib.loads((folder / "config.toml").read_text("utf-8"))["entities"]
    assert first == {
        "name": "northern-watch",
        "label": "Northern Watch",
        "wikidata": "Q1",
        "aliases": {"en": ["Northern Watch"], "pl": ["Północna Straż"]},
        "weak": {"en": ["NW", "exercise"]},
    }
    assert (second["name"], second["aliases"]) == ("q2", {"uk": ["Північна варта"]})
    assert '+en = ["NW", "exercise"]' in result.stdout
    assert "@northern-watch: NW, exercise may mean other things too." in result.stderr
    assert "rules may now ask for @northern-watch, @q2\n" in result.stderr


def test_a_dry_run_writes_nothing(run, folder, wikidata):
    before = (folder / "config.toml").read_text("utf-8")
    result = run("entities", "add", "Q1", "--dry-run")
    assert '+name = "northern-watch"' in result.stdout
    assert (folder / "config.toml").read_text("utf-8") == before


def test_what_is_there_is_not_added_again(run, folder, wikidata):
    assert run("entities", "add", "Q1").exit_code == 0
    result = run("entities", "add", "Q1")
    assert (result.exit_code, result.stderr) == (1, "Q1 is there already, as the entity «northern-watch»\n")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("Q1", "Q99"), 1, "Wikidata has no Q99"),
        (("Q3",), 1, "Q3 has no name in en, de"),
        (("NATO",), 2, "«NATO» is no item of Wikidata"),
        (("Q1", "--languages", "Polish"), 2, "write codes such as en,pl,uk"),
    ],
)
@pytest.mark.usefixtures("wikidata")
def test_what_cannot_be_added_is_said(run, folder, arguments, code, told):
    before = (folder / "config.toml").read_text("utf-8")
    result = run("entities", "add", *arguments)
    assert result.exit_code == code
    assert told in result.stderr
    assert (folder / "config.toml").read_text("utf-8") == before


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"error": {"code": "no-such-entity", "info": "Could not find it"}}', "Could not find it"),
        ("<html>", "its answer cannot be read"),
        ("[]", "its answer cannot be read"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_an_answer_without_items_is_said(run, httpserver, monkeypatch, body, told):
    httpserver.expect_request("/").respond_with_data(body)
    monkeypatch.setenv("TOCSIN_WIKIDATA", httpserver.url_for("/"))
    result = run("entities", "add", "Q1")
    assert result.exit_code == 1
    assert told in result.stderr


def test_without_a_network_it_says_what_to_do(run, folder, monkeypatch):
    monkeypatch.setenv("TOCSIN_WIKIDATA", "http://127.0.0.1:1/w/api.php")
    result = run("entities", "add", "Q1")
    assert result.exit_code == 1
    assert result.stderr.startswith("Wikidata could not be asked: ")
    assert "Nothing was changed" in result.stderr


def test_list_names_the_rules_that_ask(run, folder, wikidata):
    run("entities", "add", "Q1", "Q2", "--languages", "en,uk")
    with (folder / "config.toml").open("a", encoding="utf-8") as file:
        file.write('[[rules]]\nname = "watch"\nquery = "@northern-watch NEAR/5 sea"\n')
    rows = json.loads(run("entities", "list", "-o", "json").stdout)
    assert [(row["name"], row["rules"]) for row in rows] == [("northern-watch", ["watch"]), ("q2", [])]
