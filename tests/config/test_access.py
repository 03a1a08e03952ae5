"""What a source's server asks for: references are followed, and no secret is shown."""

import pytest

from daemon.config import describe, load
from daemon.errors import ConfigError
from daemon.model import Access, RobotsManners, Secret

FULL = """
[[sources]]
name = "Intranet"
url = "https://intranet.example/news"
robots = "strict"
priority = 3
allow_private = true
[sources.access]
headers = { X-Api-Key = "env:KEY" }
cookies = { session = "file:session.txt" }
username = "desk"
password = "env:PASSWORD"
proxy = "env:PROXY"
client_certificate = "desk.pem"

[[sources]]
name = "Wire"
url = "https://wire.example/feed"
access.bearer = "env:TOKEN"
"""
ENVIRON = {"KEY": "k3y", "PASSWORD": "pässwort", "PROXY": "socks5://u:pr0xy@10.0.0.1:1080", "TOKEN": "t0ken"}


@pytest.fixture
def file(tmp_path):
    (tmp_path / "config.toml").write_text(FULL)
    (tmp_path / "session.txt").write_text("c00kie\n")
    return tmp_path / "config.toml"


def test_access_is_looked_up(file):
    intranet, wire = load(file, ENVIRON).sources
    assert intranet.access == Access(
        headers=(("X-Api-Key", Secret("k3y")),),
        cookies=(("session", Secret("c00kie")),),
        username="desk",
        password=Secret("pässwort"),
        proxy=Secret("socks5://u:pr0xy@10.0.0.1:1080"),
        client_certificate=str(file.parent / "desk.pem"),
    )
    assert (intranet.robots, intranet.priority) == (RobotsManners.STRICT, 3.0)
    assert wire.access == Access(bearer=Secret("t0ken"))


def test_its_secrets_are_known_as_such_and_shown_to_nobody(file):
    config = load(file, ENVIRON)
    known = {secret.reveal() for secret in config.secrets}
    secrets = {"c00kie", *ENVIRON.values()}
    assert known >= secrets
    shown = f"{describe(config)} {config}"
    assert not [secret for secret in secrets if secret in shown]


def test_what_leads_nowhere_is_said_at_its_place(file):
    with pytest.raises(ConfigError) as caught:
        load(file, ENVIRON | {"KEY": "", "PROXY": "10.0.0.1", "TOKEN": "line\nline"})
    assert [(problem.line, problem.message) for problem in caught.value.problems] == [
        (9, "the environment variable KEY is empty"),
        (13, "not the address of a proxy"),
        (19, "no header can hold this text"),
    ]


def test_an_administrator_who_may_not_see_them_can_look_all_the_same(file):
    config = load(file, {}, forgive=("env",))
    assert [source.name for source in config.sources] == ["Intranet", "Wire"]
    assert len(config.unresolved) == 4


def test_a_literal_secret_is_masked_in_an_excerpt(file):
    file.write_text(FULL.replace('"env:TOKEN"', '"pa55 wörd"'))
    with pytest.raises(ConfigError) as caught:
        load(file, ENVIRON)
    (problem,) = caught.value.problems
    assert "no header can hold this text" in str(problem)
    assert "pa55" not in str(problem)


@pytest.mark.parametrize("name", ["X Key", "X:Key", "Schlüssel"])
def test_a_header_has_a_name_that_http_allows(file, name):
    file.write_text(FULL.replace("X-Api-Key", f'"{name}"'))
    with pytest.raises(ConfigError, match="not a name that HTTP allows"):
        load(file, ENVIRON)
