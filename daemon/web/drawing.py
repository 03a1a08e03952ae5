"""Pictures, drawn here as SVG: no script draws, and no style stands in them."""

from collections.abc import Sequence

from markupsafe import Markup

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


def _placed(counts: Sequence[int], most: int) -> list[tuple[int, int]]:
    """Give each bar's place and height; a day without any keeps a line at the foot."""
    return [
        (index * (_BAR + _GAP), max(-(-count * _HIGH // most) if most else 0, 3 if count else 1))
        for index, count in enumerate(counts)
    ]
