"""Stories from edge to edge: copies ring once, what is new rings, and who was told hears what changed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from servers.http import Response
from servers.world import DRONES, NOW, Item

from daemon.jobs import forget
from daemon.jobs.place import WINDOW
from daemon.jobs.stories import listed, shown
from daemon.model import Rule, SourceKind

INCURSION = "Airport reopens after drone incursion halts flights"
TEXT = """\
The airport at Vestermole reopened at noon after a drone incursion had halted all flights for two hours.
Controllers saw three aircraft without transponders at 09:40, east of the second runway, and closed it.
Eleven flights were diverted to Skagholm and Norrvik, said the operator's spokeswoman Ingrid Dahl.
The police searched the marshes with forty officers and found neither drones nor pilots by dusk."""
LATER = """\
Prosecutors in Vestermole charged two men on Monday over the drone incursion that closed the airport.
The drones that halted flights at Vestermole flew from a boat off Skagholm, the prosecutor Liv Brandt said.
The airport of Vestermole diverted flights to Norrvik while the police searched the marshes for the pilots.
Both men deny the charge; the trial over the drones opens in the new year, the court at Norrvik said."""


def drone(slug="incursion", **more) -> Item:
    return Item(slug, INCURSION, TEXT, **more)


@pytest.fixture
async def rung(house):
    """A site whose one article has rung."""
    site = house.site("harbour")
    await house.turn()
    site.items.append(drone())
    await house.turn(minutes=5)
    assert len(house.told()) == 1
    return site


def change(site, old: str, new: str) -> None:
    (item,) = site.items
    site.items[0] = replace(item, text=item.text.replace(old, new))


def story_of(house, url: str):
    number = house.why(url)["story"]["id"]
    return house.store.read_now(lambda conn: shown(conn, number))


async def test_forty_copies_ring_once_and_the_story_knows_who_was_first(house):
    sites = [house.site(f"wire-{number}") for number in range(40)]
    await house.turn()
    sites[7].items.append(drone("own", at=NOW + timedelta(minutes=1)))
    await house.turn(minutes=5)
    for number, site in enumerate(sites):
        if number != 7:
            site.items.append(drone(f"copy-{number}", at=NOW + timedelta(minutes=6 + number)))
    await house.turn(minutes=10)
    assert len(house.told()) == 1
    (found,) = house.store.read_now(lambda conn: listed(conn, "drone airport", 10))
    assert (found["first"], found["articles"], found["copies"]) == ("wire-7", 40, 39)
    assert (found["voices"], len(found["also"]), found["rules"]) == (1, 39, ["drones"])
    told = story_of(house, f"{sites[3].base}/copy-3")["told"]
    assert [one["role"] for one in told] == ["first"] + ["copy"] * 39
    assert "containment 1.00" in told[1]["why"]


async def test_articles_behind_one_wall_ring_each(house):
    wall = (
        "You have read all the free reports of this month, and we hope that you found them worth your time. "
        "Whoever supports us with a subscription reads without limit, solves the puzzles of the weekend and "
        "listens to every report on the way to work. It costs less than a cup of coffee in a week, and it "
        "can be ended whenever you like. Your support pays for those who are there when something happens.\n"
        "Students and schools read at half the price, and so do people without work: write to our readers' "
        "desk, and somebody will answer before the day is out."
    )
    sites = [house.site("harbour"), house.site("echo")]
    await house.turn()
    places = (
        "at Lundby port",
        "over Norrvik stadium",
        "near Olvia",
        "in Rondonia",
        "by Skagholm",
        "off Orlovo",
    )
    for number, place in enumerate(places):
        sites[number % 2].items.append(Item(f"{number}", f"Drone incursion {place}", wall))
        await house.turn(minutes=5)
    assert len(house.told()) == len(places)


async def test_a_copy_with_the_words_of_another_rule_rings_for_them(house, rung):
    other = house.site("echo")
    await house.turn(minutes=5)
    more = "The ferry to Skagholm ran as usual."
    other.items.append(Item("copy", INCURSION, f"{TEXT}\n{more}"))
    await house.turn(minutes=5)
    assert house.why(f"{other.base}/copy")["story"]["role"] == "copy"
    assert house.told()[1:] == [f"[notice] ferries: {INCURSION}"]
    assert "1 copy" in house.outbox()[0].message.text


async def test_a_follow_up_joins_the_story_and_rings_anew(house, rung):
    other = house.site("echo")
    await house.turn(minutes=5)
    other.items.append(Item("charges", "Two men charged over drone incursion at Vestermole airport", LATER))
    await house.turn(minutes=60)
    way = house.why(f"{other.base}/charges")
    assert way["story"]["role"] == "follow-up"
    assert way["story"]["id"] == house.why(f"{rung.base}/incursion")["story"]["id"]
    assert len(house.told()) == 2
    assert "2 independent voices" in house.outbox()[0].message.text


HEARD = (
    "A drone incursion shut the runway of Vestermole for two hours, the operator said on Sunday.",
    "Passengers in Vestermole waited while police looked for whoever flew drones over the airport.",
    "Vestermole counts the cost: eleven diverted flights after drones came near the runway.",
    "The drones over Vestermole airport came from the sea, a controller told this paper.",
)


@pytest.mark.parametrize(
    ("sites", "told", "expected"),
    [
        (12, "{}\nCopyright 2026 by Lantern Media Group, which owns this paper.", 1),
        (12, "VESTERMOLE, Nov 22 (Reuters) - {}", 1),
        (3, "{}", 3),
    ],
    ids=["one owner", "one agency", "independent"],
)
async def test_voices_are_counted_by_independence(house, rung, sites, told, expected):
    papers = [house.site(f"paper-{number}") for number in range(sites)]
    await house.turn(minutes=1)
    for n, paper in enumerate(papers):
        rewritten = "\n".join((HEARD[n % 4], LATER.split("\n")[n % 3], TEXT.split("\n")[n % 4]))
        paper.items.append(Item("vestermole", INCURSION, told.format(rewritten)))
    await house.turn(minutes=10)
    stories = {house.why(f"{paper.base}/vestermole")["story"]["id"] for paper in papers}
    assert len(stories) == 1
    heard = story_of(house, f"{papers[0].base}/vestermole")["told"]
    assert len({one["voice"] for one in heard if one["source"] != "harbour"}) == expected


async def test_a_correction_is_told_to_whom_the_alert_went(house, rung):
    change(rung, "forty officers", "fourteen officers")
    change(
        rung,
        "by dusk.",
        "by dusk.\nCorrection: an earlier version of this article gave a wrong number of officers.",
    )
    await house.turn(minutes=15)
    assert len(house.told()) == 2
    assert "Corrected: " in house.told()[1]
    assert "Corrected: «Correction: an earlier version" in house.webhook.requests[1].json()["message"]
    first, second = reversed(house.outbox())
    assert (first.alert_id, first.channel) == (second.alert_id, second.channel)
    way = house.why(f"{rung.base}/incursion")
    assert [one["kind"] for one in way["revisions"]] == ["correction"]
    assert way["reason"] == "sent to desk, desk (follow-up)"
    assert "who was told is told so" in [step["reason"] for step in way["steps"]][-2]
    await house.turn(hours=1)
    assert len(house.told()) == 2


async def test_a_correction_published_as_a_new_article_rings_once_more(house, rung):
    other = house.site("echo")
    await house.turn(minutes=1)
    corrected = TEXT.replace("forty officers", "fourteen officers")
    rung.items.append(Item("corrected", f"CORRECTED: {INCURSION}", corrected))
    await house.turn(minutes=5)
    assert house.told()[1:] == [f"[high] drones: CORRECTED: {INCURSION}"]
    way = house.why(f"{rung.base}/corrected")
    assert way["story"]["id"] == house.why(f"{rung.base}/incursion")["story"]["id"]
    assert "it is headed as a correction" in way["story"]["why"]
    other.items += [Item("again", f"CORRECTED: {INCURSION}", corrected), drone("late")]
    await house.turn(minutes=10)
    assert house.why(f"{other.base}/again")["fate"] == "duplicate"
    assert house.why(f"{other.base}/late")["fate"] == "duplicate"
    assert len(house.told()) == 2


async def test_a_quiet_revision_is_kept_and_tells_nobody(house, rung):
    change(rung, "Eleven flights", "Twelve flights")
    await house.turn(minutes=15)
    (revision,) = house.why(f"{rung.base}/incursion")["revisions"]
    assert revision["kind"] == "figures"
    assert len(house.told()) == 1
    assert house.why(f"{rung.base}/incursion")["reason"] == "sent to desk"


@pytest.mark.parametrize(
    "gone", [Response(404), Response(410), Response(200, b"<html><body><p>Moved.</p></body></html>")]
)
async def test_a_withdrawal_is_told_once(house, rung, gone):
    rung.answers["/incursion"] = gone
    await house.turn(minutes=15)
    at_once = gone.status == 410
    assert len(house.told()) == (2 if at_once else 1)
    assert bool(house.why(f"{rung.base}/incursion")["missing_since"]) is not at_once
    await house.turn(minutes=15)
    assert len(house.told()) == 2
    await house.turn(hours=24)
    assert len(house.told()) == 2
    assert "Withdrawn: " in house.told()[1]
    assert [one["kind"] for one in house.why(f"{rung.base}/incursion")["revisions"]] == ["withdrawn"]


@pytest.mark.parametrize("status", [404, 500])
async def test_a_page_that_fails_for_once_is_no_withdrawal(house, rung, status):
    rung.answers["/incursion"] = Response(status)
    await house.turn(minutes=15)
    del rung.answers["/incursion"]
    await house.turn(hours=1)
    way = house.why(f"{rung.base}/incursion")
    assert (way["revisions"], way["missing_since"]) == ([], "")
    assert len(rung.asked("/incursion")) == 3
    assert len(house.told()) == 1


async def test_a_page_missing_now_and_then_is_no_withdrawal(house, rung):
    for minutes in (15, 30):
        rung.answers["/incursion"] = Response(404)
        await house.turn(minutes=minutes)
        del rung.answers["/incursion"]
        await house.turn(minutes=15)
    assert len(rung.asked("/incursion")) == 5
    assert house.why(f"{rung.base}/incursion")["revisions"] == []
    assert len(house.told()) == 1


async def test_a_page_missing_is_looked_for_through_a_server_fault(house, rung):
    await house.turn(hours=20)
    rung.answers["/incursion"] = Response(404)
    await house.turn(hours=4)
    rung.answers["/incursion"] = Response(500)
    await house.turn(minutes=15)
    rung.answers["/incursion"] = Response(404)
    await house.turn(minutes=15)
    assert [one["kind"] for one in house.why(f"{rung.base}/incursion")["revisions"]] == ["withdrawn"]
    assert len(house.told()) == 2


async def test_words_that_go_are_told_and_words_that_come_ring(house):
    site = house.site("harbour")
    await house.turn()
    site.items.append(Item("incursion", "Airport of Vestermole reopens after two hours", TEXT))
    await house.turn(minutes=5)
    change(
        site, "a drone incursion had halted all flights", "a false alarm had halted the ferry and all flights"
    )
    await house.turn(minutes=15)
    assert len(house.told()) == 3
    assert any("No longer says what matched" in title for title in house.told()[1:])
    assert any(title.startswith("[notice] ferries: Airport") for title in house.told()[1:])


async def test_a_story_goes_by_the_headline_of_its_first_article_alone(house, rung):
    copy = house.site("echo")
    await house.turn()
    copy.items.append(Item("copy", INCURSION, TEXT))
    await house.turn(minutes=5)
    for site, headline in ((copy, "Echo retitles its copy"), (rung, "Airport closed for drone incursion")):
        site.items[0] = replace(site.items[0], title=headline)
        await house.turn(minutes=5)
        await house.turn(minutes=5)
        expected = INCURSION if site is copy else headline
        assert story_of(house, f"{rung.base}/incursion")["title"] == expected


async def test_a_headline_that_its_feed_changes_is_read_again_at_once(house, rung):
    (item,) = rung.items
    rung.items[0] = replace(item, title="Ferry kept running as airport closed for drone incursion")
    await house.turn(minutes=5)
    await house.turn(minutes=5)
    (revision,) = house.why(f"{rung.base}/incursion")["revisions"]
    assert revision["kind"] == "headline"
    assert house.told()[1:] == ["[notice] ferries: Ferry kept running as airport closed for drone incursion"]
    assert len(rung.asked("/incursion")) == 2
    assert story_of(house, f"{rung.base}/incursion")["title"] == rung.items[0].title, (
        "it goes by its new name"
    )


async def test_articles_are_read_again_four_times_and_no_more(house, rung):
    for later in (
        timedelta(minutes=15),
        timedelta(hours=1),
        timedelta(hours=6),
        timedelta(hours=24),
        timedelta(hours=48),
    ):
        house.clock.now = NOW + timedelta(minutes=5) + later
        await house.turn()
    assert len(rung.asked("/incursion")) == 5


async def test_what_rang_is_read_again_before_all_else_and_requests_are_bounded(house):
    site = house.site("harbour")
    await house.turn()
    site.items.extend(
        Item(f"quiet-{n}", f"Quay {n} is painted", f"Painters came to quay number {n}.") for n in range(30)
    )
    site.items.insert(9, drone())
    await house.turn(minutes=5)
    first = {path: len(site.asked(path)) for path in ("/incursion", "/quiet-0")}
    assert first == {"/incursion": 1, "/quiet-0": 1}
    before = len(site.seen)
    house.clock.wait(minutes=15)
    await house.recheck()
    assert len(site.seen) - before == 10
    assert len(site.asked("/incursion")) == 2


async def test_a_page_read_at_last_finds_that_it_is_a_copy(house, rung):
    other = house.site("echo")
    await house.turn(minutes=1)
    other.items.append(Item("copy", "Flights halted at Vestermole", TEXT))
    other.answers["/copy"] = Response(500)
    await house.turn(minutes=5)
    del other.answers["/copy"]
    await house.turn(minutes=1)
    way = house.why(f"{other.base}/copy")
    assert (way["fate"], way["story"]["role"]) == ("duplicate", "copy")
    assert len(house.store.read_now(lambda conn: listed(conn, "", 10))) == 1
    assert len(house.told()) == 1


@pytest.mark.parametrize("teaser_first", [True, False])
@pytest.mark.parametrize("elsewhere", [True, False])
async def test_a_teaser_and_its_text_under_another_address_ring_once(house, teaser_first, elsewhere):
    site = house.site("harbour")
    other = house.site("echo") if elsewhere else site
    await house.turn()
    site.answers["/incursion"] = Response(500)
    both = [(site, drone()), (other, drone("reprint"))]
    for where, item in both if teaser_first else reversed(both):
        where.items.append(item)
        await house.turn(minutes=5)
    assert len(house.told()) == 1
    site.answers.clear()
    await house.turn(hours=3)
    assert len(house.told()) == 1
    assert sorted(house.why(f"{where.base}/{item.slug}")["fate"] for where, item in both) == [
        "delivered",
        "duplicate",
    ]


@pytest.mark.parametrize("teaser_first", [True, False])
async def test_what_only_had_the_same_teaser_rings_when_its_page_is_read(house, teaser_first):
    site, other = house.site("harbour"), house.site("echo")
    await house.turn()
    site.answers["/incursion"] = Response(500)
    unlike = Item("elsewhere", INCURSION, f"{TEXT[:60]}k as well.\n{LATER}")
    both = [(site, drone()), (other, unlike)]
    for where, item in both if teaser_first else reversed(both):
        where.items.append(item)
        await house.turn(minutes=5)
    assert len(house.told()) == 1
    site.answers.clear()
    await house.turn(hours=3)
    await house.turn(minutes=5)
    assert len(house.told()) == 2
    for where, item in both:
        way = house.why(f"{where.base}/{item.slug}")
        assert (way["fate"], way["story"]["role"] == "copy") == ("delivered", False), way


async def test_what_is_past_the_window_is_forgotten_and_rings_again(house, rung):
    await forget(house.context)
    house.clock.wait(seconds=WINDOW.total_seconds() + 3600)
    assert await forget(house.context) == 1
    other = house.site("echo")
    await house.turn()
    other.items.append(drone("next-year"))
    await house.turn(minutes=5)
    assert house.why(f"{other.base}/next-year")["story"]["role"] == "first"
    assert len(house.told()) == 2


async def test_a_feed_without_pages_is_revised_by_what_it_lists(house):
    site = house.site("harbour")
    source = replace(site.source, kind=SourceKind.FEED, full_text=False)
    house.configure(sources=(source,), rules=(DRONES, Rule("painters", any=("painters",))))
    await house.turn()
    site.items.append(Item("quay", "The quay is closed", "Painters are at work."))
    await house.turn(minutes=5)
    site.items[0] = replace(site.items[0], text="A drone incursion closed it.")
    await house.turn(minutes=5)
    assert site.asked("/quay") == []
    assert house.told() == [
        "[notice] painters: The quay is closed",
        "[high] drones: The quay is closed",
        "[notice] painters: No longer says what matched: The quay is closed",
    ]
    text = house.webhook.requests[-1].json()["message"]
    assert text.startswith("No longer says what matched: text went from 4 to 5 words\n")
