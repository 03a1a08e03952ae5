"""A good configuration becomes the nouns of the program."""

from datetime import timedelta
from pathlib import Path

import pytest

from daemon.config import find, load
from daemon.errors import ConfigError, NotFoundError
from daemon.model import Alias, ListingSelectors, RuleTest, Secret, Severity, SourceKind, WordList

FULL = """
[daemon]
database = "sqlite:////srv/tocsin.db"
time_zone = "Europe/Warsaw"
contact = "desk@example.org"
operator_channel = "desk"
log_level = "debug"
[polling]
budget = "120/m"
max_age = "2d"
timeout = "5s"
concurrency = 7

[[sources]]
name = "Agency"
url = "https://example.org/news"
tags = ["world"]
language = "pl"
every = "90s"
priority = 2
enabled = false
listing = { links = "h2 > a", date = "time" }
article.body = "main"
full_text = false
allow_private = true

[[entities]]
name = "zapad"
label = "Exercise Zapad"
aliases = ["Zapad-2025"]
weak = { "*" = ["Zapad"], ru = ["Запад"] }
ambiguous_in = ["ru"]
wikidata = "Q42"

[[lists]]
name = "airports"
terms = ["Heathrow", "Okęcie"]

[[rules]]
name = "Drones"
query = "drone NEAR/5 #airports"
entities = ["zapad"]
sources = ["Agency"]
source_tags = ["world"]
max_age = "6h"
severity = "critical"
channels = ["desk"]
tests = [
  { title = "A drone", expect = "no match" },
  { body = "…", language = "en", source_tags = ["x"], authors = ["A"] },
]

[[channels]]
name = "desk"
url = "env:DESK"
min_severity = "high"
"""
CHANNEL = '[[channels]]\nname = "log"\nurl = "syslog://"\n'


def write(directory, text, name="config.toml"):
    file = directory / name
    file.parent.mkdir(exist_ok=True, parents=True)
    file.write_text(text, "utf-8")
    return file


def test_every_section_becomes_its_noun(tmp_path):
    config = load(write(tmp_path, FULL), {"DESK": "slack://a/b/c"})
    assert config.daemon.database.reveal() == "sqlite:////srv/tocsin.db"
    assert config.daemon.time_zone.key == "Europe/Warsaw"
    assert (config.daemon.contact, config.daemon.operator_channel) == ("desk@example.org", "desk")
    assert config.daemon.log_level == "debug"
    assert config.polling.budget == 7200
    assert (config.polling.max_age, config.polling.timeout) == (timedelta(days=2), timedelta(seconds=5))
    assert config.polling.concurrency == 7
    (source,) = config.sources
    assert source.kind is SourceKind.LISTING
    assert source.listing == ListingSelectors(links="h2 > a", date="time")
    assert (source.article.body, source.tags, source.language) == ("main", ("world",), "pl")
    assert (source.every, source.priority, source.enabled) == (timedelta(seconds=90), 2, False)
    assert (source.full_text, source.allow_private) == (False, True)
    (entity,) = config.entities
    assert entity.weak == (Alias("Zapad"), Alias("Запад", "ru"))
    assert (entity.aliases, entity.ambiguous_in) == ((Alias("Zapad-2025"),), ("ru",))
    assert (entity.label, entity.wikidata) == ("Exercise Zapad", "Q42")
    assert config.lists == (WordList("airports", ("Heathrow", "Okęcie")),)
    (rule,) = config.rules
    assert (rule.severity, rule.max_age) == (Severity.CRITICAL, timedelta(hours=6))
    assert rule.tests == (
        RuleTest(title="A drone", matches=False),
        RuleTest(body="…", language="en", source_tags=("x",), authors=("A",)),
    )
    (channel,) = config.channels
    assert (channel.url, channel.min_severity) == (Secret("slack://a/b/c"), Severity.HIGH)
    assert config.reached == {"Drones": ("desk",)}


def test_an_empty_file_is_a_configuration_of_defaults(tmp_path):
    file = write(tmp_path, "")
    config = load(file, {})
    assert config.polling.budget == 1000
    assert config.daemon.state_directory == tmp_path / "var"
    assert config.daemon.database.reveal() == f"sqlite:///{tmp_path}/var/tocsin.db"
    assert (config.files, config.directories) == ((file,), {tmp_path})


