"""A revision reads as prose, and a story's course as a list, in the order in which things happened."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.dedup import revise
from daemon.model import Article
from daemon.web.changes import prose
from daemon.web.course import course


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (
            "Shut for two hours",
            "Shut for 80 minutes",
            "Shut for<del> two hours</del><ins> 80 minutes</ins>\n",
        ),
        ("It <b> rang", "It <b> rang twice", "It &lt;b&gt; rang<ins> twice</ins>\n"),
        ("All is well", "Nothing of that", "<del>All is well\n</del><ins>Nothing of that\n</ins>"),
    ],
)
def test_a_line_shows_what_went_and_what_came(before, after, shown):
    assert prose(f"--- before\n+++ after\n@@ -1 +1 @@\n-{before}\n+{after}") == shown


def test_a_paragraph_that_was_put_between_moves_no_other():
    was, now = ("The first of two", "The second of two"), ("The first of 2", "A new thing", "The second of 2")
    diff = "\n".join(["@@ -1,2 +1,3 @@", *(f"-{line}" for line in was), *(f"+{line}" for line in now)])
    assert prose(diff).count("<del> two") == 2
    assert "<ins>A new thing\n</ins>" in prose(diff)


paragraphs = st.lists(st.text("ab <&\u05d0", min_size=1, max_size=20), max_size=8)


@given(paragraphs, paragraphs)
def test_prose_holds_both_texts_whole(before, after):
    old, new = (Article(title="T", text="\n".join(lines)) for lines in (before, after))
    shown = prose(revise(old, new).diff)
    for kept, article in (("del", old), ("ins", new)):
        gone = "ins" if kept == "del" else "del"
        text = html.unescape(
            re.sub("<[^>]+>", "", re.sub(f"<{gone}>.*?</{gone}>", "", shown, flags=re.DOTALL))
        )
        lines = [line for line in text.split("\n") if line and line != "\u22ef"]
        whole = [line for line in [article.title, *article.text.split("\n")] if line]
        assert all(line in whole for line in lines)


def one(source: str, role: str, published: str, seen: str) -> dict[str, str]:
    url = f"https://{source}.example/"
    return {"source": source, "role": role, "published": published, "seen": seen, "title": "T", "url": url}


def test_a_course_begins_with_who_was_first_and_counts_copies_of_a_moment_as_one():
    told = [
        one("wire", "first", "2026-11-22 12:00:00 UTC", "2026-11-22 12:02:00 UTC"),
        *(one(f"echo{n}", "copy", "2026-11-22 12:01:00 UTC", "2026-11-22 12:03:00 UTC") for n in range(7)),
        one("post", "related", "", "2026-11-22 12:05:00 UTC"),
    ]
    rang = {"at": "2026-11-22 12:02:01 UTC", "what": "drones rang", "detail": "alert k"}
    found = course({"first_url": "https://wire.example/", "told": told, "happened": [rang]})
    assert [(event.what, event.kind) for event in found] == [
        ("wire published", "first"),
        ("seen at wire", ""),
        ("drones rang", "rang"),
        ("7 copies seen", "copied"),
        ("seen at post", ""),
    ]
    assert found[3].detail == "at echo0, echo1, echo2, echo3, echo4 and 2 more"


def test_a_copy_that_says_it_came_first_is_shown_first():
    told = [
        one("echo", "first", "2026-11-22 12:05:00 UTC", "2026-11-22 12:06:00 UTC"),
        one("wire", "copy", "2026-11-22", "2026-11-22 12:07:00 UTC"),
    ]
    found = course({"first_url": "https://wire.example/", "told": told, "happened": []})
    assert [event.what for event in found] == [
        "wire published",
        "echo published",
        "seen at echo",
        "copy seen",
    ]
