"""Words that tell an article from what stands around it, each table with its reason."""

import re
from typing import Final


def word_set(table: str) -> frozenset[str]:
    """Read a table of words parted by white space."""
    return frozenset(table.split())


# In a class, an id or a role: what publishers call the parts of a page that are not the article.
# Whole words of the name, so that «comment» is found in «post-comments» but «ad» not in «header».
_BESIDE: Final = """
    comments? commentlist disqus respond replies reply discussion
    related recommend(?:ed|ation|ations)? recirc(?:ulation)? outbrain taboola trending popular
    mostread most-read
    more-from readmore read-more also-like further similar teasers? promo(?:tion|ted|s)? sponsor(?:ed|s)?
    share sharing sharedaddy social socials addthis addtoany sharebar follow
    newsletters? subscribe subscription signup sign-up optin login register paywall
    nav navbar navigation menu submenu breadcrumbs? pagination pager paging toc table-of-contents skip
    sidebar side-bar widgets? aside rail
    footer footnote-links copyright legal disclaimer cookies? consent gdpr
    ads? advert(?:s|isement|isements|ising)? adsense banner dfp
    byline author-bio author-box authorbox about-author about-the-author bio
    tags tag-list taglist tagcloud categories cat-links entry-meta post-meta meta metadata article-meta
    modal popup overlay tooltip toolbar search searchform
    captions? figcaption wp-caption-text credit credits
    print-only noprint no-print visually-hidden screen-reader-text sr-only visuallyhidden
    hidden jp-relatedposts post-navigation nav-links rating ratings votes poll
"""
BESIDE: Final = re.compile(rf"(?:^|[\s_-])(?:{'|'.join(_BESIDE.split())})(?=$|[\s_-]|\d)")

# What publishers call the article itself: a name like this outweighs one of the above.
MAIN: Final = re.compile(
    r"articlebody|article[-_]?(?:body|content|text|copy)|entry[-_]content|post[-_]?(?:body|content|text)"
    r"|story[-_]?(?:body|content|text)|body[-_]?copy|main[-_]content|content[-_]body"
)

# Lines that are the furniture of a page or the leftovers of a repost, whatever holds them.
_FURNITURE: Final = (
    r"source link|comments?|leave a (?:reply|comment)|cancel reply|leave a reply cancel reply",
    r"your email address will not be published\..*|required fields are marked ?\*?",
    r"advertisements?|advertising|anzeige|werbung|publicité|publicidad|реклама|reklama",
    r"share|share this:?|tweet|print|email|like this:?|(?:like|share)? ?loading\.*",
    r"read more:?|continue reading.{0,80}|related(?: (?:articles|posts|stories|topics))?:?",
    r"you may also like:?",
    r"sign up (?:for|to) .{0,80}|subscribe(?: now)?|click here to .{0,60}",
    r"skip to (?:main )?content|back to top",
)
FURNITURE: Final = re.compile("|".join(_FURNITURE), re.IGNORECASE)
