"""Pictures, drawn here as SVG: no script draws, and no style stands in them."""

from collections.abc import Sequence

from markupsafe import Markup

from daemon.store.polls import Hour
from daemon.web.words import counted, number

_BAR, _GAP, _HIGH = 4, 1, 24


def bars(counts: Sequence[int], what: str) -> Markup:
    """Draw a bar for each count, the highest as high as the picture; `what` says it in words."""
    most = max(counts, default=0)
    drawn = Markup("").join(
        Markup('<rect x="{}" y="{}" width="{}" height="{}"/>').format(x, _HIGH - high, _BAR, high)
        for x, high in _placed(counts, most)
    )
    wide = max(len(counts) * (_BAR + _GAP) - _GAP, 1)
    return Markup(
        '<svg class="bars" role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}"'
        ' preserveAspectRatio="none">{}</svg>'
    ).format(what, wide, _HIGH, wide, _HIGH, drawn)


def day(hours: Sequence[Hour]) -> Markup:
    """Draw a day by the hour: above the line what was new, below it a dot for answers, a bar for failures."""
    most = max((hour.added for hour in hours), default=0)
    paths = {"new": "", "answered": "", "failed": ""}
    for index, hour in enumerate(hours):
        x = index * (_BAR + _GAP) + _BAR // 2
        if hour.added:
            paths["new"] += f"M{x} 15v-{max(-(-14 * hour.added // most), 3)}"
        if hour.polls:
            paths["failed" if hour.failed else "answered"] += f"M{x} 16v{6 if hour.failed else 1}"
    drawn = Markup("").join(
        Markup('<path class="{}" d="{}"/>').format(*each) for each in paths.items() if each[1]
    )
    added, polls, failed = (
        sum(getattr(hour, name) for hour in hours) for name in ("added", "polls", "failed")
    )
    what = f"24 hours: {number(added)} new in {counted(polls, 'poll')}, {number(failed)} failed"
    return Markup(
        '<svg class="day" role="img" aria-label="{}" viewBox="0 0 119 22" width="119" height="22">'
        '<path class="line" d="M0 15.5h119"/>{}</svg>'
    ).format(what, drawn)


def _placed(counts: Sequence[int], most: int) -> list[tuple[int, int]]:
    """Give each bar's place and height; a day without any keeps a line at the foot."""
    return [
        (index * (_BAR + _GAP), max(-(-count * _HIGH // most) if most else 0, 3 if count else 1))
        for index, count in enumerate(counts)
    ]
