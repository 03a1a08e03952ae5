"""What goes wrong on the way: pages, feeds, channels and crashes; nothing is lost and nothing rings twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from servers.http import Response
from servers.world import Item

from daemon.deliver import Deliverer, Logbook
from daemon.jobs import claim_deliveries, claim_entries, claim_sources, deliver, read, settle
from daemon.model import DeliveryState, Outcome, Secret
from daemon.store import articles, deliveries, entries, leases, polls

FERRY = Item("boat", "A new ferry for the islands", "It was built in Norrvik.")
TOLD = ["[notice] ferries: A new ferry for the islands"]
CLOSED = "json://127.0.0.1:1/"


async def one_alert(house):
    """A source whose backlog is behind it, and an article to ring for at the next turn."""
    site = house.site("harbour")
    await house.turn()
    site.items.append(FERRY)
    return site


# --- pages -----------------------------------------------------------------------------------


async def test_a_page_that_is_gone_is_matched_on_the_feeds_words(house):
    site = await one_alert(house)
    site.answers["/boat"] = Response(404)
    await house.turn(minutes=5)
    assert house.told() == TOLD
    first = house.why(f"{site.base}/boat")["steps"][1]
    assert "only the feed's words" in first["reason"]
    assert "404" in first["reason"]
    await house.turn(days=1)
    assert len(site.asked("/boat")) == 1, "it is gone for good"


async def test_a_page_that_is_down_rings_at_once_and_is_read_at_the_planned_times(house):
    site = await one_alert(house)
    site.answers["/boat"] = Response(500)
    await house.turn(minutes=5)
    assert house.told() == TOLD
    assert "tried again at 12:06 UTC" in house.why(f"{site.base}/boat")["steps"][1]["reason"]
    tried = []
    for minute in range(170):
        await house.read()
        tried += [minute] * (len(site.asked("/boat")) - 1 - len(tried))
        house.clock.wait(minutes=1)
    assert tried == [1, 6, 36, 156]
    assert house.told() == TOLD


async def test_a_page_read_later_rings_for_what_only_it_says(house):
    site = await one_alert(house)
    site.items[0] = replace(FERRY, text="A" * 60 + "\nThe drone incursion delayed its maiden voyage.")
    site.answers["/boat"] = Response(503, headers={"Retry-After": "120"})
    await house.turn(minutes=5)
    assert house.told() == TOLD
    del site.answers["/boat"]
    await house.leave_hosts_alone()
    await house.turn(minutes=1)
    assert len(site.asked("/boat")) == 1, "it asked for two minutes"
    await house.turn(minutes=1)
    assert house.told() == [*TOLD, "[high] drones: A new ferry for the islands"]
    assert house.why(f"{site.base}/boat")["reason"] == "sent to desk"


async def test_a_host_that_asks_to_be_left_alone_costs_an_entry_no_attempt(house):
    site = await one_alert(house)
    site.answers["/boat"] = Response(503, headers={"Retry-After": "100000"})
    await house.turn(minutes=5)
    for _ in range(8):
        await house.turn(hours=2)
    assert len(site.asked("/boat")) == 1
    del site.answers["/boat"]
    await house.leave_hosts_alone()
    await house.turn(days=2)
    assert len(site.asked("/boat")) == 2
    assert "only the feed's words" not in house.why(f"{site.base}/boat")["reason"]


async def test_a_page_that_kills_its_worker_is_matched_on_the_feeds_words(house):
    site = await one_alert(house)
    house.compute.kills = lambda args: getattr(args[0], "url", "").endswith("/boat")
    await house.turn(minutes=5)
    assert house.told() == TOLD
    assert "longer than 3 s" in house.why(f"{site.base}/boat")["steps"][1]["reason"]


async def test_an_entry_that_kills_every_worker_fails_aloud_and_is_given_up(house):
    site = await one_alert(house)
    house.compute.kills = lambda args: len(args) == 3  # an article's reading; a feed's has one argument
    await house.turn(minutes=5)
    way = house.why(f"{site.base}/boat")
    assert way["fate"] == "failed"
    assert "longer than 3 s" in way["reason"]
    for _ in range(12):
        await house.turn(hours=1)
    assert len(site.asked("/boat")) == 5
    house.assert_sound()


async def test_an_entry_that_a_mended_worker_reads_at_last_rings(house):
    site = await one_alert(house)
    house.compute.kills = lambda args: len(args) == 3
    await house.turn(minutes=5)
    house.compute.kills = lambda _args: False
    await house.turn(minutes=5)
    assert house.told() == TOLD
    assert house.why(f"{site.base}/boat")["fate"] == "delivered"


# --- sources ---------------------------------------------------------------------------------


async def test_a_second_poll_is_conditional_and_its_304_is_kept(house):
    site = house.site("harbour", FERRY)
    await house.turn()
    await house.turn(minutes=5)
    first, second = site.asked("/feed")
    assert "if-none-match" not in first.headers
    assert second.headers["if-none-match"]
    state = house.state("harbour")
    kept = house.store.read_now(lambda conn: polls.of_source(conn, state.id))
    assert [(each.outcome, each.status) for each in kept] == [("unchanged", 304), ("listed", 200)]


@pytest.mark.parametrize("body", [b"", b"Moved to Norrvik", b"\x00\xff\xfe" * 99, b"<html>Soon</html>"])
async def test_a_broken_feed_is_that_sources_own_affair(house, body):
    broken, sound = house.site("broken"), house.site("sound")
    broken.answers["/feed"] = Response(200, body, {"Content-Type": "application/rss+xml"})
    await house.turn()
    sound.items.append(FERRY)
    await house.turn(minutes=5)
    assert house.told() == TOLD
    assert house.state("sound").error == ""
    state = house.state("broken")
    assert state.error
    assert state.failures >= 1


async def test_a_feed_that_breaks_and_heals_rings_for_what_came_meanwhile(house):
    site = house.site("harbour", Item("old", "Old news of the ferry"))
    await house.turn()
    site.answers["/feed"] = Response(500)
    await house.turn(minutes=5)
    site.items.append(FERRY)
    del site.answers["/feed"]
    await house.turn(hours=1)
    assert house.told() == TOLD


async def test_a_source_whose_first_polls_fail_has_its_backlog_all_the_same(house):
    site = house.site("harbour", FERRY)
    site.answers["/feed"] = Response(500)
    await house.turn()
    del site.answers["/feed"]
    await house.turn(hours=1)
    assert house.fates() == {FERRY.title: "backlog"}


async def test_a_dead_source_is_asked_ever_more_rarely_and_says_so(house):
    site = house.site("harbour")
    site.answers["/feed"] = Response(500)
    waits = []
    for _ in range(6):
        await house.poll()
        state = house.state("harbour")
        assert "500" in state.error
        assert "answered 500" in state.next_poll_why
        waits.append(state.next_poll_at - house.clock.now)
        house.clock.now = state.next_poll_at
    assert state.failures == 6
    assert waits == sorted(waits)
    assert waits[-1] >= 16 * waits[0]


async def test_a_source_that_left_the_configuration_is_polled_no_more(house):
    site = house.site("harbour")
    await house.turn()
    claimed_before = len(site.asked("/feed"))
    house.configure(sources=())
    await house.turn(hours=1)
    assert len(site.asked("/feed")) == claimed_before


async def test_what_a_source_listed_is_read_though_the_source_is_gone(house):
    site = await one_alert(house)
    house.clock.wait(minutes=5)
    await house.poll()
    house.configure(sources=())
    await house.turn()
    assert house.told() == TOLD
    assert site.base in house.why(f"{site.base}/boat")["url"]


# --- channels --------------------------------------------------------------------------------


async def test_a_channel_that_is_down_is_told_when_it_is_back(house):
    await one_alert(house)
    house.channel_server.faults.extend([Response(503)] * 3)
    await house.turn(minutes=5)
    assert house.told() == []
    assert house.fates() == {FERRY.title: "queued"}
    (waiting,) = house.outbox()
    assert waiting.state is DeliveryState.FAILED
    assert waiting.outcome_kind == "http_503"
    for _ in range(4):
        await house.turn(minutes=5)
    assert house.told() == TOLD
    assert house.fates() == {FERRY.title: "delivered"}


async def test_a_refusal_is_dead_until_somebody_retries(house):
    site = await one_alert(house)
    house.channel_server.faults.append(Response(403))
    await house.turn(minutes=5)
    (dead,) = house.outbox()
    assert dead.state is DeliveryState.DEAD
    way = house.why(f"{site.base}/boat")
    assert way["fate"] == "failed"
    assert "given up on desk (http_403)" in way["reason"]
    await house.turn(days=2)
    assert house.told() == []
    house.store.write_now(lambda conn: deliveries.retry(conn, dead.id, house.clock.now))
    await house.turn()
    assert house.told() == TOLD
    fates = [step["fate"] for step in house.why(f"{site.base}/boat")["steps"]]
    assert fates == ["new", "queued", "failed", "queued", "delivered"]


async def test_a_message_waits_for_a_channel_that_left_the_configuration(house):
    site = await one_alert(house)
    (desk,) = house.context.config.channels
    house.clock.wait(minutes=5)
    await house.poll()
    await house.read()
    house.configure(channels=())
    await house.turn(days=3)
    assert house.why(f"{site.base}/boat")["fate"] == "queued"
    assert house.store.read_now(deliveries.waiting_by_channel) == {"desk": 1}
    house.configure(channels=(desk,))
    await house.turn()
    assert house.told() == TOLD


async def test_a_channel_that_leaves_while_its_message_is_taken_does_not_lose_it_in_silence(house):
    await one_alert(house)
    house.clock.wait(minutes=5)
    await house.poll()
    await house.read()
    ((taken,),) = await claim_deliveries(house.context, 1, ())
    house.configure(channels=())
    await deliver(house.context, taken)
    (dead,) = house.outbox()
    assert dead.state is DeliveryState.DEAD
    assert "names no channel 'desk'" in dead.outcome_detail


async def test_a_targets_own_wish_is_heeded(house):
    await one_alert(house)
    house.channel_server.faults.append(Response(429, headers={"Retry-After": "600"}))
    await house.turn(minutes=5)
    (waiting,) = house.outbox()
    assert (
        timedelta(0)
        <= waiting.next_attempt_at - house.clock.now - timedelta(seconds=600)
        < timedelta(seconds=5)
    )


async def test_a_target_that_asked_for_a_pause_is_left_alone_by_the_process_after_a_restart(house):
    site = await one_alert(house)
    house.channel_server.faults.append(Response(429, headers={"Retry-After": "600"}))
    await house.turn(minutes=5)
    house.context = replace(house.context, deliverer=Deliverer())  # it remembers nothing
    site.items.append(Item("tug", "A ferry was late again, says the tug"))
    await house.turn(minutes=5)
    assert len(house.outbox()) == 2
    assert house.told() == []
    await house.turn(minutes=6)
    assert len(house.told()) == 2


async def test_a_dead_channel_holds_up_no_other(house):
    (desk,) = house.context.config.channels
    house.configure(channels=(replace(desk, name="dead", url=Secret(CLOSED)), desk))
    site = await one_alert(house)
    await house.turn(minutes=5)
    assert house.told() == TOLD
    assert {each.channel: each.state.value for each in house.outbox()} == {"desk": "sent", "dead": "failed"}
    assert house.why(f"{site.base}/boat")["fate"] == "queued"


# --- crashes ---------------------------------------------------------------------------------


async def test_a_poll_that_never_ended_is_made_again(house):
    site = await one_alert(house)
    house.clock.wait(minutes=5)
    assert len(await claim_sources(house.context, 9, ())) == 1
    await house.turn()
    assert len(site.asked("/feed")) == 1, "the lease holds"
    await house.turn(minutes=6)
    assert house.told() == TOLD


async def test_a_reading_that_never_ended_is_made_again(house):
    await one_alert(house)
    house.clock.wait(minutes=5)
    await house.poll()
    assert len(await claim_entries(house.context, 9, ())) == 1
    await house.turn(minutes=6)
    assert house.told() == TOLD


@pytest.mark.parametrize("room", [articles, entries])
async def test_a_crash_within_the_transaction_leaves_nothing_half_done(house, monkeypatch, room):
    site = await one_alert(house)
    house.clock.wait(minutes=5)
    await house.poll()
    ((claimed,),) = await claim_entries(house.context, 9, ())
    broken = "put" if room is articles else "settle"
    with monkeypatch.context() as patched:
        patched.setattr(room, broken, lambda *_args, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await read(house.context, claimed)
    way = house.why(f"{site.base}/boat")
    assert (way["fate"], way["alerts"], way["hits"]) == ("new", [], [])
    await house.turn(minutes=6)
    assert house.told() == TOLD


async def test_a_crash_while_sending_repeats_the_message_with_its_key_at_most(house):
    await one_alert(house)
    house.clock.wait(minutes=5)
    await house.poll()
    await house.read()
    ((taken,),) = await claim_deliveries(house.context, 9, ())
    outcome = await house.context.deliverer.send(
        house.context.channels["desk"].url, taken.message, timedelta(seconds=5)
    )
    assert outcome.ok  # and here the process dies
    house.store.write_now(lambda conn: leases.expire(conn, house.clock.now))
    await house.turn(seconds=1)
    assert house.told() == TOLD * 2
    keys = {request.headers["x-tocsin-alert"] for request in house.webhook.requests}
    assert len(keys) == 1
    (sent,) = house.outbox()
    assert sent.unknown, "it is marked as a possible repeat"


async def killed_before_it_is_written(house, tmp_path, monkeypatch) -> Logbook:
    """An alert arrives, and the process dies before the store has its turn; give what it leaves."""
    await one_alert(house)
    house.clock.wait(minutes=5)
    await house.poll()
    await house.read()
    monkeypatch.setattr(house.context.deliverer, "logbook", Logbook(tmp_path))
    ((taken,),) = await claim_deliveries(house.context, 9, ())
    with monkeypatch.context() as patched:
        patched.setattr(deliveries, "record", lambda *_args, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await deliver(house.context, taken)
    house.context.deliverer.logbook.close()
    return Logbook(tmp_path)


async def test_what_arrived_before_a_kill_is_not_sent_again(house, tmp_path, monkeypatch):
    left = await killed_before_it_is_written(house, tmp_path, monkeypatch)
    house.store.write_now(lambda conn: settle(conn, left.read(), house.clock.now))
    house.store.write_now(lambda conn: leases.expire(conn, house.clock.now))
    await house.turn(minutes=5)
    assert house.told() == TOLD
    (sent,) = house.outbox()
    assert (sent.state, sent.attempts, sent.unknown) == (DeliveryState.SENT, 1, False)
    house.assert_sound()


async def test_what_a_logbook_says_of_an_earlier_attempt_is_not_believed(house, tmp_path, monkeypatch):
    left = await killed_before_it_is_written(house, tmp_path, monkeypatch)
    house.store.write_now(lambda conn: leases.expire(conn, house.clock.now))
    ((_again,),) = await claim_deliveries(house.context, 9, ())
    assert house.store.write_now(lambda conn: settle(conn, left.read(), house.clock.now)) == 0
    (sent,) = house.outbox()
    assert (sent.state, sent.attempts) == (DeliveryState.PENDING, 2)


async def test_what_a_logbook_says_of_another_channel_is_not_believed(house, tmp_path, monkeypatch):
    """Numbers come back: in a restored backup, say."""
    left = await killed_before_it_is_written(house, tmp_path, monkeypatch)
    others = [replace(landing, channel="elsewhere") for landing in left.read()]
    assert others
    assert house.store.write_now(lambda conn: settle(conn, others, house.clock.now)) == 0


async def test_busy_is_no_attempt(house):
    """A target whose last message is still on its way was not even tried."""
    await one_alert(house)

    class Busy(Deliverer):
        async def send(self, *_args, **_more):
            return Outcome(ok=False, kind="busy", detail="the message before this one is still on its way")

    deliverer = house.context.deliverer
    house.context = replace(house.context, deliverer=Busy())
    for _ in range(60):
        await house.turn(hours=1)
    (waiting,) = house.outbox()
    assert waiting.state is DeliveryState.FAILED
    house.context = replace(house.context, deliverer=deliverer)
    await house.turn(hours=1)
    assert house.told() == TOLD
