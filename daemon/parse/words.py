"""Words that tell an article from what stands around it, each table with its reason."""

import re
from functools import lru_cache
from typing import Final


def word_set(table: str) -> frozenset[str]:
    """Read a table of words parted by white space."""
    return frozenset(table.split())


# In a class, an id or a role: what publishers call the parts of a page that are not the article. Matched
# against whole words of a name, so that «comment» is found in «post-comments» but «ad» not in «header».
_BESIDE: Final = """
    comment comments commentlist disqus respond reply replies discussion related recommend recommended
    recommendation recommendations recirc recirculation outbrain taboola trending popular mostread
    most-read more-from also-like sponsor sponsored sponsors jp-relatedposts sharing sharedaddy
    addthis addtoany nav navbar navigation submenu breadcrumb breadcrumbs pagination pager post-navigation
    footer copyright cookie cookies consent gdpr advert adverts advertisement advertisements
    advertising adsense dfp author-bio author-box authorbox about-author about-the-author
"""
# As above, but names that some publishers give to the frame around everything.
_MAYBE_BESIDE: Final = """
    teaser teasers newsletter newsletters subscription widget widgets sidebar side-bar aside rail hidden
    invisible meta tags similar promo promotion promoted skip search paywall banner further header share
    social-links social-share social-icons social-buttons sharebar follow subscribe signup sign-up optin
    login log-in register menu paging toc table-of-contents footnote-links legal disclaimer ad ads byline bio
    tag-list taglist tagcloud categories cat-links entry-meta post-meta metadata article-meta modal
    popup overlay tooltip toolbar searchform readmore read-more caption captions figcaption wp-caption-text
    credit credits rating ratings vote votes poll print-only noprint no-print visuallyhidden visually-hidden
    screen-reader-text sr-only cta call-to-action author saboxplugin footnotes flyout next-story nextstory
    prev-next read-next up-next postmeta legend legende bildunterschrift bildquelle bildnachweis
    kommentare kommentar commentaires comentarios commenti komentarze reacties kommentarer yorumlar werbung
    publicite publicidad pubblicita reklama advertentie teilen partage compartir condividi udostepnij delen
    relacionadas relacionados correlati powiazane schlagworte etiquetas vcard disclosure
"""


def _any_of(table: str) -> str:
    """A pattern for the words of a table, by their first letters: where none begins is quickly seen."""
    rests: dict[str, list[str]] = {}
    for word in table.split():
        rests.setdefault(word[0], []).append(word[1:])
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in rests.items())


# To be searched in names with a space before them.
_BESIDE_WORD: Final = re.compile(
    rf"[\s_-](?:(?P<sure>{_any_of(_BESIDE)})|(?P<maybe>{_any_of(_MAYBE_BESIDE)}))(?![^\s_\d-])"
)
# Where the last word of a name begins that is written like «imageCaption».
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z][a-z]+(?:\s|$))")
# What is only named after such a part: a block that has it, or stands before it; WordPress names a post after
# its subjects and its author, «category-popular», «tag-sharing», «author-jane».
_SUBJECT: Final = re.compile(
    r"(?:above|before|has|no|with|without)[_-]|(?:category|tag|post[_-]tag)-(?!list|cloud|links)"
    r"|author-(?!info|desc|bio|box|card|detail|profile|block|section|wrap)"
)
# Words about a frame that holds more than what it is named for, or what it is named for in another sense: who
# is quoted, and what a reader unfolds.
_FRAME: Final = re.compile(
    r" (?:overflow|backface|[xy])-hidden|hidden-(?:xs|sm|phone|mobile|tablet|print)|[_-](?:enabled|disabled)"
    r"|label[_-]|[_-](?:layout|wrap|wrapper|container)$|:|[_-](?<=[a-z].)widget(?:[_-]|$)"
    r"|(?:quote|cite|citation|speaker)[_-]+author|disclosure[_-]+(?:panel|content|body|item|details)"
)


# What publishers call the article itself: a name like this outweighs one of the above.
_MAIN: Final = re.compile(
    r"articlebody|article[-_]{0,2}(?:body|content|text|copy)|entry[-_]content|post[-_]{0,2}(?:body|content|text)"
    r"|story[-_]{0,2}(?:body|content|text)|body[-_]?copy|main[-_]content|content[-_]body"
)


@lru_cache(maxsize=8192)
def beside_word(name: str) -> str:
    """The word in a class or id that tells of something beside the article; "" when there is none.

    A word in capitals is sure: even when it names most of the page's text, it is believed.
    """
    match = _BESIDE_WORD.search(f" {name}")
    if not match or _SUBJECT.match(name):
        return ""
    if match["sure"]:
        return match["sure"].upper()
    return "" if _FRAME.search(f" {name}") else match["maybe"]


@lru_cache(maxsize=8192)
def beside_hint(names: str) -> str:
    """The first such word in some classes, whatever their case; what only a capital begins is not sure."""
    word = _first_word(names)
    if word or names.islower():
        return word
    parted = _HUMP.sub("-", names)
    return _first_word(parted).lower() if parted != names else ""


def _first_word(names: str) -> str:
    names = names.lower().replace("_", "-")
    if not _BESIDE_WORD.search(f" {names}"):
        return ""
    return next(filter(None, map(beside_word, names.split())), "")


@lru_cache(maxsize=8192)
def is_main(names: str) -> bool:
    """Whether a name in some classes is one of the article itself."""
    return _MAIN.search(names.lower()) is not None


# What publishers call a headline that is no heading of the first order.
HEADLINE: Final = re.compile(r"(?:^|[\s_-])(?:h1|headline)(?![a-z-])", re.IGNORECASE)

# What publishers call the lines below a headline that sum the article up.
DECK: Final = re.compile(
    r"(?:^|[\s_-]|(?<=[a-z]))[Dd]ek(?![a-z])|sub-?(?:hed|head|title|line)|excerpt|abstract|blurb"
)

# A whole object, or a list of them, as programs write it.
DATA: Final = re.compile(r"\[?\{\s?\"\w+\"\s?:.+\}\s?\]?")
# Markup that was published as text: a tag of a repost, a short code that no plugin read.
LITERAL_TAG: Final = re.compile(
    r"</?(?:img|iframe|script|div|span|p|a|br|figure|em|strong)\b[^<>]*(?:>|$)"
    r"|\[/[a-z_-]+\]|\[[a-z_-]+ [^\]]{0,300}=[^\]]{0,300}\]",
    re.IGNORECASE,
)
