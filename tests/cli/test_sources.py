"""tocsin sources and tocsin parse: trying, steering, and the exchange with other readers."""

import io
import json
from datetime import timedelta

import pytest
from servers.world import NOW

from daemon.cli.output import counting, working
from daemon.config import load

OPML = """<?xml version="1.0"?>
<opml version="2.0"><body>
  <outline text="Harbours"><outline text="North &amp; &quot;Quay&quot;" xmlUrl="https://a.example/feed?x=1&amp;y=2"/>
    <outline text="Twice" xmlUrl="https://b.example/1"/><outline text="Twice" xmlUrl="https://b.example/2"/>
    <outline text="Twice (2)" xmlUrl="https://b.example/3"/></outline>
  <outline title="Bell \U0001f514 \\ and&#127; more" xmlUrl="https://c.example/\U0001f514"/>
  <outline text="a folder"/>
</body></opml>"""


def test_an_opml_file_becomes_sources_that_load(tocsin, tmp_path):
    file = tmp_path / "feeds.opml"
    file.write_text(OPML, "utf-8")
    result = tocsin("sources", "import", "--dry-run", file)
    assert (result.exit_code, result.stderr) == (0, "5 sources are new, 0 are there already\n")
    config = tmp_path / "imported.toml"
    config.write_text('[[channels]]\nname = "log"\nurl = "syslog://"\n' + result.stdout, "utf-8")
    sources = load(config, {}).sources
    assert len({source.name for source in sources}) == 5
    assert sources[0].name == 'North & "Quay"'
    assert sources[0].tags == ("Harbours",)
    assert sources[0].url == "https://a.example/feed?x=1&y=2"


def test_what_is_exported_is_known_when_it_is_imported(tocsin, tmp_path):
    exported = tocsin("sources", "export")
    assert exported.exit_code == 0
    file = tmp_path / "feeds.opml"
    file.write_text(exported.stdout, "utf-8")
    assert tocsin("sources", "import", file).stderr.startswith("0 sources are new, 2 are there already")


@pytest.mark.parametrize("body", ["", "plain words", "<html></html>", "\x00\x01", "{}"])
def test_what_is_no_opml_is_told(tocsin, tmp_path, body):
    file = tmp_path / "feeds.opml"
    file.write_text(body)
    result = tocsin("sources", "import", "--dry-run", file)
    assert result.exit_code == 1
    assert "not an OPML file" in result.stderr


def test_what_an_opml_file_has_that_is_no_address_is_passed_over_and_named(tocsin, tmp_path):
    file = tmp_path / "feeds.opml"
    addresses = {
        "Blank": " https://blank.example/rss ",
        "Old": "feed://old.example/rss",
        "New": "feed:https://new.example/rss",
        "Wrong": "not a url",
        "": "https://me:secret@shut.example/rss",
    }
    outlines = "".join(f'<outline text="{name}" xmlUrl="{url}"/>' for name, url in addresses.items())
    file.write_text(f"<opml><body>{outlines}</body></opml>")
    result = tocsin("sources", "import", file)
    assert result.exit_code == 0, result.output
    assert "«Wrong» is passed over: a source's address must begin with https://" in result.stderr
    assert "«shut.example/rss» is passed over: an address must not carry a password" in result.stderr
    assert "secret" not in result.output
    assert "3 sources are new" in result.stderr
    for address in ("https://blank.example/rss", "http://old.example/rss", "https://new.example/rss"):
        assert f'url = "{address}"' in result.stdout


def test_a_source_is_tried_by_its_name(tocsin):
    assert "harbour.example" in tocsin("sources", "test", "harbour").stderr
    assert (
        "did you mean «harbour»" in tocsin("sources", "test", "https://x.example", "--name", "habour").stderr
    )


def test_a_misspelt_name_of_a_source_to_try_is_guessed(tocsin):
    assert "did you mean «harbour»" in tocsin("sources", "test", "habour").stderr
    assert "did you mean" not in tocsin("sources", "test", "http://habour").stderr


def test_a_source_is_steered(tocsin):
    def harbour() -> dict:
        rows = json.loads(tocsin("sources", "list", "-o", "json").stdout)
        return next(row for row in rows if row["name"] == "harbour")

    assert tocsin("sources", "pause", "harbour").stdout == "harbour: paused\n"
    assert harbour()["paused"]
    paused = tocsin("sources", "poll", "harbour")
    assert paused.exit_code == 1
    assert "is paused" in paused.stderr
    assert tocsin("sources", "resume", "harbour").exit_code == 0
    assert not harbour()["paused"]
    assert tocsin("sources", "poll", "harbour").exit_code == 0
    assert harbour()["why_then"] == "asked for by hand"


@pytest.mark.parametrize("verb", ["poll", "pause", "resume"])
def test_a_source_that_is_not_there_cannot_be_steered(tocsin, verb):
    result = tocsin("sources", verb, "nobody")
    assert result.exit_code == 1
    assert "'nobody'" in result.stderr
    assert "there is no source «habour»; did you mean «harbour»?" in tocsin("sources", verb, "habour").stderr


