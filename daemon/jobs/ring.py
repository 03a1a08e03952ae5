"""Write alerts and what follows them into the outbox, in the transaction that finds the reason."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from daemon.alert import Mute, Ring, late, louder, news, retell, word
from daemon.dedup import Change, Revision
from daemon.jobs.backtest import as_asked
from daemon.jobs.context import Context
from daemon.jobs.silences import mutes
from daemon.jobs.stories import chorus
from daemon.model import Alert, Article, Fate, FollowUps, Message, Verdict
from daemon.store import alerts, articles, deliveries, ledger
from daemon.store.alerts import Alert as StoredAlert
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

    def ring_late(self, ring: Ring, muted: StoredAlert) -> None:
        """Write the deliveries of an alert that was muted and is to be told after all."""
        self._queue(ring, muted, muted.story_id, muted)

    def _queue(self, ring: Ring, made: StoredAlert, story_id: int, muted: StoredAlert | None = None) -> None:
        told = chorus(self.conn, story_id)
        rung = replace(ring.alert, key=made.key, voices=told.voices, copies=told.copies)
        for name in ring.channels:
            zone = self.ctx.channels[name].time_zone
            alert = replace(rung, news=late(muted.created_at, zone, muted.silence_id)) if muted else rung
            deliveries.add(self.conn, made.id, name, self._word(alert, name), self.now, told=alert)

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
        muted = self._muted(article, article_id, story_id, names)
        for alert in rung:
            new = news(
                revision.reason,
                withdrawn=Change.WITHDRAWN in revision.changes,
                corrected=Change.CORRECTION in revision.changes,
                lost=alert.rule in lost,
            )
            again = retell(article, alert.key, alert.rule, alert.severity, new)
            first = self._first(alert.id, {FollowUps.ALL}) if new else []
            if first and alert.rule in muted:
                unsaid, first = muted[alert.rule].reason, []
            for sent in first:
                self._again(sent, again, number)
                said = new
        return said, unsaid

    def _muted(self, article: Article, article_id: int, story: int, rules: list[str]) -> dict[str, Mute]:
        config = self.ctx.config
        return mutes(
            self.conn, config, article, article_id=article_id, story=story, rules=rules, now=self.now
        )

    def tell_voices(self, story_id: int) -> None:
        """Tell each channel that heard of a story, under the first alert of it, how many tell it now."""
        rung = alerts.of_story(self.conn, story_id)
        voices = chorus(self.conn, story_id).voices if rung else 0
        heard: set[str] = set()
        for alert in rung:
            for sent in self._first(alert.id, {FollowUps.ALL, FollowUps.VOICES}):
                step = louder(sent.told.voices, voices)
                # What a release before this one queued does not say what it told.
                if step and sent.told.rule and sent.channel not in heard:
                    self._tell_voices(alert, sent, voices, step)
                heard.add(sent.channel)

    def _tell_voices(self, alert: StoredAlert, sent: Delivery, voices: int, step: int) -> None:
        new = f"now {voices} independent voices"
        again = replace(sent.told, news=new, quote=(), reasons=(), voices=voices)
        stored = articles.get(self.conn, [alert.article_id]) if alert.article_id else []
        if stored:
            article = as_asked(stored[0], self.ctx.source_tags)
            if self._muted(article, stored[0].id, alert.story_id, [alert.rule]):
                return
        if self._again(sent, again, -step) and stored:
            verdict = Verdict(Fate.QUEUED, f"{new}: who was told is told so")
            ledger.enter(self.conn, stored[0].entry_id, verdict, self.now)

    def _again(self, sent: Delivery, again: Alert, revision: int) -> bool:
        message = self._word(again, sent.channel)
        return deliveries.add(
            self.conn, sent.alert_id, sent.channel, message, self.now, told=again, revision=revision
        )

    def _first(self, alert_id: int, wanted: Collection[FollowUps]) -> list[Delivery]:
        """Give the deliveries of an alert itself to channels that are still there and want to hear more."""
        return [
            sent
            for sent in deliveries.of_alert(self.conn, alert_id)
            if not sent.revision
            and sent.channel in self.ctx.styles
            and self.ctx.channels[sent.channel].follow_ups in wanted
        ]

    def _word(self, alert: Alert, name: str) -> Message:
        channel = self.ctx.channels[name]
        return word(alert, self.ctx.styles[name], zone=channel.time_zone, template=channel.template)
