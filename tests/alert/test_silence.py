"""What a silence mutes: all that it names must be so, and what it does not name it does not ask."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.alert import mute, plan
from daemon.model import Article, Channel, Fate, Hit, Rule, Secret, Silence, Story

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ARTICLE = Article(title="Drones", source="wire", source_tags=("agency", "fast"))
SILENCE = Silence(NOW, NOW + timedelta(hours=8), id=3, author="ines", why="the exercise is known")
STORY = 7


@pytest.mark.parametrize(
    ("named", "muted"),
    [
        ({"rule": "drones"}, True),
        ({"rule": "drone"}, False),
        ({"source": "wire"}, True),
        ({"source": "post"}, False),
        ({"source_tag": "fast"}, True),
        ({"source_tag": "slow"}, False),
        ({"story": 7}, True),
        ({"story": 8}, False),
        ({"match": "drones"}, True),
        ({"rule": "drones", "source": "wire", "source_tag": "fast", "story": 7, "match": "drones"}, True),
        ({"rule": "drones", "source": "post"}, False),
        ({"source": "post", "match": "drones"}, False),
    ],
)
def test_all_that_it_names_must_be_so(named, muted):
    silence = replace(SILENCE, **named)
    found = mute("drones", ARTICLE, STORY, [silence], {3})
    assert bool(found) is muted


def test_words_that_are_not_there_mute_nothing():
    assert mute("drones", ARTICLE, STORY, [replace(SILENCE, match="ferry")], set()) is None


def test_it_says_which_it_was_until_when_whose_and_why():
    found = mute("drones", ARTICLE, STORY, [replace(SILENCE, rule="drones")], ())
    assert found
    assert found.silence == 3
    assert found.reason == ("muted by silence 3, until 2026-11-22 20:00 UTC by ines: the exercise is known")


names = st.sampled_from(["", "a", "b"])
silences = st.builds(
    Silence, st.just(NOW), st.just(NOW), st.integers(1, 9), names, names, names, names, st.integers(0, 2)
)


@given(st.lists(silences), names, names, st.integers(1, 2), st.sets(st.integers(1, 9)))
def test_more_silences_never_unmute_and_naming_more_never_mutes_more(held, rule, source, story, matched):
    article = Article(source=source)
    alone = [one for one in held if mute(rule, article, story, [one], matched)]
    assert bool(mute(rule, article, story, held, matched)) is bool(alone)
    for one in alone:
        assert not mute(rule, article, story, [replace(one, source_tag="c")], matched)


RULES = {name: Rule(name, any=("x",)) for name in ("drones", "ferries")}
DESK = Channel("desk", Secret("json://example.org"))


@pytest.mark.parametrize(
    ("muted", "fate", "told"),
    [
        ((), Fate.QUEUED, [("desk",), ("desk",)]),
        (("drones",), Fate.QUEUED, [(), ("desk",)]),
        (("drones", "ferries"), Fate.SUPPRESSED, [(), ()]),
    ],
)
def test_a_muted_alert_is_planned_and_told_to_nobody(muted, fate, told):
    found = {name: mute(name, ARTICLE, STORY, [replace(SILENCE, rule=name)], ()) for name in muted}
    decided = plan(
        ARTICLE,
        [Hit("drones"), Hit("ferries")],
        story=Story(STORY, "Drones", NOW),
        rules=RULES,
        channels=[DESK],
        mutes=found,
    )
    assert [ring.channels for ring in decided.rings] == told
    assert decided.verdict.fate is fate
    assert decided.verdict.reason.count("would ring: muted by silence 3") == len(muted)


def test_what_no_channel_hears_and_no_silence_mutes_is_still_failed():
    found = {"drones": mute("drones", ARTICLE, STORY, [replace(SILENCE, rule="drones")], ())}
    hits = [Hit("drones"), Hit("ferries")]
    decided = plan(ARTICLE, hits, story=None, rules=RULES, channels=(), mutes=found)
    assert decided.verdict.fate is Fate.FAILED
