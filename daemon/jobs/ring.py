"""Write alerts and what follows them into the outbox, in the transaction that finds the reason."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from daemon.alert import Ring, news, retell, word
from daemon.dedup import Change, Revision
from daemon.jobs.context import Context
from daemon.jobs.silences import mutes
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
            alert, by = ring.alert, ring.mute
            made = alerts.add(
                self.conn,
                alert.rule,
                article_id,
                alert.severity,
                self.now,
                key=alert.key,
                silence=by.silence if by else None,
                muted=by.reason if by else "",
            )
            if made is not None:  # else it rang already: the constraint keeps the promise
                self._queue(ring, made, story_id)

    def ring_late(self, ring: Ring, muted: alerts.Alert) -> None:
        """Write the deliveries of an alert that was muted and is to be told after all."""
        late = f"Late: muted at {muted.created_at:%Y-%m-%d %H:%M} UTC by silence {muted.silence_id}"
        self._queue(ring, muted, muted.story_id, late)

    def _queue(self, ring: Ring, made: alerts.Alert, story_id: int, new: str = "") -> None:
        told = chorus(self.conn, story_id)
        alert = replace(ring.alert, key=made.key, voices=told.voices, copies=told.copies)
        for name in ring.channels:
            deliveries.add(self.conn, made.id, name, self._word(alert, name, new), self.now)

    def follow_up(
        self, article_id: int, article: Article, told: tuple[int, Revision], lost: frozenset[str]
    ) -> tuple[str, str]:
        """Tell whom alerts went to what has become of their article; give the news, "" for none.

        `told` is the revision's number and what it is, `lost` the rules whose words are gone. What a
        silence mutes meanwhile is not told; why not is given beside the news.
        """
        number, revision = told
        said = unsaid = ""
        rung = alerts.of_article(self.conn, article_id)
        story_id = rung[0].story_id if rung else 0
        names = [alert.rule for alert in rung]
        muted = mutes(
            self.conn,
            self.ctx.config,
            article,
            article_id=article_id,
            story=story_id,
            rules=names,
            now=self.now,
        )
        for alert in rung:
            new = news(
                revision.reason,
                withdrawn=Change.WITHDRAWN in revision.changes,
                corrected=Change.CORRECTION in revision.changes,
                lost=alert.rule in lost,
            )
            again = retell(article, alert.key, alert.rule, alert.severity)
            first = self._first(alert.id) if new else []
            if first and alert.rule in muted:
                unsaid, first = muted[alert.rule].reason, []
            for sent in first:
                message = self._word(again, sent.channel, new)
                deliveries.follow_up(self.conn, sent, number, message, self.now)
                said = new
        return said, unsaid

    def _first(self, alert_id: int) -> list[Delivery]:
        """Give the deliveries of an alert itself to channels that are still there."""
        sent = deliveries.of_alert(self.conn, alert_id)
        return [one for one in sent if not one.revision and one.channel in self.ctx.styles]

    def _word(self, alert: Alert, channel: str, new: str = "") -> Message:
        return word(alert, self.ctx.styles[channel], zone=self.ctx.config.daemon.time_zone, news=new)
