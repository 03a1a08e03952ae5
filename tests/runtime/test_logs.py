"""The log: a priority on each line under journald, and no secret on any, however it got there."""

import io
import logging

import pytest
import structlog

from daemon.config import load
from daemon.deliver import telltale
from daemon.model import Secret
from daemon.runtime import logs

TOKEN = "k3wZ9sLr0vXq2bTnYd7mEfGh"
SLACK = Secret(f"slack://T1JJ3T3L2/A1BRTD4JD/{TOKEN}/#news")
MAIL = Secret("mailtos://desk:pa55%2Bword@mail.example.org/?to=desk@example.org")
ACCESS = Secret("opensesame")


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch):
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(logs, "_hidden", ())
    yield
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


def written(environ: dict[str, str], level: str = "info") -> tuple[io.StringIO, structlog.BoundLogger]:
    stream = io.StringIO()
    logs.setup_logs(level, environ, stream)
    return stream, structlog.get_logger()


def blunder(text: str) -> None:
    raise ZeroDivisionError(text)


def test_each_line_under_journald_has_its_priority():
    stream, log = written({"JOURNAL_STREAM": "8:1234"}, "debug")
    log.debug("a")
    log.info("b", source="harbour")
    log.warning("c")
    log.error("d\nand more")
    try:
        blunder("oh")
    except ZeroDivisionError:
        log.exception("e")
    lines = stream.getvalue().splitlines()
    assert lines[:5] == ["<7>a", "<6>b source=harbour", "<4>c", "<3>d", "<3>and more"]
    assert lines[5] == "<3>e"
    assert lines[-1] == "<3>ZeroDivisionError: oh"
    assert all(line.startswith("<3>") for line in lines[5:])


def test_the_level_is_kept():
    stream, log = written({}, "warning")
    log.info("too chatty")
    log.warning("news")
    assert "chatty" not in stream.getvalue()
    assert "news" in stream.getvalue()


@pytest.mark.parametrize("environ", [{}, {"JOURNAL_STREAM": "8:1234"}])
@pytest.mark.parametrize("secret", [SLACK, MAIL, ACCESS, Secret("https://user:hunter2@proxy.example:3128")])
def test_no_secret_shows_however_it_got_there(environ, secret):
    stream, log = written(environ)
    parts = telltale(secret)
    logs.hide(parts)
    raw = secret.reveal()
    sentence = f"told {raw}"
    log.info(sentence)
    log.info("told", url=raw, why=f"refused: {raw}", many=[raw, {"deep": raw}], error=ValueError(raw))
    logging.getLogger("urllib3").warning("retrying %s", raw)
    for part in parts:
        log.info("part", part=part)
    try:
        blunder(f"cannot reach {raw}")
    except ZeroDivisionError:
        log.exception("job failed")
        logging.getLogger("asyncio").exception("never retrieved")
    text = stream.getvalue()
    assert "Traceback" in text
    assert "***" in text
    assert [part for part in (*parts, raw) if part in text] == []


def test_parts_of_an_address_are_secrets_of_their_own():
    assert {TOKEN, "T1JJ3T3L2", "A1BRTD4JD"} <= telltale(SLACK)
    assert {"pa55%2Bword", "pa55+word"} <= telltale(MAIL)
    assert telltale(ACCESS) == {"opensesame"}


def test_what_is_no_secret_stays_readable():
    """A path, a channel's or a service's name must not turn the log into stars."""
    hidden = telltale(SLACK) | telltale(MAIL) | telltale(Secret("sqlite:////var/lib/tocsin/tocsin.db"))
    for word in (
        "news",
        "desk",
        "slack",
        "mailtos",
        "tocsin",
        "/var/lib/tocsin/tocsin.db",
        "mail.example.org",
    ):
        assert word not in hidden


def test_a_reload_hides_new_secrets_and_keeps_the_old_ones_hidden():
    stream, log = written({})
    logs.hide(["first-secret-1"])
    logs.hide(["second-secret-2"])
    log.info("first-secret-1 second-secret-2")
    assert "secret" not in stream.getvalue()


def test_a_longer_secret_is_masked_before_the_shorter_in_it():
    stream, log = written({})
    logs.hide(["tokenA", "tokenA-and-more"])
    log.info("tokenA-and-more")
    assert "more" not in stream.getvalue()


@pytest.mark.parametrize("environ", [{}, {"JOURNAL_STREAM": "8:1234"}])
def test_a_strangers_text_moves_no_cursor(environ):
    stream, log = written(environ)
    log.info("read", title="\x1b[2J\x9b31m\x07\u202egpj.exe")
    assert not set("\x1b\x9b\x07\u202e") & set(stream.getvalue())


def test_a_strangers_line_break_forges_no_priority():
    stream, log = written({"JOURNAL_STREAM": "8:1234"})
    log.info("read", title="a\n<0>kernel panic")
    assert stream.getvalue().splitlines()[1].startswith("<6>")


def test_libraries_speak_as_we_do():
    stream, _ = written({"JOURNAL_STREAM": "8:1234"})
    logging.getLogger("apscheduler.executors").warning("missed by a second")
    logging.getLogger("httpx").warning("a warning")
    logging.getLogger("httpx").info("chatter")
    assert stream.getvalue() == "<4>a warning library=httpx\n"


def test_the_configurations_secrets_are_all_named(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(f'[[channels]]\nname = "a"\nurl = "{SLACK.reveal()}"\n')
    config = load(file, {})
    assert TOKEN in {part for secret in config.secrets for part in telltale(secret)}
