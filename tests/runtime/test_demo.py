"""The newsroom on loopback, and the demonstration that is made of it."""

import os
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.deliver import Deliverer
from daemon.errors import ConflictError, TocsinError
from daemon.jobs.deliver import try_channel
from daemon.model import Channel, Fate, Secret
from daemon.parse import parse_source
from daemon.runtime.demo import own_folder, show
from daemon.runtime.demo.newsroom import Newsroom
from daemon.runtime.demo.receivers import Receivers
from daemon.runtime.loopback import environment, reaching
from daemon.runtime.shipped import shipped

VARIABLES = ("HTTPS_PROXY", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")


@pytest.fixture
def whole():
    opened = Newsroom(shipped("seeds") / "newsroom", datetime.now(UTC))
    yield opened
    opened.close()


def get(url: str, etag: str = "") -> tuple[int, bytes, str]:
    request = urllib.request.Request(url, headers={"If-None-Match": etag} if etag else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read(), answer.headers["ETag"]
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b"", ""


def test_every_outlet_lists_what_its_edition_holds_and_serves_each_page(whole):
    for edition in (0, 1, 2, 3):
        whole.edition = edition
        for source in whole.sources():
            status, body, etag = get(source.url)
            assert status == 200
            assert get(source.url, etag)[0] == 304
            listed = parse_source(body, url=source.url, kind=source.kind, listing=source.listing).entries
            assert listed or edition == 0
            for entry in listed:
                status, page, _ = get(entry.url)
                assert status == 200
                assert len(page) > 200


def test_what_is_not_published_yet_is_not_served(whole):
    before = {source.name: get(source.url)[1] for source in whole.sources()}
    base = whole.base(whole.outlets[0])
    assert get(f"{base}/no-such-page")[0] == 404
    whole.edition = 2
    after = {source.name: get(source.url)[1] for source in whole.sources()}
    assert all(len(after[name]) > len(before[name]) for name in after)


def test_a_newsroom_that_opens_again_has_its_old_addresses(whole):
    ports = whole.ports
    whole.close()
    again = Newsroom(shipped("seeds") / "newsroom", whole.opened, ports)
    try:
        assert again.ports == ports
    finally:
        again.close()


def test_two_demonstrations_at_once_have_a_folder_each(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with own_folder(None) as first:
        with own_folder(None) as second:
            assert first != second
        with pytest.raises(ConflictError, match="running in"), own_folder(first):
            pass
    with own_folder(None) as later:
        assert later == first, "what was interrupted goes on where it was"


def test_a_folder_that_is_no_demonstrations_stays_as_it_is(tmp_path):
    (tmp_path / "config.toml").write_text("# mine\n", "utf-8")
    with pytest.raises(ConflictError, match=r"config.* of its own"), own_folder(tmp_path):
        pass
    with pytest.raises(TocsinError, match="not be written"), own_folder(Path("/proc/self")):
        pass


async def test_other_processes_reach_the_receivers_while_the_demonstration_runs(tmp_path):
    with own_folder(tmp_path) as folder:
        async with Receivers(folder) as receivers:
            channels = receivers.channels()
            with environment(**dict.fromkeys(VARIABLES, "/nowhere")):  # as another process has it
                for channel in channels:
                    with reaching(folder, channel):
                        assert (await try_channel(Deliverer(), channel)).ok
                with reaching(folder, Channel("own", Secret("json://127.0.0.1:9/"))):
                    assert {os.environ[name] for name in VARIABLES} == {"/nowhere"}
        assert (len(receivers.posts), len(receivers.mails)) == (1, 1)
    with (
        pytest.raises(ConflictError, match="receives only while it runs: `tocsin demo --serve"),
        reaching(tmp_path, channels[0]),
    ):
        pass
    with environment(**dict.fromkeys(VARIABLES, "/nowhere")), reaching(tmp_path / "elsewhere", channels[0]):
        assert {os.environ[name] for name in VARIABLES} == {"/nowhere"}


async def test_the_demonstration_shows_what_it_promises(tmp_path):
    said: list[str] = []
    shown = await show(tmp_path, said.append)
    assert len(said) == 4
    assert {alert.rule for alert in shown.alerts} == {"Drone incursion", "Zapad"}
    assert len({(alert.rule, alert.title) for alert in shown.alerts}) == len(shown.alerts)
    told_of = [key for mail in shown.mails for key in mail["X-Tocsin-Alert"].split()]
    assert sorted(told_of) == sorted(alert.key for alert in shown.alerts)
    articles = {alert.article_id for alert in shown.alerts}
    assert len(shown.posts) == len(shown.mails) == len(articles), "what rings two rules is one message"
    assert sum(shown.tally.values()) == len(shown.entries)
    assert all(shown.tally[fate] for fate in (Fate.BACKLOG, Fate.DUPLICATE, Fate.NO_RULE, Fate.DELIVERED))
    assert not shown.tally[Fate.NEW] + shown.tally[Fate.QUEUED] + shown.tally[Fate.FAILED]
    told = " ".join(alert.title for alert in shown.alerts)
    assert "\ufffd" not in told, "a page was read in the wrong charset"
    assert "west" not in told, "a zapad that is plain west rang"
    reposts = {entry.fate for entry in shown.entries if entry.source == "daily-echo"}
    assert reposts == {Fate.BACKLOG, Fate.DUPLICATE}, "who reposts came after who wrote"
    assert all(entry.reason for entry in shown.entries)
