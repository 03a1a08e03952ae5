"""A revision says what changed, the gravest first."""

from dataclasses import replace

import pytest

from daemon.dedup import Change, revise, withdrawn
from daemon.model import Article

OLD = Article(
    title="Drones recovered in bay",
    text=(
        "Coastguards recovered two drones on Tuesday after fishermen saw them fall into the bay of Varna.\n\n"
        "The channel was closed for 14 hours while divers searched the bottom, the port authority said.\n\n"
        "Inspector Mara Dolnik leads the inquiry. She expects a report by the end of the month."
    ),
)


def text(old: str, new: str) -> Article:
    assert old in OLD.text
    return replace(OLD, text=OLD.text.replace(old, new))


def more(paragraph: str) -> Article:
    return replace(OLD, text=f"{OLD.text}\n\n{paragraph}")


@pytest.mark.parametrize(
    ("new", "changes"),
    [
        (OLD, ()),
        (replace(OLD, text=OLD.text.replace("\n\n", "\n")), ()),
        (text("recovered two", "recoverred two"), (Change.WORDING,)),
        (text("saw them fall", "saw them fal"), (Change.WORDING,)),
        (text("14 hours", "16 hours"), (Change.FIGURES,)),
        (text("two drones", "three drones"), (Change.FIGURES,)),
        (replace(OLD, title="Three drones recovered in bay"), (Change.HEADLINE,)),
        (more("The minister will answer questions in parliament on Thursday morning."), (Change.UPDATE,)),
        (text("Inspector Mara Dolnik leads", "A committee of the parliament leads"), (Change.UPDATE,)),
        (
            more("Correction: an earlier version of this report misnamed the inspector."),
            (Change.CORRECTION, Change.UPDATE),
        ),
        (
            replace(text("14 hours", "16 hours"), title="Channel closed for longer"),
            (Change.FIGURES, Change.HEADLINE),
        ),
        (replace(OLD, text=""), (Change.WITHDRAWN,)),
        (replace(OLD, text="This page was removed."), (Change.WITHDRAWN,)),
        (
            more("Исправлено: в первой версии сообщения было неверно указано имя."),
            (Change.CORRECTION, Change.UPDATE),
        ),
    ],
)
def test_a_revision_is_classed(new: Article, changes: tuple[Change, ...]) -> None:
    found = revise(OLD, new)
    assert found.changes == changes
    assert found.change is (changes[0] if changes else None)
    assert bool(found.diff) == bool(changes)


def test_the_reason_names_the_figures_and_the_diff_shows_them() -> None:
    found = revise(OLD, text("14 hours", "16 hours"))
    assert found.reason == "figures: 14 → 16"
    assert "+The channel was closed for 16 hours while divers" in found.diff


def test_a_page_that_is_gone_is_withdrawn() -> None:
    found = withdrawn(OLD, "the page answers 410")
    assert found.change is Change.WITHDRAWN
    assert found.reason == "the page answers 410"
    assert found.diff.count("\n-") >= 3


def test_a_first_text_is_an_update() -> None:
    assert revise(replace(OLD, text=""), OLD).changes == (Change.UPDATE,)


def test_a_diff_is_never_endless() -> None:
    long = replace(OLD, text="\n\n".join(f"Line {n} of a long report." for n in range(3000)))
    assert len(revise(OLD, long).diff.splitlines()) <= 400
