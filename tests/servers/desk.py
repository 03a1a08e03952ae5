"""An outbox in memory that lives by `decide` alone, and sees all that waits."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from daemon.alert import decide, digest_after
from daemon.model import Channel, Waiting


@dataclass
class Desk:
    """An outbox that lives by `decide`: what waits, until when, and what was sent when."""

    channel: Channel
    waiting: dict[int, tuple[Waiting, datetime]] = field(default_factory=dict)
    sent: list[tuple[datetime, tuple[Waiting, ...]]] = field(default_factory=list)

    def settle(self, now: datetime) -> None:
        """Do all that is to be done at a moment."""
        while any(due <= now for _, due in self.waiting.values()):
            seen = [w for w, due in self.waiting.values() if due <= now or w.held]
            digest_at = digest_after(self.channel, min(w.since for w in seen))
            step = decide(self.channel, seen, [at for at, _ in self.sent], now, digest_at=digest_at)
            for hold in step.holds:
                assert now < hold.until <= now + timedelta(days=7, hours=1)
                assert "until" in hold.reason
                for each in hold.ids:
                    self.waiting[each] = (replace(self.waiting[each][0], held=hold.held), hold.until)
            if step.send:
                self.sent.append((now, tuple(self.waiting.pop(each)[0] for each in step.send.ids)))

    def run(self, news: list[Waiting]) -> None:
        """Take the news as it comes, and go on until nothing waits any more."""
        coming = sorted(news, key=lambda w: w.since)
        while coming or self.waiting:
            times = [due for _, due in self.waiting.values()] + [w.since for w in coming[:1]]
            now = min(times)
            while coming and coming[0].since <= now:
                self.waiting[coming[0].id] = (coming[0], now)
                coming.pop(0)
            self.settle(now)
