"""Write alerts and what follows them into the outbox, in the transaction that finds the reason."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from daemon.alert import Ring, news, retell, word
from daemon.dedup import Change, Revision
from daemon.jobs.context import Context
from daemon.jobs.stories import chorus
from daemon.model import Alert, Article, Message
from daemon.store import alerts, deliveries
from daemon.store.deliveries import Delivery


@dataclass(frozen=True, slots=True)
class Outbox:
    """Where a transaction puts what is to be told."""

    ctx: Context
    conn: Connection
    now: datetime

    def ring(self, rings: Iterable[Ring], article_id: int, story_id: int) -> None:
        """Write alerts, and a delivery for each of their channels; each tells who else tells the story."""
        for ring in rings:
            made = alerts.add(self.conn, ring.alert.rule, article_id, ring.alert.severity, self.now)
            if made is None:
                continue  # another writer rang it for this story: the constraint keeps the promise
            told = chorus(self.conn, story_id)
            alert = replace(ring.alert, key=made.key, voices=told.voices, copies=told.copies)
            for name in ring.channels:
                deliveries.add(self.conn, made.id, name, self._word(alert, name), self.now)

    def follow_up(
        self, article_id: int, article: Article, told: tuple[int, Revision], lost: frozenset[str]
    ) -> str:
        """Tell whom alerts went to what has become of their article; give the news, "" for none.

        `told` is the revision's number and what it is, `lost` the rules whose words are gone.
        """
        number, revision = told
        said = ""
        for alert in alerts.of_article(self.conn, article_id):
            new = news(
                revision.reason,
                withdrawn=Change.WITHDRAWN in revision.changes,
                corrected=Change.CORRECTION in revision.changes,
                lost=alert.rule in lost,
            )
            again = retell(article, alert.key, alert.rule, alert.severity)
            for sent in self._first(alert.id) if new else ():
                message = self._word(again, sent.channel, new)
                deliveries.follow_up(self.conn, sent, number, message, self.now)
                said = new
        return said

    def _first(self, alert_id: int) -> list[Delivery]:
        """Give the deliveries of an alert itself to channels that are still there."""
        sent = deliveries.of_alert(self.conn, alert_id)
        return [one for one in sent if not one.revision and one.channel in self.ctx.styles]

    def _word(self, alert: Alert, channel: str, new: str = "") -> Message:
        return word(alert, self.ctx.styles[channel], zone=self.ctx.config.daemon.time_zone, news=new)
