"""Who may come to the desk, how they log in and out, and when it does not open at all."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from servers.world import NOW
from starlette.testclient import TestClient

from daemon.config import WebSettings, load
from daemon.errors import ConfigError
from daemon.jobs.users import hash_password
from daemon.store import users
from daemon.web import events, open_desk
from daemon.web.app import application
from daemon.web.door import cookie
from daemon.web.server import LOOPBACK
from daemon.web.throttle import WINDOW, Throttle

WORDS = "ferry lantern oat window"
WIDE = WebSettings(listen="0.0.0.0:0", names=("news.example.org",))
PROXIED = WebSettings(trusted_proxy=("10.0.0.2",), user_header="X-Forwarded-User")
HASHED = hash_password("ines", WORDS)


@pytest.fixture
def ines(visit) -> None:
    visit.house.store.write_now(lambda conn: users.add(conn, "ines", HASHED, visit.house.clock()))


@pytest.fixture
def come(visit) -> Callable[..., TestClient]:
    def come(settings: WebSettings = WIDE, client: str = "192.0.2.7", scheme: str = "http") -> TestClient:
        hosts = (*LOOPBACK, *settings.names)
        return TestClient(
            application(visit.desk, hosts, settings),
            base_url=f"{scheme}://127.0.0.1",
            client=(client, 50_000),
            headers={"Accept": "text/html"},
            follow_redirects=False,
        )

    return come


def log_in(browser: TestClient, password: str = WORDS, name: str = "ines", to: str = "/", **headers: str):
    return browser.post("/login", data={"name": name, "password": password, "to": to}, headers=headers)


async def test_beyond_this_machine_a_desk_that_knows_nobody_does_not_open(visit):
    visit.house.configure(web=WIDE)
    with pytest.raises(ConfigError, match=r"opens the desk to others.*\n.*tocsin users add NAME"):
        async with open_desk(lambda: visit.house.context):
            pytest.fail("it is open to everybody")


@pytest.mark.parametrize("settings", [WIDE, WebSettings(listen="[::]:0", names=("a.example",))])
async def test_beyond_this_machine_it_opens_for_users_and_warns_without_tls(visit, ines, settings, capsys):
    visit.house.configure(web=settings)
    async with open_desk(lambda: visit.house.context) as address:
        assert address
    assert "passwords for the desk travel unencrypted" in capsys.readouterr().out


async def test_beyond_this_machine_it_opens_behind_a_proxy_that_says_who_comes(visit, capsys):
    settings = WebSettings(
        listen="0.0.0.0:0", names=("a.example",), trusted_proxy=("10.0.0.2",), user_header="X-User"
    )
    visit.house.configure(web=settings)
    async with open_desk(lambda: visit.house.context) as address:
        assert address
    assert "unencrypted" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('user_header = "X-User"', "a header that anybody could send"),
        ('listen = "0.0.0.0:1"', "the desk answers to its names alone"),
        ('listen = "news.example.org:1"', "not an address of this machine"),
        ('trusted_proxy = ["10.0.0.2/8"]', "not an address"),
        ('names = ["http://x"]', "not the name of a host"),
    ],
)
async def test_settings_that_would_protect_nobody_are_refused(tmp_path, settings, said):
    file = tmp_path / "config.toml"
    file.write_text(f"[web]\n{settings}\n")
    with pytest.raises(ConfigError, match=said):
        load(Path(file), {})


async def test_on_this_machine_nobody_is_asked_before_there_are_users(visit, come):
    assert come(WebSettings(), "127.0.0.1").get("/").status_code == 200


@pytest.mark.parametrize("settings", [WIDE, WebSettings(), WebSettings(listen="192.0.2.1:80")])
@pytest.mark.parametrize(
    "path", ["/", "/stories/1.json", "/events", "/sources?q=x", "/nothing", "/login/../", "//"]
)
async def test_nobody_unknown_sees_anything(ines, come, settings, path):
    answer = come(settings).get(path)
    assert answer.status_code in {303, 401}
    assert "harbour" not in answer.text
    assert answer.headers.get("location", "/login").startswith("/login")
    form = come(settings).post(path)
    assert (form.status_code, form.headers["location"]) == (303, "/login?to=/&unsent=1")
    assert come(settings).post(path, headers={"Accept": "*/*"}).status_code == 401
    assert come(settings).get(path, headers={"Accept": "text/event-stream"}).status_code == 401


async def test_beyond_this_machine_it_stays_closed_when_the_last_user_goes(visit, ines, come):
    visit.house.store.write_now(lambda conn: users.remove(conn, "ines"))
    assert come().get("/").status_code == 303


@pytest.mark.parametrize(
    ("referer", "to"),
    [
        ("http://127.0.0.1/rules/try?rule=a%20b#x", "/rules/try%3Frule%3Da%2520b"),
        ("http://[::1", "/"),
        ("nothing", "nothing"),
    ],
)
async def test_a_form_that_stood_open_too_long_leads_to_the_login_and_back(ines, come, referer, to):
    browser = come()
    answer = browser.post("/rules/try", headers={"Referer": referer})
    assert answer.headers["location"] == f"/login?to={to}&unsent=1"
    page = browser.get(answer.headers["location"]).text
    assert "nothing was done. Log in, and do it again." in page
    assert "nothing was done" not in browser.get("/login?to=/").text


async def test_who_knows_the_password_comes_where_they_wanted_to_go(ines, come):
    browser = come()
    assert browser.get("/sources?q=har&show=").headers["location"] == "/login?to=/sources%3Fq%3Dhar%26show%3D"
    answer = log_in(browser, to="/sources?q=har")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sources?q=har")
    page = browser.get("/sources?q=har")
    assert page.status_code == 200
    assert "ines" in page.text
    assert "Log out" in page.text


@pytest.mark.parametrize(
    "to", ["//evil.example", "////evil.example/x", "https://evil.example/", "/\\evil.example", "x"]
)
async def test_a_login_leads_nowhere_else(ines, come, to):
    assert log_in(come(), to=to).headers["location"] == "/"


async def test_the_cookie_is_for_this_site_and_no_script(ines, come):
    kept = log_in(come()).headers["set-cookie"]
    assert "; HttpOnly; SameSite=Strict;" in kept
    assert "Secure" not in kept
    assert log_in(come(scheme="https")).headers["set-cookie"].endswith("; Secure")
    tls_ends_there = WebSettings(trusted_proxy=("10.0.0.2",))
    behind = log_in(come(tls_ends_there, "10.0.0.2"), **{"X-Forwarded-Proto": "https"})
    assert behind.headers["set-cookie"].endswith("; Secure")
    from_elsewhere = log_in(come(tls_ends_there, "10.0.0.3"), **{"X-Forwarded-Proto": "https"})
    assert "Secure" not in from_elsewhere.headers["set-cookie"]


@pytest.mark.parametrize(("name", "password"), [("ines", "wrong"), ("nobody", WORDS), ("", ""), ("ines", "")])
async def test_neither_name_nor_password_is_told_to_be_right(ines, come, name, password):
    answer = log_in(come(), password, name)
    assert answer.status_code == 403
    assert "The name or the password is not right." in answer.text
    assert "set-cookie" not in answer.headers


async def test_a_name_is_shown_as_words(ines, come):
    assert "<script>" not in log_in(come(), "x", '"><script>').text


async def test_the_token_changes_with_time_and_the_old_one_ends(visit, ines, come):
    browser = come()
    log_in(browser)
    old = browser.cookies["tocsin"]
    visit.house.clock.wait(minutes=61)
    assert browser.get("/").status_code == 200
    assert browser.cookies["tocsin"] != old
    meanwhile, later = come(), come()
    meanwhile.cookies["tocsin"] = later.cookies["tocsin"] = old
    answer = meanwhile.get("/why")
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    visit.house.clock.wait(minutes=2)
    assert later.get("/").status_code == 303
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize("pauses", [[timedelta(hours=13)], [timedelta(hours=11)] * 16])
async def test_a_session_ends_unused_and_after_a_week(visit, ines, come, pauses):
    browser = come()
    log_in(browser)
    for pause in pauses:
        visit.house.clock.wait(minutes=pause.total_seconds() / 60)
        last = browser.get("/why")
    assert last.status_code == 303


async def test_who_logs_out_is_out_with_every_copy_of_the_cookie(ines, come):
    browser, copy = come(), come()
    log_in(browser)
    copy.cookies["tocsin"] = browser.cookies["tocsin"]
    assert browser.post("/logout").headers["location"] == "/login"
    assert "tocsin" not in browser.cookies
    assert copy.get("/").status_code == 303


async def test_who_is_removed_is_out_at_once(visit, ines, come):
    browser = come()
    log_in(browser)
    visit.house.store.write_now(lambda conn: users.remove(conn, "ines"))
    assert browser.get("/").status_code == 303


async def test_only_a_digest_of_the_token_is_kept(visit, ines, come):
    browser = come()
    log_in(browser)
    dump = visit.house.store.read_now(
        lambda conn: [str(row) for row in conn.exec_driver_sql("SELECT * FROM sessions")]
    )
    assert dump
    assert browser.cookies["tocsin"] not in str(dump)
    assert WORDS not in str(visit.house.store.read_now(users.page))


async def test_five_wrong_passwords_from_one_address_close_the_name_for_it(visit, ines, come):
    browser = come()
    assert [log_in(browser, "wrong").status_code for _ in range(6)] == [403] * 5 + [429]
    refused = log_in(browser)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 800
    assert log_in(come(client="192.0.2.8")).status_code == 303
    visit.house.clock.wait(minutes=16)
    assert log_in(browser).status_code == 303


@pytest.mark.parametrize(
    ("tries", "allowed"),
    [
        ([("192.0.2.7", f"name {n}") for n in range(25)], 20),
        ([(f"192.0.2.{n}", "ines") for n in range(60)], 50),
        ([("192.0.2.7", "ines")] * 9, 5),
    ],
)
def test_neither_an_address_nor_a_name_is_tried_for_ever(tries, allowed):
    throttle = Throttle()
    passed = 0
    for address, name in tries:
        if not throttle.wait(address, name, NOW):
            passed += 1
            throttle.note(address, name, NOW)
    assert passed == allowed
    last = tries[-1]
    assert timedelta() < throttle.wait(*last, NOW + WINDOW / 2) <= WINDOW / 2
    assert not throttle.wait(*last, NOW + WINDOW)


def test_who_knows_the_password_is_not_counted():
    throttle = Throttle()
    for _ in range(100):
        throttle.note("192.0.2.7", "ines", NOW)
        throttle.forgive("192.0.2.7", "ines")
    assert not throttle.wait("192.0.2.7", "ines", NOW)


async def test_the_address_behind_a_trusted_proxy_is_the_one_that_counts(ines, come):
    browser = come(WebSettings(trusted_proxy=("10.0.0.0/28",)), "10.0.0.2")
    for n in range(5):
        log_in(browser, "wrong", **{"X-Forwarded-For": f"{n}.1.1.1, 192.0.2.9"})
    assert log_in(browser, **{"X-Forwarded-For": "192.0.2.9"}).status_code == 429
    assert log_in(browser, **{"X-Forwarded-For": "192.0.2.10"}).status_code == 303


async def test_a_trusted_proxy_says_who_comes(come):
    page = come(PROXIED, "10.0.0.2").get("/", headers={"X-Forwarded-User": "ines"})
    assert page.status_code == 200
    assert "<bdi>ines</bdi>" in page.text
    assert "Log out" not in page.text


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        ("10.0.0.3", [("X-Forwarded-User", "ines")]),
        ("127.0.0.1", [("X-Forwarded-User", "ines")]),
        ("10.0.0.2", []),
        ("10.0.0.2", [("X-Forwarded-User", " ")]),
        ("10.0.0.2", [("X-Forwarded-User", "ines"), ("x-forwarded-user", "root")]),
        ("nonsense", [("X-Forwarded-User", "ines")]),
    ],
)
async def test_nobody_else_says_who_comes(come, client, headers):
    answer = come(PROXIED, client).get("/", headers=headers)
    assert answer.status_code == 401
    assert "come through its proxy" in answer.text


async def test_another_site_cannot_log_anybody_in(ines, come):
    answer = log_in(come(), **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_a_stream_ends_with_the_session_that_opened_it(visit, ines, come):
    browser = come()
    log_in(browser)
    token = browser.cookies["tocsin"]
    assert await events._may_stay(visit.desk, token)
    browser.post("/logout")
    assert not await events._may_stay(visit.desk, token)


def test_the_cookie_that_takes_it_away_is_empty():
    assert cookie("", secure=False).startswith("tocsin=; Path=/;")
    assert "Max-Age=0" in cookie("", secure=False)