@pytest.mark.parametrize(
    ("hours", "exit_code", "named"), [(0, 0, []), (1, 3, ["broken"]), (24 * 365, 3, ["broken"])]
)
def test_only_sources_with_problems_are_findings(tocsin, monkeypatch, hours, exit_code, named):
    monkeypatch.setattr("daemon.cli.sources.now", lambda: NOW + timedelta(hours=hours))
    result = tocsin("sources", "list", "--problems", "-o", "json")
    assert result.exit_code == exit_code
    assert [row["name"] for row in json.loads(result.stdout)] == named
    assert ("no source has a problem" in result.stderr) == (not named)
    assert bool(tocsin("sources", "list", "--problems").stdout) == bool(named)
    assert tocsin("sources", "list").exit_code == 0


def test_a_source_that_no_daemon_has_taken_up_is_listed(tocsin, tmp_path):
    file = tmp_path / "feeds.opml"
    file.write_text('<opml><body><outline text="Fresh" xmlUrl="https://fresh.example/rss"/></body></opml>')
    assert tocsin("sources", "import", file).exit_code == 0
    rows = json.loads(tocsin("sources", "list", "--output", "json").stdout)
    (fresh,) = [row for row in rows if row["name"] == "Fresh"]
    assert "tocsin run" in fresh["why_then"]


@pytest.mark.parametrize("verb", ["discover", "test"])
def test_an_intranet_is_tried_when_it_is_allowed(tocsin, verb):
    assert "--allow-private" in tocsin("sources", verb, "http://127.0.0.1:9/").stderr
    assert "refuses" in tocsin("sources", verb, "http://127.0.0.1:9/", "--allow-private").stderr


@pytest.mark.parametrize("url", ["nonsense", "http://127.0.0.1:9/", "file:///etc/passwd"])
def test_what_cannot_be_discovered_is_told(tocsin, url):
    result = tocsin("sources", "discover", url)
    assert result.exit_code == 1
    assert result.stderr.strip()


ITEM = "<item><title>A ferry</title><link>/a</link></item>"
RSS = f"<rss version='2.0'><channel><title>T</title>{ITEM}</channel></rss>"


def test_a_file_is_parsed(tocsin, tmp_path):
    file = tmp_path / "feed.xml"
    file.write_text(RSS)
    (record,) = json.loads(tocsin("parse", file, "--url", "https://a.example/").stdout)
    assert record["entries"][0]["url"] == "https://a.example/a"
    assert json.loads(tocsin("parse", file, "-o", "jsonl").stdout)["title"] == "T"


@pytest.mark.parametrize(
    "words",
    [
        ["/nonexistent"],
        ["/proc"],
        ["/dev/null", "--as", "feed"],
        ["/dev/null", "--as", "listing", "--links", "a[["],
        ["/dev/null", "--as", "listing"],
        ["/dev/null", "--as", "sitemap", "--content-type", "text/html; charset=nonsense"],
    ],
)
def test_what_cannot_be_parsed_is_told_beside_what_can(tocsin, tmp_path, words):
    result = tocsin("parse", *words)
    assert result.exit_code == 1
    assert words[0] in result.stderr
    assert json.loads(result.stdout) == []


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "shown"), [(Terminal(), True), (io.StringIO(), False)])
def test_what_takes_its_time_says_so_on_a_terminal_alone(stream, shown, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", stream)
    with working("asking https://harbour.example/"):
        pass
    assert ("asking https://harbour.example/" in stream.getvalue()) is shown


@pytest.mark.parametrize(("stream", "shown"), [(Terminal(), True), (io.StringIO(), False)])
def test_what_can_be_counted_is_counted_on_a_terminal_alone(stream, shown, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", stream)
    with counting("adding [sources]") as count:
        count(3, 500)
        count(41, 500, "checking")
    assert ("adding [sources]" in stream.getvalue()) is shown
    assert ("checking" in stream.getvalue() and "41/500" in stream.getvalue()) is shown
    assert bool(stream.getvalue()) is shown


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (["--as", "sitemap"], "try --as feed"),
        (["--as", "listing"], "give --links"),
        (["--as", "listing", "--links", "b"], 'links = "b"'),
    ],
)
def test_what_is_not_of_its_kind_is_told_with_the_option_that_helps(tocsin, tmp_path, words, cure):
    file = tmp_path / "feed.xml"
    file.write_text(RSS)
    result = tocsin("parse", file, *words)
    assert result.exit_code == 1
    assert str(file) in result.stderr
    assert cure in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--as", "feed", "--links", "a"], "--links"), (["--next-page", "a"], "needs --links")],
)
def test_selectors_that_would_be_passed_over_are_refused(tocsin, words, said):
    result = tocsin("parse", "-", *words)
    assert result.exit_code == 2
    assert said in result.stderr
