"""Whether an article is published as the correction of another."""

import re

from daemon.dedup.lists import lines
from daemon.dedup.tokens import fold_width
from daemon.model import Article

# Where publishers put it: before the headline, and above or below the text.
_ABOVE, _BELOW = 3, 3  # lines
_LONGEST_HEAD = 120  # characters of a line that are looked at
# «CORRECTED: …», «UPDATE 2-CORRECTED-…», «(Corrects …)»; but not «Market correction deepens».
_HEADED = re.compile(
    rf"\W*(?:\w+\W+){{0,2}}?(?:{'|'.join(lines('corrections'))})(?:\W*$|\s?[:)\]】–—-])|[^(]*\(corrects\b",
    re.IGNORECASE,
)


def corrects(article: Article) -> bool:
    """Tell whether an article is headed as a correction, in its title or around its text."""
    told = [line for line in (article.text or article.summary).splitlines() if line.strip()]
    around = (article.title, *told[:_ABOVE], *told[_ABOVE:][-_BELOW:])
    return any(_HEADED.match(fold_width(line[:_LONGEST_HEAD])) for line in around)