@pytest.mark.parametrize(
    ("text", "environ", "expected"),
    [
        ('[daemon]\nstate_directory = "state"\n', {"STATE_DIRECTORY": "/s"}, "{here}/state"),
        ('[daemon]\nstate_directory = "/srv/state"\n', {}, "/srv/state"),
        ("", {"STATE_DIRECTORY": "/var/lib/tocsin:/var/lib/other"}, "/var/lib/tocsin"),
        ("", {"STATE_DIRECTORY": ""}, "{here}/var"),
    ],
)
def test_the_state_directory_does_not_depend_on_where_one_stands(tmp_path, text, environ, expected):
    config = load(write(tmp_path, text), environ)
    assert str(config.daemon.state_directory) == expected.format(here=tmp_path)


@pytest.mark.parametrize("prefix", ["\ufeff", ""])
def test_files_from_windows_are_read(tmp_path, prefix):
    file = tmp_path / "config.toml"
    file.write_bytes((prefix + CHANNEL.replace("\n", "\r\n") + "colour = 1\r\n").encode())
    with pytest.raises(ConfigError) as raised:
        load(file, {})
    (problem,) = raised.value.problems
    assert (problem.line, problem.column, problem.excerpt) == (4, 1, "colour = *")


def test_secrets_are_followed_and_never_shown(tmp_path):
    write(tmp_path, "json://file/T0KEN\n", "secrets/a")
    write(tmp_path, "json://credential/T0KEN", "credentials/b")
    channels = [("a", "file:secrets/a"), ("b", "credential:b"), ("c", "env:C"), ("d", "json://literal/T0KEN")]
    text = "".join(f'[[channels]]\nname = "{name}"\nurl = "{url}"\n' for name, url in channels)
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials"), "C": "json://env/T0KEN"}
    config = load(write(tmp_path, text), environ)
    kinds = ["file", "credential", "env", "literal"]
    assert [channel.url.reveal() for channel in config.channels] == [f"json://{kind}/T0KEN" for kind in kinds]
    assert "T0KEN" not in repr(config)


def test_the_digest_tells_meanings_apart_but_not_spellings_or_secrets(tmp_path):
    one = load(write(tmp_path, f'[polling]\ncap = "60m"\n{CHANNEL}'), {})
    same = load(write(tmp_path, f"polling.cap = '1h'  # hourly\n{CHANNEL}"), {})
    other = load(write(tmp_path, f'[polling]\ncap = "3h"\n{CHANNEL}'), {})
    secret = load(write(tmp_path, f'[polling]\ncap = "60m"\n{CHANNEL.replace("syslog", "dbus")}'), {})
    assert one.digest == same.digest == secret.digest != other.digest
    assert one.digest is one.digest, "each look writes the whole configuration out"
    assert one == same != other
    assert one != secret


def test_included_files_are_read_once_each_in_order(tmp_path):
    main = write(tmp_path, f'include = ["rules.d/*.toml", "rules.d/a.toml", "*.toml", "empty/*"]\n{CHANNEL}')
    for name in ("b", "a"):
        write(tmp_path, f'[[rules]]\nname = "{name}"\nany = ["x"]\n', f"rules.d/{name}.toml")
    (tmp_path / "empty").mkdir()
    config = load(main, {})
    assert [rule.name for rule in config.rules] == ["a", "b"]
    assert config.files == (main, tmp_path / "rules.d/a.toml", tmp_path / "rules.d/b.toml")
    assert config.directories == {tmp_path, tmp_path / "rules.d", tmp_path / "empty"}


def test_names_are_one_space_over_all_files(tmp_path):
    main = write(tmp_path, f'include = ["more.toml"]\n{CHANNEL}')
    write(tmp_path, f'\n{CHANNEL}[[rules]]\nname = "r"\nany = ["x"]\nchannels = ["log"]\n', "more.toml")
    with pytest.raises(ConfigError) as raised:
        load(main, {})
    (problem,) = raised.value.problems
    assert (problem.file, problem.line) == (str(tmp_path / "more.toml"), 3)
    assert f"{main}:3" in problem.hint


def test_the_configuration_is_the_one_named_or_the_nearest(tmp_path):
    with pytest.raises(NotFoundError, match="--config"):
        find({}, tmp_path)
    here = write(tmp_path, "")
    assert find({}, tmp_path) == Path(here.name)
    assert find({"TOCSIN_CONFIG": "/x.toml"}, tmp_path) == Path("/x.toml")
    assert find({"TOCSIN_CONFIG": "/x.toml"}, tmp_path, Path("y.toml")) == Path("y.toml")
